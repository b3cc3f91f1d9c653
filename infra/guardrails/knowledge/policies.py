"""Where templates write IAM policies: what an identity may do, and who may use a resource."""

_POLICIES = ("Policies.*.PolicyDocument",)
_DOCUMENT = ("PolicyDocument",)

IDENTITY_POLICIES: dict[str, tuple[str, ...]] = {
    "AWS::IAM::Group": _POLICIES,
    "AWS::IAM::GroupPolicy": _DOCUMENT,
    "AWS::IAM::ManagedPolicy": _DOCUMENT,
    "AWS::IAM::Policy": _DOCUMENT,
    "AWS::IAM::Role": _POLICIES,
    "AWS::IAM::RolePolicy": _DOCUMENT,
    "AWS::IAM::User": _POLICIES,
    "AWS::IAM::UserPolicy": _DOCUMENT,
    "AWS::IoT::Policy": _DOCUMENT,
    "AWS::SSO::PermissionSet": ("InlinePolicy",),
}

RESOURCE_POLICIES: dict[str, tuple[str, ...]] = {
    "AWS::ApiGateway::RestApi": ("Policy",),
    "AWS::Backup::BackupVault": ("AccessPolicy",),
    "AWS::CodeArtifact::Domain": ("PermissionsPolicyDocument",),
    "AWS::CodeArtifact::Repository": ("PermissionsPolicyDocument",),
    "AWS::DynamoDB::GlobalTable": ("Replicas.*.ResourcePolicy.PolicyDocument",),
    "AWS::DynamoDB::Table": ("ResourcePolicy.PolicyDocument",),
    "AWS::EC2::VPCEndpoint": _DOCUMENT,
    "AWS::ECR::RegistryPolicy": ("PolicyText",),
    "AWS::ECR::Repository": ("RepositoryPolicyText",),
    "AWS::EFS::FileSystem": ("FileSystemPolicy",),
    "AWS::Elasticsearch::Domain": ("AccessPolicies",),
    "AWS::Events::EventBus": ("Policy",),
    "AWS::KMS::Key": ("KeyPolicy",),
    "AWS::KMS::ReplicaKey": ("KeyPolicy",),
    "AWS::Kinesis::ResourcePolicy": ("ResourcePolicy",),
    "AWS::Lambda::ResourcePolicy": ("Policy",),
    "AWS::Logs::ResourcePolicy": _DOCUMENT,
    "AWS::MSK::ClusterPolicy": ("Policy",),
    "AWS::OpenSearchService::Domain": ("AccessPolicies",),
    "AWS::S3::AccessPoint": ("Policy",),
    "AWS::S3::BucketPolicy": _DOCUMENT,
    "AWS::S3::MultiRegionAccessPointPolicy": ("Policy",),
    "AWS::S3Express::BucketPolicy": _DOCUMENT,
    "AWS::S3ObjectLambda::AccessPointPolicy": _DOCUMENT,
    "AWS::S3Tables::TableBucketPolicy": ("ResourcePolicy",),
    "AWS::SNS::TopicInlinePolicy": _DOCUMENT,
    "AWS::SNS::TopicPolicy": _DOCUMENT,
    "AWS::SQS::QueueInlinePolicy": _DOCUMENT,
    "AWS::SQS::QueuePolicy": _DOCUMENT,
    "AWS::SecretsManager::ResourcePolicy": ("ResourcePolicy",),
    "AWS::VpcLattice::AuthPolicy": ("Policy",),
}
