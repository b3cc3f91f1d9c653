"""What descriptions say about replacing is what CloudFormation does."""

import pytest

from config.sections.base import Section
from config.sections.network import Network
from config.sections.remote_access import Bastion, ClientVpn, SiteVpn
from config.tree import descriptions
from infra.changes.schemas import Replaces, replaces

FIELDS = [
    (ClientVpn, "client_cidr", "AWS::EC2::ClientVpnEndpoint", "ClientCidrBlock"),
    (ClientVpn, "client_ca_arn", "AWS::EC2::ClientVpnEndpoint", "AuthenticationOptions"),
    (ClientVpn, "server_certificate_arn", "AWS::EC2::ClientVpnEndpoint", "ServerCertificateArn"),
    (ClientVpn, "session_hours", "AWS::EC2::ClientVpnEndpoint", "SessionTimeoutHours"),
    (Bastion, "instance_type", "AWS::EC2::Instance", "InstanceType"),
    (SiteVpn, "gateway_address", "AWS::EC2::CustomerGateway", "IpAddress"),
    (SiteVpn, "gateway_asn", "AWS::EC2::CustomerGateway", "BgpAsn"),
    (Network, "cidr", "AWS::EC2::VPC", "CidrBlock"),
]


@pytest.mark.parametrize(
    ("section", "field", "kind", "made_of"), FIELDS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_description_says_replaces_where_cloudformation_does(
    section: type[Section], field: str, kind: str, made_of: str
) -> None:
    says = "replaces" in f"{descriptions(section)[field]} {section.__doc__ or ''}".lower()
    assert says == (replaces(kind, [made_of]).replaces is Replaces.YES)
