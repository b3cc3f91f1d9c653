"""What the emulator does not do, by resource type: the sentence that a list of recorded resources shows."""

NO_API = "the emulator has no such service: recorded only"

_NETWORK = "no packet is routed or filtered: recorded only"
_DATABASE = "no database runs: the record answers describe calls, its endpoint does not"
_CONTAINERS = "no container runs: services report what was asked for"
_BACKUP = "no backup is taken: plans and vaults are records without recovery points"
_BUILD = "no build runs"
_TRAIL = "no event or log file is delivered"
_METRIC_FILTER = "never evaluated: log lines make no metric"
_WAF = "no request is inspected"
_CONFIG = "no configuration is recorded, no rule is evaluated"
_MATH = "metric math is never evaluated: only SetAlarmState moves the alarm"
_SILENT = "nothing emits the metric: only PutMetricData or SetAlarmState moves the alarm"
_DIMENSIONS = "evaluated over all functions together: dimensions are ignored"
_MAIL = "no mail and no text message is sent"
_EMITTING = "AWS/Lambda"
"""The one namespace of AWS that the emulator has metrics in."""

PRETENDED = {
    "AWS::Backup::BackupPlan": _BACKUP,
    "AWS::Backup::BackupSelection": _BACKUP,
    "AWS::Backup::BackupVault": _BACKUP,
    "AWS::Batch::ComputeEnvironment": _CONTAINERS,
    "AWS::Batch::JobDefinition": _CONTAINERS,
    "AWS::Batch::JobQueue": _CONTAINERS,
    "AWS::Budgets::Budget": "no cost is counted",
    "AWS::CloudTrail::Trail": _TRAIL,
    "AWS::CodeBuild::Project": _BUILD,
    "AWS::Config::ConfigRule": _CONFIG,
    "AWS::Config::ConfigurationRecorder": _CONFIG,
    "AWS::Config::DeliveryChannel": _CONFIG,
    "AWS::DocDB::DBCluster": _DATABASE,
    "AWS::DocDB::DBInstance": _DATABASE,
    "AWS::EC2::EIP": _NETWORK,
    "AWS::EC2::FlowLog": _NETWORK,
    "AWS::EC2::InternetGateway": _NETWORK,
    "AWS::EC2::NatGateway": _NETWORK,
    "AWS::EC2::NetworkAcl": _NETWORK,
    "AWS::EC2::NetworkAclEntry": _NETWORK,
    "AWS::EC2::PrefixList": _NETWORK,
    "AWS::EC2::Route": _NETWORK,
    "AWS::EC2::RouteTable": _NETWORK,
    "AWS::EC2::SecurityGroup": _NETWORK,
    "AWS::EC2::SecurityGroupEgress": _NETWORK,
    "AWS::EC2::SecurityGroupIngress": _NETWORK,
    "AWS::EC2::Subnet": _NETWORK,
    "AWS::EC2::SubnetNetworkAclAssociation": _NETWORK,
    "AWS::EC2::SubnetRouteTableAssociation": _NETWORK,
    "AWS::EC2::VPC": _NETWORK,
    "AWS::EC2::VPCEndpoint": _NETWORK,
    "AWS::EC2::VPCGatewayAttachment": _NETWORK,
    "AWS::ECS::Cluster": _CONTAINERS,
    "AWS::ECS::ClusterCapacityProviderAssociations": _CONTAINERS,
    "AWS::ECS::Service": _CONTAINERS,
    "AWS::ECS::TaskDefinition": _CONTAINERS,
    "AWS::EFS::FileSystem": "no file can be mounted",
    "AWS::EFS::MountTarget": "no file can be mounted",
    "AWS::ElastiCache::CacheCluster": _DATABASE,
    "AWS::ElastiCache::ReplicationGroup": _DATABASE,
    "AWS::ElastiCache::ServerlessCache": _DATABASE,
    "AWS::Logs::MetricFilter": _METRIC_FILTER,
    "AWS::RDS::DBCluster": _DATABASE,
    "AWS::RDS::DBInstance": _DATABASE,
    "AWS::RDS::DBProxy": _DATABASE,
    "AWS::RDS::DBProxyTargetGroup": _DATABASE,
    "AWS::Route53::HealthCheck": "no endpoint is checked",
    "AWS::WAFv2::IPSet": _WAF,
    "AWS::WAFv2::WebACL": _WAF,
    "AWS::WAFv2::WebACLAssociation": _WAF,
}
"""Types with an API that answers, and nothing behind it."""


def of(resource_type: str, properties: dict[str, object], *, placeholder: bool) -> str | None:
    """Return what does not happen for a resource, or None when the emulator does what it stands for."""
    if placeholder:
        return NO_API
    match resource_type:
        case "AWS::CloudWatch::Alarm":
            return _of_alarm(properties)
        case "AWS::SNS::Subscription" if properties.get("Protocol") in ("email", "email-json", "sms"):
            return _MAIL
    return PRETENDED.get(resource_type)


def _of_alarm(properties: dict[str, object]) -> str | None:
    namespace = str(properties.get("Namespace", ""))
    if "Metrics" in properties:
        return _MATH
    if namespace == _EMITTING:
        return _DIMENSIONS if properties.get("Dimensions") else None
    return _SILENT if namespace.startswith("AWS/") else None
