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
        call("rds", "register_db_proxy_targets", declared.properties)
        group = call("rds", "describe_db_proxy_target_groups", DBProxyName=proxy)["TargetGroups"][0]
        return group["TargetGroupArn"], {"TargetGroupArn": group["TargetGroupArn"]}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("rds", "deregister_db_proxy_targets", properties)


@completes("AWS::RDS::DBCluster")
def managed_secret(physical_id: str, properties: Properties) -> dict[str, str] | None:
    """Have RDS manage the master user's password where the template asks for it, and tell its secret."""
    if str(properties.get("ManageMasterUserPassword")).lower() != "true":
        return None
    cluster = {
        "DBClusterIdentifier": physical_id,
        "ManageMasterUserPassword": True,
        "MasterUserSecretKmsKeyId": properties.get("MasterUserSecret", {}).get("KmsKeyId"),
    }
    secret = call("rds", "modify_db_cluster", cluster)["DBCluster"]["MasterUserSecret"]
    return {"MasterUserSecret.SecretArn": secret["SecretArn"]}
