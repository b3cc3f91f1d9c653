"""NAT gateways, interface endpoints, public addresses and VPNs."""

from collections.abc import Iterator

from infra.assembly import Resource, describe
from infra.cost.rules import (
    Answer,
    Context,
    Factor,
    Free,
    Unpriced,
    fixed,
    hours,
    items,
    mentioned,
    priced,
    text,
    usage,
)


@priced("AWS::EC2::NatGateway")
def nat_gateway(resource: Resource, context: Context) -> Iterator[Answer]:
    """A zonal gateway is billed by the hour, a regional one by the hour and zone; traffic by the gigabyte.

    The traffic is an assumption about the whole environment, spread over its gateways.
    """
    gateways = len(context.siblings(resource, "AWS::EC2::NatGateway"))
    traffic = (context.assume("nat_processed_gb", "GB"), Factor(1 / gateways, "share"))
    if text(resource, "AvailabilityMode", default="zonal") != "regional":
        yield fixed("gateway", "nat_gateway.hour", hours())
        yield usage("data processed", "nat_gateway.gb", *traffic)
        return
    given = items(resource, "AvailabilityZoneAddresses")
    zones = Factor(len(given) or _zones(resource, context), "zones")
    yield fixed("regional gateway", "nat_gateway_regional.az_hour", zones, hours())
    if not given and not resource.get("AllocationId"):
        yield fixed("public addresses that AWS allocates", "public_ipv4", zones, hours())
    yield usage("data processed", "nat_gateway_regional.gb", *traffic)


def _zones(resource: Resource, context: Context) -> int:
    """Zones of the VPC's subnets: an automatic regional gateway follows the workload into each of them."""
    vpc = mentioned(resource.get("VpcId"))
    subnets = context.siblings(resource, "AWS::EC2::Subnet")
    return (
        len(
            {
                describe(subnet.get("AvailabilityZone"))
                for subnet in subnets
                if not vpc or mentioned(subnet.get("VpcId")) == vpc
            }
        )
        or 1
    )


@priced("AWS::EC2::VPCEndpoint")
def endpoint(resource: Resource, context: Context) -> Iterator[Answer]:
    """Interface endpoints are billed by the hour and zone, and by the gigabyte; gateway ones are free."""
    kind = text(resource, "VpcEndpointType", default="Gateway")
    if kind == "Gateway":
        yield Free("a gateway endpoint has no charge")
        return
    if kind != "Interface":
        yield Unpriced("endpoint", f"no pricing rule for a {kind} endpoint")
        return
    zones = Factor(len(items(resource, "SubnetIds")) or 1, "zones")
    yield fixed("endpoint", "vpce.az_hour", zones, hours())
    yield usage("data processed", "vpce.gb", context.assume("endpoint_processed_gb", "GB"))


@priced("AWS::EC2::EIP")
def address(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """Every public IPv4 address is billed, in use or idle."""
    yield fixed("public IPv4 address", "public_ipv4", hours())


@priced("AWS::EC2::VPNConnection")
def site_to_site_vpn(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """Billed by the hour while it is provisioned."""
    yield fixed("VPN connection", "vpn.connection_hour", hours())


@priced("AWS::EC2::ClientVpnTargetNetworkAssociation")
def client_vpn_association(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """Each subnet that a client VPN ends in is billed by the hour."""
    yield fixed("subnet association", "client_vpn.association_hour", hours())


@priced("AWS::EC2::ClientVpnEndpoint")
def client_vpn(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Each connected client is billed by the hour."""
    connected = context.assume("client_vpn_connection_hours", "connection h")
    yield usage("connections", "client_vpn.connection_hour", connected)


@priced("AWS::EC2::FlowLog")
def flow_log(resource: Resource, context: Context) -> Iterator[Answer]:
    """In CloudWatch Logs its events are part of the log group; delivery to S3 is billed by the gigabyte."""
    if text(resource, "LogDestinationType", default="cloud-watch-logs") == "cloud-watch-logs":
        yield Free("billed as ingestion of its log group")
    else:
        yield usage("delivery to S3", "cw.vended_logs_to_s3", context.assume("flow_log_gb", "GB"))
