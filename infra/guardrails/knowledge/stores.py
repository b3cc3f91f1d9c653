"""Data stores that stand in a VPC: where a template says their security groups, subnets and port."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Store:
    """Paths of the properties; a subnet group is followed to its own list of subnets."""

    groups: str
    subnets: str
    ports: tuple[int, ...]
    port: str = "Port"


STORES: dict[str, Store] = {
    "AWS::AmazonMQ::Broker": Store("SecurityGroups", "SubnetIds", (5671, 8162, 8883, 61617)),
    "AWS::DAX::Cluster": Store("SecurityGroupIds", "SubnetGroupName", (8111, 9111)),
    "AWS::DMS::ReplicationInstance": Store("VpcSecurityGroupIds", "ReplicationSubnetGroupIdentifier", ()),
    "AWS::DocDB::DBCluster": Store("VpcSecurityGroupIds", "DBSubnetGroupName", (27017,)),
    "AWS::DocDBElastic::Cluster": Store("VpcSecurityGroupIds", "SubnetIds", (27017,)),
    "AWS::EFS::MountTarget": Store("SecurityGroups", "SubnetId", (2049,)),
    "AWS::ElastiCache::CacheCluster": Store("VpcSecurityGroupIds", "CacheSubnetGroupName", (6379, 11211)),
    "AWS::ElastiCache::ReplicationGroup": Store("SecurityGroupIds", "CacheSubnetGroupName", (6379,)),
    "AWS::ElastiCache::ServerlessCache": Store("SecurityGroupIds", "SubnetIds", (6379, 6380)),
    "AWS::Elasticsearch::Domain": Store("VPCOptions.SecurityGroupIds", "VPCOptions.SubnetIds", (443,)),
    "AWS::FSx::FileSystem": Store("SecurityGroupIds", "SubnetIds", (445, 988, 2049)),
    "AWS::MSK::Cluster": Store(
        "BrokerNodeGroupInfo.SecurityGroups", "BrokerNodeGroupInfo.ClientSubnets", (9092, 9094, 9096, 9098)
    ),
    "AWS::MSK::ServerlessCluster": Store("VpcConfigs.*.SecurityGroups", "VpcConfigs.*.SubnetIds", (9098,)),
    "AWS::MemoryDB::Cluster": Store("SecurityGroupIds", "SubnetGroupName", (6379,)),
    "AWS::Neptune::DBCluster": Store("VpcSecurityGroupIds", "DBSubnetGroupName", (8182,), "DBPort"),
    "AWS::OpenSearchService::Domain": Store("VPCOptions.SecurityGroupIds", "VPCOptions.SubnetIds", (443,)),
    "AWS::RDS::DBCluster": Store("VpcSecurityGroupIds", "DBSubnetGroupName", (3306, 5432)),
    "AWS::RDS::DBInstance": Store("VPCSecurityGroups", "DBSubnetGroupName", (1433, 1521, 3306, 5432)),
    "AWS::RDS::DBProxy": Store("VpcSecurityGroupIds", "VpcSubnetIds", (3306, 5432)),
    "AWS::Redshift::Cluster": Store("VpcSecurityGroupIds", "ClusterSubnetGroupName", (5439,)),
    "AWS::RedshiftServerless::Workgroup": Store("SecurityGroupIds", "SubnetIds", (5439,)),
}

SUBNET_GROUPS: dict[str, tuple[str, str]] = {
    "AWS::DAX::SubnetGroup": ("SubnetIds", "SubnetGroupName"),
    "AWS::DMS::ReplicationSubnetGroup": ("SubnetIds", "ReplicationSubnetGroupIdentifier"),
    "AWS::DocDB::DBSubnetGroup": ("SubnetIds", "DBSubnetGroupName"),
    "AWS::ElastiCache::SubnetGroup": ("SubnetIds", "CacheSubnetGroupName"),
    "AWS::MemoryDB::SubnetGroup": ("SubnetIds", "SubnetGroupName"),
    "AWS::Neptune::DBSubnetGroup": ("SubnetIds", "DBSubnetGroupName"),
    "AWS::RDS::DBSubnetGroup": ("SubnetIds", "DBSubnetGroupName"),
    "AWS::Redshift::ClusterSubnetGroup": ("SubnetIds", "ClusterSubnetGroupName"),
}
"""Where a subnet group lists its subnets and says its name."""

WORKLOADS: dict[str, tuple[str, ...]] = {
    "AWS::AutoScaling::AutoScalingGroup": ("VPCZoneIdentifier",),
    "AWS::Batch::ComputeEnvironment": ("ComputeResources.Subnets",),
    "AWS::CodeBuild::Project": ("VpcConfig.Subnets",),
    "AWS::EC2::Instance": ("SubnetId", "NetworkInterfaces.*.SubnetId"),
    "AWS::ECS::Service": ("NetworkConfiguration.AwsvpcConfiguration.Subnets",),
    "AWS::ECS::TaskSet": ("NetworkConfiguration.AwsvpcConfiguration.Subnets",),
    "AWS::EKS::Nodegroup": ("Subnets",),
    "AWS::Events::Rule": ("Targets.*.EcsParameters.NetworkConfiguration.AwsVpcConfiguration.Subnets",),
    "AWS::Lambda::Function": ("VpcConfig.SubnetIds",),
    "AWS::SageMaker::NotebookInstance": ("SubnetId",),
    "AWS::Scheduler::Schedule": ("Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.Subnets",),
}
"""What runs in a VPC, and where a template says its subnets."""

GROUP_PROPERTIES = {
    "securitygroups",
    "securitygroupids",
    "vpcsecuritygroupids",
    "vpcsecuritygroups",
    "groupset",
    "cachesecuritygroupnames",
    "securitygroup",
}
"""Names, in lower case, of the properties that attach security groups to something."""

LOAD_BALANCERS = ("AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancing::LoadBalancer")
