"""What the schemas do not say: identities that collide, types that are revisions, build artefacts."""

from collections.abc import Mapping

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
        "AWS::IoT::PolicyVersion",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::StepFunctions::StateMachineVersion",
    }
)

#: Links, grants and pictures: replacing or removing one of these is of no consequence in itself. What it opens
#: or closes is judged by the access rules.
GLUE = REVISIONS | {
    "AWS::CloudWatch::Dashboard",
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

#: Properties whose only content is where a build put its files: routine in every deploy.
CODE_ASSETS: Mapping[str, frozenset[str]] = {
    "AWS::Lambda::Function": frozenset({"Code.S3Bucket", "Code.S3Key", "Code.ImageUri", "Code.S3ObjectVersion"}),
    "AWS::Lambda::LayerVersion": frozenset({"Content.S3Bucket", "Content.S3Key"}),
    "AWS::CloudFormation::Stack": frozenset({"TemplateURL"}),
    "Custom::CDKBucketDeployment": frozenset({"SourceObjectKeys.0", "SourceObjectKeys", "SourceBucketNames.0"}),
    "AWS::CDK::Metadata": frozenset({"Analytics"}),
}
