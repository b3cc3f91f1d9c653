"""WAF: IP sets, and which resource a web ACL protects."""

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("AWS::WAFv2::IPSet")
class IpSet(Handler):
    """A set of addresses."""

    def create(self, declared: Declared) -> Provisioned:
        name = declared.name("Name")
        made = call("wafv2", "create_ip_set", declared.properties, Name=name)["Summary"]
        return f"{name}|{made['Id']}|{declared.properties['Scope']}", {"Arn": made["ARN"], "Id": made["Id"]}

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        key, token = self._key(physical_id)
        call("wafv2", "update_ip_set", declared.properties, **key, LockToken=token)
        arn = call("wafv2", "get_ip_set", **key)["IPSet"]["ARN"]
        return physical_id, {"Arn": arn, "Id": key["Id"]}

    def delete(self, physical_id: str, properties: Properties) -> None:
        key, token = self._key(physical_id)
        call("wafv2", "delete_ip_set", **key, LockToken=token)

    @staticmethod
    def _key(physical_id: str) -> tuple[dict[str, str], str]:
        key = dict(zip(("Name", "Id", "Scope"), physical_id.split("|"), strict=True))
        return key, call("wafv2", "get_ip_set", **key)["LockToken"]


@handles("AWS::WAFv2::WebACLAssociation")
class WebAclAssociation(Handler):
    """A web ACL put before a load balancer, an API stage or a user pool."""

    def create(self, declared: Declared) -> Provisioned:
        call("wafv2", "associate_web_acl", declared.properties)
        return f"{declared.properties['WebACLArn']}|{declared.properties['ResourceArn']}", {}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("wafv2", "disassociate_web_acl", properties)
