"""Reachability by place: no public address, no public subnet, no public switch."""

from collections.abc import Iterator

from infra.assembly.model import Resource, Target, describe
from infra.assembly.values import at, is_false, is_true, listed
from infra.guardrails.addresses import is_world, parse
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.stateful import is_cluster_member
from infra.guardrails.knowledge.stores import STORES
from infra.guardrails.registry import promise

REPLICA = "SourceDBInstanceIdentifier"
PUBLIC_ADDRESS: dict[str, tuple[str, ...]] = {
    "AWS::AutoScaling::LaunchConfiguration": ("AssociatePublicIpAddress",),
    "AWS::Batch::JobDefinition": ("ContainerProperties.NetworkConfiguration.AssignPublicIp",),
    "AWS::EC2::Instance": ("NetworkInterfaces.*.AssociatePublicIpAddress",),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData.NetworkInterfaces.*.AssociatePublicIpAddress",),
    "AWS::EC2::SpotFleet": (
        "SpotFleetRequestConfigData.LaunchSpecifications.*.NetworkInterfaces.*.AssociatePublicIpAddress",
    ),
    "AWS::EC2::Subnet": ("MapPublicIpOnLaunch",),
    "AWS::ECS::Service": ("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",),
    "AWS::ECS::TaskSet": ("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",),
    "AWS::Events::Rule": ("Targets.*.EcsParameters.NetworkConfiguration.AwsVpcConfiguration.AssignPublicIp",),
    "AWS::Scheduler::Schedule": ("Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",),
}
"""Properties that hand out public addresses."""

PUBLIC_SWITCH: dict[str, str] = {
    "AWS::AmazonMQ::Broker": "PubliclyAccessible",
    "AWS::DMS::ReplicationInstance": "PubliclyAccessible",
    "AWS::DocDB::DBInstance": "PubliclyAccessible",
    "AWS::Neptune::DBInstance": "PubliclyAccessible",
    "AWS::RDS::DBCluster": "PubliclyAccessible",
    "AWS::RDS::DBInstance": "PubliclyAccessible",
    "AWS::Redshift::Cluster": "PubliclyAccessible",
    "AWS::RedshiftServerless::Workgroup": "PubliclyAccessible",
    "AWS::NeptuneGraph::Graph": "PublicConnectivity",
    "AWS::Timestream::InfluxDBInstance": "PubliclyAccessible",
}
WAYS_TO_BLOCK = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
PUBLIC_UNLESS_SWITCHED_OFF = ("AWS::DMS::ReplicationInstance", "AWS::RDS::DBInstance")
"""AWS opens these by itself in some networks, so the template must say no."""


@promise(
    "reachability.no-public-ip",
    "Nothing gets a public address: no task, no instance, no subnet hands one out.",
)
def no_public_ip(context: Context) -> Iterator[Finding]:
    """Elastic addresses belong to NAT gateways and load balancers."""
    for kind, paths in PUBLIC_ADDRESS.items():
        for resource in context.of_type(kind):
            for path in paths:
                for value in at(resource.resolved, path):
                    if not (is_false(value) or value == "DISABLED"):
                        yield Finding(resource, path, f"is {describe(value)}, which gives a public address")
    for address in context.of_type("AWS::EC2::EIP", "AWS::EC2::EIPAssociation"):
        if address.get("InstanceId"):
            yield Finding(address, "InstanceId", "gives an instance a public address")
    for notebook in context.of_type("AWS::SageMaker::NotebookInstance"):
        if notebook.get("DirectInternetAccess") != "Disabled":
            yield Finding(notebook, "DirectInternetAccess", "is not Disabled")


@promise("reachability.no-public-database", "No database, broker or search domain answers on a public address.")
def no_public_database(context: Context) -> Iterator[Finding]:
    """Where AWS decides by the network it finds, the template must say no."""
    for kind, name in PUBLIC_SWITCH.items():
        for resource in context.of_type(kind):
            value = resource.get(name)
            if not is_false(value) and (value is not None or kind in PUBLIC_UNLESS_SWITCHED_OFF):
                yield Finding(resource, name, f"must be false, is {describe(value)}")
    for domain in context.of_type("AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"):
        if not domain.get("VPCOptions", "SubnetIds"):
            yield Finding(domain, "VPCOptions", "is missing, so the domain has a public endpoint")
    for cluster in context.of_type("AWS::MSK::Cluster"):
        access = cluster.get("BrokerNodeGroupInfo", "ConnectivityInfo", "PublicAccess", "Type")
        if access not in (None, "DISABLED"):
            yield Finding(cluster, "BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess", f"is {describe(access)}")
    for network in context.of_type(
        "AWS::OpenSearchServerless::NetworkPolicy", "AWS::OpenSearchServerless::SecurityPolicy"
    ):
        if '"allowfrompublic":true' in str(network.get("Policy")).lower().replace(" ", ""):
            yield Finding(network, "Policy", "allows access from the public internet")


@promise(
    "reachability.no-public-cluster-api",
    "A Kubernetes API answers the VPC, or named addresses, but not the world.",
)
def no_public_cluster_api(context: Context) -> Iterator[Finding]:
    """EKS opens its API to everybody unless told otherwise."""
    for cluster in context.of_type("AWS::EKS::Cluster"):
        access = "ResourcesVpcConfig"
        if is_false(cluster.get(access, "EndpointPublicAccess", default=True)):
            continue
        ranges = listed(cluster.get(access, "PublicAccessCidrs", default="0.0.0.0/0"))
        if any((network := parse(cidr)) is None or is_world(network) for cidr in ranges):
            yield Finding(cluster, f"{access}.PublicAccessCidrs", f"opens the API to {describe(ranges)}")


@promise("reachability.no-public-subnet", "Tasks, functions, instances and data stores stand in private subnets.")
def no_public_subnet(context: Context) -> Iterator[Finding]:
    """A subnet is public when its default route leads to an internet gateway."""
    network = context.network
    placed = {store: network.subnets_of_store(store) for store in network.stores} | network.workload_subnets
    nat_instances = _nat_instances(context)
    for store in network.stores:
        path = STORES[store.type].subnets
        member = store.type == "AWS::RDS::DBInstance" and (is_cluster_member(store) or REPLICA in store.resolved)
        # A search domain outside of any VPC is `no-public-database`'s.
        if not member and "VPCOptions" not in path and not at(store.resolved, path):
            yield Finding(store, path, "names no subnets, so it stands in the account's default VPC, which is public")
    for resource, subnets in placed.items():
        for subnet in subnets:
            if network.is_public(subnet) and resource not in nat_instances:
                yield Finding(resource, "Subnets", f"include the public subnet {subnet.logical_id}")


def _nat_instances(context: Context) -> set[Resource]:
    routed = (route.get("InstanceId") for route in context.of_type("AWS::EC2::Route"))
    return {value.resource for value in routed if isinstance(value, Target)}


@promise(
    "reachability.no-public-bucket",
    "Every bucket blocks public access, in all four ways, and has no public ACL.",
)
def no_public_bucket(context: Context) -> Iterator[Finding]:
    """Said in the template: the account's own default may change."""
    block = "PublicAccessBlockConfiguration"
    for bucket in context.of_type("AWS::S3::Bucket", "AWS::S3::AccessPoint"):
        if bucket.type == "AWS::S3::AccessPoint" and block not in bucket.resolved:
            continue  # an access point blocks everything unless told otherwise
        off = [name for name in WAYS_TO_BLOCK if not is_true(bucket.get(block, name))]
        if off:
            yield Finding(bucket, block, f"{', '.join(off)} must be true")
        if str(bucket.get("AccessControl")).startswith(("Public", "Authenticated")):
            yield Finding(bucket, "AccessControl", f"is {bucket.get('AccessControl')}")
