"""RDS: proxies, and the managed secret of a cluster or instance."""

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, completes, handles


@handles("AWS::RDS::DBProxy")
class DbProxy(Handler):
    """A proxy."""

    def create(self, declared: Declared) -> Provisioned:
        return self._attributes(call("rds", "create_db_proxy", declared.properties)["DBProxy"])

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        return self._attributes(call("rds", "modify_db_proxy", declared.properties)["DBProxy"])

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("rds", "delete_db_proxy", DBProxyName=physical_id)

    @staticmethod
    def _attributes(proxy: Properties) -> Provisioned:
        return proxy["DBProxyName"], {
            "DBProxyArn": proxy["DBProxyArn"],
            "Endpoint": proxy["Endpoint"],
            "VpcId": proxy.get("VpcId", ""),
        }


@handles("AWS::RDS::DBProxyTargetGroup")
class DbProxyTargetGroup(Handler):
    """The databases behind a proxy, in its one target group."""

    def create(self, declared: Declared) -> Provisioned:
        proxy = declared.properties["DBProxyName"]
        registered = call("rds", "describe_db_proxy_targets", DBProxyName=proxy)["Targets"]
        if registered:
            call("rds", "deregister_db_proxy_targets", DBProxyName=proxy, **_by_kind(registered))
        call("rds", "register_db_proxy_targets", declared.properties)
        group = call("rds", "describe_db_proxy_target_groups", DBProxyName=proxy)["TargetGroups"][0]
        return group["TargetGroupArn"], {"TargetGroupArn": group["TargetGroupArn"]}

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        return self.create(declared)

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("rds", "deregister_db_proxy_targets", properties)


def _by_kind(targets: list[Properties]) -> dict[str, list[str]]:
    """Return the ids of targets under the parameter that takes their kind."""
    kinds = {"DBClusterIdentifiers": "TRACKED_CLUSTER", "DBInstanceIdentifiers": "RDS_INSTANCE"}
    return {
        parameter: [target["RdsResourceId"] for target in targets if target["Type"] == kind]
        for parameter, kind in kinds.items()
    }


@completes("AWS::RDS::DBCluster")
def managed_secret(physical_id: str, properties: Properties) -> dict[str, str] | None:
    """Keep the master user's password in a secret where the template leaves it to RDS."""
    if str(properties.get("ManageMasterUserPassword")).lower() != "true":
        return None
    name = f"rds!cluster-{physical_id}"
    named = [{"Key": "name", "Values": [name]}]
    secrets = call("secretsmanager", "list_secrets", Filters=named)["SecretList"]
    if not secrets:
        password = call("secretsmanager", "get_random_password", ExcludePunctuation=True)["RandomPassword"]
        value = {"username": properties["MasterUsername"], "password": password}
        secrets = [call("secretsmanager", "create_secret", Name=name, SecretString=value)]
    return {"MasterUserSecret.SecretArn": secrets[0]["ARN"]}
