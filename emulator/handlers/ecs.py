"""ECS: the capacity providers of a cluster."""

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("AWS::ECS::ClusterCapacityProviderAssociations")
class ClusterCapacityProviderAssociations(Handler):
    """Which capacity providers a cluster has, and in which proportion it uses them."""

    def create(self, declared: Declared) -> Provisioned:
        return self.update(declared.properties["Cluster"], declared)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        call("ecs", "put_cluster_capacity_providers", declared.properties)
        return physical_id, {}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call(
            "ecs",
            "put_cluster_capacity_providers",
            cluster=physical_id,
            capacityProviders=[],
            defaultCapacityProviderStrategy=[],
        )
