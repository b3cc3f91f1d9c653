"""EC2: addresses, gateways, network ACLs, flow logs, prefix lists, rules of security groups."""

from typing import Any

from emulator import ministack_internals as ministack
from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, completes, handles


def _tags(kind: str, declared: Declared) -> list[dict[str, Any]]:
    tags = declared.properties.get("Tags")
    return [{"ResourceType": kind, "Tags": tags}] if tags else []


@handles("AWS::EC2::EIP")
class ElasticIp(Handler):
    """An address; CloudFormation knows it by the address itself."""

    def create(self, declared: Declared) -> Provisioned:
        address = call("ec2", "allocate_address", Domain="vpc", TagSpecifications=_tags("elastic-ip", declared))
        return address["PublicIp"], {"AllocationId": address["AllocationId"], "PublicIp": address["PublicIp"]}

    def delete(self, physical_id: str, properties: Properties) -> None:
        for address in call("ec2", "describe_addresses")["Addresses"]:
            if address["PublicIp"] == physical_id:
                call("ec2", "release_address", AllocationId=address["AllocationId"])


@handles("AWS::EC2::NatGateway")
class NatGateway(Handler):
    """A NAT gateway; a regional one, which ministack does not know, stands in some subnet of its network."""

    def create(self, declared: Declared) -> Provisioned:
        given = declared.properties
        if given.get("AvailabilityMode") == "regional":
            subnets = call("ec2", "describe_subnets", Filters=[{"Name": "vpc-id", "Values": [given["VpcId"]]}])
            given = {**given, "SubnetId": next((one["SubnetId"] for one in subnets["Subnets"]), "subnet-regional")}
        tags = _tags("natgateway", declared)
        gateway = call("ec2", "create_nat_gateway", given, TagSpecifications=tags)["NatGateway"]
        return gateway["NatGatewayId"], {"NatGatewayId": gateway["NatGatewayId"]}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("ec2", "delete_nat_gateway", NatGatewayId=physical_id)


@handles("AWS::EC2::FlowLog")
class FlowLog(Handler):
    """A flow log of one network, subnet or interface."""

    def create(self, declared: Declared) -> Provisioned:
        flow_log = call(
            "ec2",
            "create_flow_logs",
            declared.properties,
            ResourceIds=[declared.properties["ResourceId"]],
            TagSpecifications=_tags("vpc-flow-log", declared),
        )["FlowLogIds"][0]
        return flow_log, {"Id": flow_log}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("ec2", "delete_flow_logs", FlowLogIds=[physical_id])


@handles("AWS::EC2::NetworkAcl")
class NetworkAcl(Handler):
    """A network ACL without entries."""

    def create(self, declared: Declared) -> Provisioned:
        tags = _tags("network-acl", declared)
        acl = call("ec2", "create_network_acl", declared.properties, TagSpecifications=tags)["NetworkAcl"]
        return acl["NetworkAclId"], {"Id": acl["NetworkAclId"]}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("ec2", "delete_network_acl", NetworkAclId=physical_id)


@handles("AWS::EC2::NetworkAclEntry")
class NetworkAclEntry(Handler):
    """An entry of a network ACL; its identity is the ACL, the direction and the number."""

    def create(self, declared: Declared) -> Provisioned:
        entry = {"Egress": False, **declared.properties}
        call("ec2", "create_network_acl_entry", entry)
        return f"{entry['NetworkAclId']}|{entry['RuleNumber']}|{entry['Egress']}", {}

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        call("ec2", "replace_network_acl_entry", {"Egress": False, **declared.properties})
        return physical_id, {}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("ec2", "delete_network_acl_entry", {"Egress": False, **properties})


@handles("AWS::EC2::SubnetNetworkAclAssociation")
class SubnetNetworkAclAssociation(Handler):
    """Which ACL a subnet has: every subnet has one, so the API can only replace it."""

    def create(self, declared: Declared) -> Provisioned:
        subnet, acl = declared.properties["SubnetId"], declared.properties["NetworkAclId"]
        for current in call("ec2", "describe_network_acls")["NetworkAcls"]:
            for association in current.get("Associations", []):
                if association["SubnetId"] == subnet:
                    return self._replace(association["NetworkAclAssociationId"], acl)
        association_id = f"aclassoc-{declared.name('AssociationId', longest=48)}"
        return association_id, {"AssociationId": association_id}

    @staticmethod
    def _replace(association: str, acl: str) -> Provisioned:
        new = call("ec2", "replace_network_acl_association", AssociationId=association, NetworkAclId=acl)
        return new["NewAssociationId"], {"AssociationId": new["NewAssociationId"]}


@handles("AWS::EC2::PrefixList")
class PrefixList(Handler):
    """A managed prefix list."""

    def create(self, declared: Declared) -> Provisioned:
        tags = _tags("prefix-list", declared)
        made = call("ec2", "create_managed_prefix_list", declared.properties, TagSpecifications=tags)
        prefix_list = made["PrefixList"]
        return prefix_list["PrefixListId"], {
            "PrefixListId": prefix_list["PrefixListId"],
            "Arn": prefix_list["PrefixListArn"],
            "OwnerId": ministack.account(),
            "Version": 1,
        }

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("ec2", "delete_managed_prefix_list", PrefixListId=physical_id)


@handles("AWS::EC2::SecurityGroupIngress", direction="ingress")
@handles("AWS::EC2::SecurityGroupEgress", direction="egress")
class SecurityGroupRule(Handler):
    """A rule that stands outside its security group, as CDK writes rules between groups."""

    def __init__(self, direction: str) -> None:
        self.direction = direction

    def create(self, declared: Declared) -> Provisioned:
        made = self._call("authorize", declared.properties)
        rules = made.get("SecurityGroupRules") or [{}]
        rule = rules[0].get("SecurityGroupRuleId") or f"sgr-{declared.name('Id')}"
        return rule, {"Id": rule}

    def delete(self, physical_id: str, properties: Properties) -> None:
        self._call("revoke", properties)

    def _call(self, verb: str, rule: Properties) -> Any:
        operation = f"{verb}_security_group_{self.direction}"
        return call("ec2", operation, GroupId=rule["GroupId"], IpPermissions=[_permission(rule)])


def _permission(rule: Properties) -> dict[str, Any]:
    """Return a rule in the API's nesting: one list for each kind of peer."""
    said = {"Description": rule["Description"]} if rule.get("Description") else {}
    peers = {
        "IpRanges": ("CidrIp", rule.get("CidrIp")),
        "Ipv6Ranges": ("CidrIpv6", rule.get("CidrIpv6")),
        "UserIdGroupPairs": ("GroupId", _peer(rule, "SecurityGroupId")),
        "PrefixListIds": ("PrefixListId", _peer(rule, "PrefixListId")),
    }
    ports = {key: rule[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in rule}
    return ports | {kind: [{field: peer, **said}] for kind, (field, peer) in peers.items() if peer}


def _peer(rule: Properties, kind: str) -> Any:
    return rule.get(f"Source{kind}") or rule.get(f"Destination{kind}")


@completes("AWS::EC2::VPC")
def vpc(physical_id: str, properties: Properties) -> dict[str, Any]:
    """Every interface endpoint of CDK asks its network for the CIDR."""
    network = call("ec2", "describe_vpcs", VpcIds=[physical_id])["Vpcs"][0]
    acls = call("ec2", "describe_network_acls")["NetworkAcls"]
    own = (acl["NetworkAclId"] for acl in acls if acl["VpcId"] == physical_id and acl["IsDefault"])
    return {
        "VpcId": physical_id,
        "CidrBlock": network["CidrBlock"],
        "CidrBlockAssociations": [],
        "Ipv6CidrBlocks": [],
        "DefaultNetworkAcl": next(own, ""),
    }
