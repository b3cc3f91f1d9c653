"""What the schemas do not say: identities that collide, types that are revisions, build artefacts."""

from collections.abc import Mapping, Sequence

from infra.changes.schemas import Answer, Replaces, covers

#: Properties that only one resource can have at a time, besides the names that the schemas know. Creating the
#: second before the first is gone, as CloudFormation does, is refused by the service.
COLLIDING: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "AWS::ApiGateway::Resource": (("RestApiId", "ParentId", "PathPart"),),
    "AWS::ApiGatewayV2::Route": (("ApiId", "RouteKey"),),
    "AWS::EC2::NetworkAclEntry": (("NetworkAclId", "RuleNumber", "Egress"),),
    "AWS::EC2::Route": (
        ("RouteTableId", "DestinationCidrBlock"),
        ("RouteTableId", "DestinationIpv6CidrBlock"),
        ("RouteTableId", "DestinationPrefixListId"),
    ),
    "AWS::EC2::SecurityGroupEgress": (
        ("GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6", "DestinationSecurityGroupId"),
    ),
    "AWS::EC2::SecurityGroupIngress": (
        ("GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6", "SourceSecurityGroupId"),
    ),
    "AWS::EC2::Subnet": (("CidrBlock", "VpcId"),),
    "AWS::EC2::SubnetRouteTableAssociation": (("SubnetId",),),
    "AWS::EC2::VPCGatewayAttachment": (("VpcId", "InternetGatewayId"),),
    "AWS::EFS::MountTarget": (("SubnetId", "FileSystemId"),),
    "AWS::ElasticLoadBalancingV2::Listener": (("Port", "LoadBalancerArn"),),
    "AWS::ElasticLoadBalancingV2::ListenerRule": (("Priority", "ListenerArn"),),
    "AWS::Lambda::Alias": (("Name", "FunctionName"),),
    "AWS::Lambda::EventSourceMapping": (("EventSourceArn", "FunctionName"),),
    "AWS::Lambda::Url": (("TargetFunctionArn", "Qualifier"),),
}

#: Immutable by design: every change makes a new revision, and the old one is only no longer referred to.
REVISIONS = frozenset(
    {
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGatewayV2::Deployment",
        "AWS::AppConfig::Deployment",
        "AWS::AppConfig::HostedConfigurationVersion",
        "AWS::AutoScaling::LaunchConfiguration",
        "AWS::Batch::JobDefinition",
        "AWS::Bedrock::GuardrailVersion",
        "AWS::CDK::Metadata",
        "AWS::CodeDeploy::DeploymentConfig",
        "AWS::ECS::TaskDefinition",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::StepFunctions::StateMachineVersion",
    }
)

#: Links, grants and pictures: replacing or removing one of these is of no consequence in itself. What it opens
#: or closes is judged by the access rules.
GLUE = REVISIONS | {
    "AWS::CloudWatch::Dashboard",
    "AWS::EC2::Route",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::ECR::RegistryPolicy",
    "AWS::Events::EventBusPolicy",
    "AWS::Logs::ResourcePolicy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::Lambda::LayerVersionPermission",
    "AWS::Lambda::Permission",
    "AWS::Logs::QueryDefinition",
    "AWS::CloudFormation::WaitConditionHandle",
}

#: What a build puts there and every deploy changes: where its files or its image are.
BUILD_OUTPUT: Mapping[str, tuple[str, ...]] = {
    "AWS::CDK::Metadata": ("Analytics",),
    "AWS::CloudFormation::Stack": ("TemplateURL",),
    "AWS::ECS::TaskDefinition": ("ContainerDefinitions/*/Image",),
    "AWS::Lambda::Function": ("Code/S3Bucket", "Code/S3Key", "Code/S3ObjectVersion", "Code/ImageUri"),
    "AWS::Lambda::LayerVersion": ("Content/S3Bucket", "Content/S3Key"),
    "Custom::CDKBucketDeployment": ("SourceObjectKeys", "SourceBucketNames", "SourceMarkers"),
}

_DOCS = "https://docs.aws.amazon.com"
_TEMPLATE = f"{_DOCS}/AWSCloudFormation/latest/TemplateReference"
_INDEXES = f"{_DOCS}/amazondynamodb/latest/developerguide/LSI.html"

#: Properties of which neither schema says that they replace, though the service can set them only at creation.
_MAY_REPLACE: Mapping[str, Mapping[str, str]] = {
    "AWS::DynamoDB::Table": {
        "LocalSecondaryIndexes": _INDEXES,
        "AttributeDefinitions/*/AttributeType": f"{_TEMPLATE}/aws-resource-dynamodb-table.html",
    },
    "AWS::DynamoDB::GlobalTable": {
        "AttributeDefinitions/*/AttributeType": f"{_TEMPLATE}/aws-resource-dynamodb-globaltable.html",
    },
    "AWS::OpenSearchService::Domain": {
        "VPCOptions": f"{_DOCS}/opensearch-service/latest/developerguide/vpc.html",
    },
    "AWS::EKS::Cluster": {"Name": f"{_TEMPLATE}/aws-resource-eks-cluster.html"},
}


def answer(resource_type: str, path: Sequence[str]) -> Answer | None:
    """What this overlay says of a changed property, if anything."""
    for rule, source in _MAY_REPLACE.get(resource_type, {}).items():
        if covers(rule, path):
            return Answer(Replaces.MAYBE, tuple(path[: len(rule.split("/"))]), f"service documentation: {source}")
    return None
