"""Ways in for administrators and other networks: nobody from elsewhere, nothing open, every session kept."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.bastion import Bastion
from constructs_lib.client_vpn import ClientVpn
from constructs_lib.client_vpn.runtime.handler import handler
from constructs_lib.site_vpn import SiteVpn
from constructs_lib.tiered_vpc import TieredVpc

OFFICE = [IPv4Network("203.0.113.0/24")]
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/1"


@pytest.fixture
def network(stack: cdk.Stack) -> TieredVpc:
    zones = ["us-east-1a", "us-east-1b"]
    stack.node.set_context("availability-zones:account=111122223333:region=us-east-1", zones)
    return TieredVpc(stack, "Vpc", availability_zones=zones, cidr=IPv4Network("10.0.0.0/16"), egress="none")


def bastion(stack: cdk.Stack, network: TieredVpc, key: kms.IKey, cidrs: list[IPv4Network] | None = None) -> Template:
    Bastion(
        stack,
        "Bastion",
        network=network,
        administrator_cidrs=OFFICE if cidrs is None else cidrs,
        instance_type="t4g.nano",
        idle_minutes=20,
        session_minutes=60,
        encryption_key=key,
        log_key=key,
        log_retention_days=30,
    )
    return Template.from_stack(stack)


def client_vpn(stack: cdk.Stack, network: TieredVpc, key: kms.IKey, cidrs: list[IPv4Network] | None = None) -> Template:
    ClientVpn(
        stack,
        "ClientVpn",
        name="test",
        network=network,
        client_cidr=IPv4Network("10.250.0.0/22"),
        administrator_cidrs=OFFICE if cidrs is None else cidrs,
        server_certificate_arn=CERTIFICATE,
        client_ca_arn=CERTIFICATE,
        session_hours=8,
        encryption_key=key,
        log_key=key,
        log_retention_days=30,
    )
    return Template.from_stack(stack)


def test_the_bastion_has_no_door_of_its_own(stack: cdk.Stack, network: TieredVpc, key: kms.Key) -> None:
    template = bastion(stack, network, key)
    instance = _only(template, "AWS::EC2::Instance")
    launch = _only(template, "AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
    group = _only(template, "AWS::EC2::SecurityGroup")
    assert "KeyName" not in instance | launch
    assert launch["MetadataOptions"]["HttpTokens"] == "required"
    assert "minimal" not in launch["ImageId"], "the minimal image has no SSM Agent"
    assert "SecurityGroupIngress" not in group
    assert [(rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [(443, 443)]
    (vpc,) = template.find_resources("AWS::EC2::VPC")
    assert group["SecurityGroupEgress"][0]["CidrIp"] == {"Fn::GetAtt": [vpc, "CidrBlock"]}
    template.resource_count_is("AWS::EC2::SecurityGroupIngress", 0)


def test_the_bastion_stands_in_the_private_tier_with_an_encrypted_disk(
    stack: cdk.Stack, network: TieredVpc, key: kms.Key
) -> None:
    template = bastion(stack, network, key)
    assert "Private" in _only(template, "AWS::EC2::Instance")["SubnetId"]["Ref"]
    (disk,) = _only(template, "AWS::EC2::LaunchTemplate")["LaunchTemplateData"]["BlockDeviceMappings"]
    assert disk["Ebs"]["Encrypted"] is True
    assert "KmsKeyId" in disk["Ebs"]


def test_sessions_start_only_from_where_administrators_are(stack: cdk.Stack, network: TieredVpc, key: kms.Key) -> None:
    bastion(stack, network, key).has_resource_properties(
        "AWS::IAM::ManagedPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Action": "ssm:StartSession",
                                "Condition": Match.object_like(
                                    {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}},
                                ),
                            }
                        )
                    ]
                )
            }
        },
    )


def test_shells_are_encrypted_logged_and_end(stack: cdk.Stack, network: TieredVpc, key: kms.Key) -> None:
    inputs = _only(bastion(stack, network, key), "AWS::SSM::Document")["Content"]["inputs"]
    assert inputs["kmsKeyId"]
    assert inputs["cloudWatchLogGroupName"]
    assert (inputs["cloudWatchEncryptionEnabled"], inputs["cloudWatchStreamingEnabled"]) == (True, True)
    assert (inputs["idleSessionTimeout"], inputs["maxSessionDuration"]) == ("20", "60")


@pytest.mark.parametrize("way", [bastion, client_vpn])
def test_administrators_from_nowhere_are_refused(way: Any, stack: cdk.Stack, network: TieredVpc, key: kms.Key) -> None:
    with pytest.raises(ValueError, match="administrator_cidrs must name at least one range, got none"):
        way(stack, network, key, [])


def test_the_client_vpn_asks_for_a_certificate_and_the_gatekeeper(
    stack: cdk.Stack, network: TieredVpc, key: kms.Key
) -> None:
    template = client_vpn(stack, network, key)
    endpoint = _only(template, "AWS::EC2::ClientVpnEndpoint")
    assert [option["Type"] for option in endpoint["AuthenticationOptions"]] == ["certificate-authentication"]
    assert endpoint["ClientConnectOptions"]["Enabled"] is True
    assert endpoint["ConnectionLogOptions"]["Enabled"] is True
    assert (endpoint["SplitTunnel"], endpoint["DisconnectOnSessionTimeout"]) == (True, True)
    template.has_resource_properties(
        "AWS::Lambda::Function",
        {
            "FunctionName": "AWSClientVPN-test",  # the only names that Client VPN calls
            "Environment": {"Variables": {"ADMINISTRATOR_CIDRS": '["203.0.113.0/24"]'}},
        },
    )


def test_the_client_vpn_ends_in_every_private_subnet_and_opens_nothing(
    stack: cdk.Stack, network: TieredVpc, key: kms.Key
) -> None:
    template = client_vpn(stack, network, key)
    found = template.find_resources("AWS::EC2::ClientVpnTargetNetworkAssociation").values()
    assert sorted("Private" in one["Properties"]["SubnetId"]["Ref"] for one in found) == [True, True]
    group = _only(template, "AWS::EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in group
    assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("203.0.113.9", True), ("203.0.114.9", False), ("", False), ("nonsense", False), ("2001:db8::1", False)],
)
def test_the_gatekeeper_lets_only_expected_addresses_in(
    address: str, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMINISTRATOR_CIDRS", '["203.0.113.0/24"]')
    answer = handler({"public-ip": address, "common-name": "laptop", "schema-version": "v3"}, None)
    assert answer["allow"] is allowed
    assert bool(answer["error-msg-on-denied-connection"]) is not allowed
    assert answer["schema-version"] == "v3"


def test_an_event_without_an_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINISTRATOR_CIDRS", '["203.0.113.0/24"]')
    assert handler({}, None)["allow"] is False


def test_only_the_private_tier_has_routes_to_the_other_network(
    stack: cdk.Stack, network: TieredVpc, key: kms.Key
) -> None:
    SiteVpn(
        stack,
        "SiteVpn",
        network=network,
        gateway_address=IPv4Address("198.51.100.7"),
        gateway_asn=65000,
        cidrs=[IPv4Network("192.168.0.0/20")],
        log_key=key,
        log_retention_days=30,
    )
    template = Template.from_stack(stack)
    tables = [table["Ref"] for table in _only(template, "AWS::EC2::VPNGatewayRoutePropagation")["RouteTableIds"]]
    assert len(tables) == 2
    assert all("Private" in table for table in tables)
    connection = _only(template, "AWS::EC2::VPNConnection")
    for tunnel in connection["VpnTunnelOptionsSpecifications"]:
        assert [version["Value"] for version in tunnel["IKEVersions"]] == ["ikev2"]
        assert tunnel["LogOptions"]["CloudwatchLogOptions"]["LogEnabled"] is True
        assert "PreSharedKey" not in tunnel
    assert len(connection["VpnTunnelOptionsSpecifications"]) == 2


def test_a_vpn_to_nowhere_is_refused(stack: cdk.Stack, network: TieredVpc, key: kms.Key) -> None:
    with pytest.raises(ValueError, match="cidrs must name at least one range, got none"):
        SiteVpn(
            stack,
            "SiteVpn",
            network=network,
            gateway_address=IPv4Address("198.51.100.7"),
            gateway_asn=65000,
            cidrs=[],
            log_key=key,
            log_retention_days=30,
        )


def _only(template: Template, kind: str) -> dict[str, Any]:
    (resource,) = template.find_resources(kind).values()
    return dict(resource["Properties"])
