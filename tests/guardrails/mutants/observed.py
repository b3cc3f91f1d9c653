"""It fails, and nobody notices."""

from tests.guardrails.mutation import Mutant, add, both, drop, linked, put, ref, remove, remove_all

ALARM, TOPIC, SUBSCRIPTION = "AWS::CloudWatch::Alarm", "AWS::SNS::Topic", "AWS::SNS::Subscription"
TRAIL, GROUP, FUNCTION = "AWS::CloudTrail::Trail", "AWS::Logs::LogGroup", "AWS::Lambda::Function"
RULE, BUCKET, QUEUE = "AWS::Events::Rule", "AWS::S3::Bucket", "AWS::SQS::Queue"
RELEASE = "AWS::CodeDeploy::DeploymentGroup"
REFERENCE = ("reference",)
EVERYTHING, QUEUES, ON_TRAIL, BACKUPS = (
    "observed.alarm-on-everything",
    "observed.alarm-on-queues",
    "observed.alarm-on-the-trail",
    "observed.backup-failures",
)
REACH, LINKS, IS_ON, DETECTOR, RECORDER, OFF, REMEDY = (
    "observed.alarms-reach-somebody",
    "observed.alarms-link-runbooks",
    "observed.trail",
    "observed.detector",
    "observed.recorder",
    "observed.nothing-switched-off",
    "observed.remediation",
)
KEPT, NAMED, WORK, CAME, FLOWS = (
    "observed.log-retention",
    "observed.functions-name-their-log-group",
    "observed.workloads-log",
    "observed.access-logs",
    "observed.flow-logs",
)
PUBLISH = "observed.alarms-may-publish"
OTHER_KEY = add("OtherKey", "AWS::KMS::Key", beside="AWS::SNS::Topic", EnableKeyRotation=True)
RESTORES = ["Restore Job State Change"]
FILTERED = both(
    linked(
        "Filter",
        "AWS::Logs::MetricFilter",
        LogGroupName=ref(GROUP, "Trail"),
        MetricTransformations=[{"MetricNamespace": "Security", "MetricName": "RootLogins"}],
    ),
    add("RootAlarm", ALARM, Namespace="Security", MetricName="RootLogins"),
)


def on_prod(promise: str, name: str, step: object, given: object) -> Mutant:
    """On prod, which is given what it has not got yet."""
    return Mutant(promise, name, step, ("prod",), given)  # type: ignore[arg-type]


MUTANTS = [
    Mutant(EVERYTHING, "a function without alarms", add("Fn", FUNCTION, Runtime="python3.14")),
    Mutant(EVERYTHING, "a table without alarms", add("Table", "AWS::DynamoDB::Table")),
    Mutant(EVERYTHING, "a service without alarms", add("Svc", "AWS::ECS::Service", DesiredCount=2)),
    Mutant(EVERYTHING, "a deleted alarm", remove(ALARM, "4XXError")),
    Mutant(
        EVERYTHING,
        "a namespace that nobody writes",
        put(ALARM, "Namespace", "AWS/Lamda", "FunctionThrottles"),
        ("prod",),
    ),
    Mutant(
        EVERYTHING, "a dimension that is none", put(ALARM, "Dimensions.0.Name", "Fn", "FunctionThrottles"), ("prod",)
    ),
    Mutant(EVERYTHING, "another namespace", put(ALARM, "Namespace", "AWS/Lamda", "ApiThrottles"), REFERENCE),
    Mutant(EVERYTHING, "another deleted alarm", remove(ALARM, "Throttles")),
    Mutant(
        EVERYTHING,
        "an alarm on somebody else's function",
        put(ALARM, "Dimensions", [{"Name": "FunctionName", "Value": "x"}], "ApiErrors"),
        REFERENCE,
    ),
    Mutant(EVERYTHING, "the balancer's alarm is gone", remove(ALARM, "BalancerAlarm"), REFERENCE),
    Mutant(EVERYTHING, "the cache's alarm is gone", remove(ALARM, "CacheEngineCPU"), REFERENCE),
    Mutant(EVERYTHING, "a new bucketless cluster", add("Db", "AWS::RDS::DBCluster", Engine="aurora-postgresql")),
    Mutant(EVERYTHING, "a certificate that may end", add("Shown", "AWS::CertificateManager::Certificate")),
    Mutant(EVERYTHING, "a proxy without alarms", add("Proxy", "AWS::RDS::DBProxy", RequireTLS=True)),
    Mutant(QUEUES, "nobody looks at the dead letters", remove(ALARM, "ApproximateNumberOfMessagesVisible")),
    Mutant(QUEUES, "a queue without alarms", add("Jobs", QUEUE)),
    Mutant(QUEUES, "nobody looks at the age", remove(ALARM, "AgeAlarm"), REFERENCE),
    on_prod(ON_TRAIL, "its alarm is gone", remove(ALARM, "RootAlarm"), FILTERED),
    on_prod(
        ON_TRAIL,
        "a filter without an alarm",
        put("AWS::Logs::MetricFilter", "MetricTransformations.0.MetricName", "Other"),
        FILTERED,
    ),
    Mutant(ON_TRAIL, "nobody hears of root logins", remove(ALARM, "RootLogins"), REFERENCE),
    Mutant(BACKUPS, "the rule is gone", remove(RULE, "FailedBackups"), ("prod",)),
    Mutant(
        BACKUPS,
        "the rule hears of restores alone",
        put(RULE, "EventPattern.detail-type", RESTORES, "FailedBackups"),
        ("prod",),
    ),
    Mutant(
        BACKUPS,
        "the rule is about another service",
        put(RULE, "EventPattern.source", ["aws.rds"], "FailedBackups"),
        ("prod",),
    ),
    Mutant(BACKUPS, "nobody hears of failures", remove(ALARM, "Backups"), REFERENCE),
    Mutant(REACH, "no action", put(ALARM, "AlarmActions", [], "Throttles")),
    Mutant(REACH, "switched off", put(ALARM, "ActionsEnabled", False)),
    Mutant(REACH, "nobody subscribes", remove_all(SUBSCRIPTION)),
    Mutant(
        REACH,
        "another topic, that nobody hears",
        both(add("Quiet", TOPIC, beside=ALARM), put(ALARM, "AlarmActions", [{"Ref": "Quiet"}], "Throttles")),
    ),
    Mutant(REACH, "a release that ignores its alarm", put(RELEASE, "AlarmConfiguration.Enabled", False), ("prod",)),
    Mutant(REACH, "a release that stays", put(RELEASE, "AutoRollbackConfiguration.Enabled", False), ("prod",)),
    Mutant(REACH, "a release without an alarm", put(RELEASE, "AlarmConfiguration.Alarms", []), ("prod",)),
    Mutant(LINKS, "no description", drop(ALARM, "AlarmDescription", "Throttles")),
    Mutant(LINKS, "no link", put(ALARM, "AlarmDescription", "Something is wrong.", "Throttles")),
    Mutant(IS_ON, "stopped", put(TRAIL, "IsLogging", False)),
    Mutant(IS_ON, "one region", put(TRAIL, "IsMultiRegionTrail", False)),
    Mutant(IS_ON, "files are not checked", drop(TRAIL, "EnableLogFileValidation")),
    Mutant(IS_ON, "writes only", put(TRAIL, "EventSelectors", [{"ReadWriteType": "WriteOnly"}])),
    Mutant(
        PUBLISH,
        "its key's policy forgets CloudWatch",
        put("AWS::KMS::Key", "KeyPolicy.Statement", [], "AlarmsKey"),
        ("prod",),
    ),
    Mutant(
        PUBLISH,
        "another key",
        put(TOPIC, "KmsMasterKeyId", {"Fn::GetAtt": ["OtherKey", "Arn"]}, "P1"),
        ("prod",),
        OTHER_KEY,
    ),
    Mutant(PUBLISH, "the key's policy forgets CloudWatch", put("AWS::KMS::Key", "KeyPolicy.Statement", []), REFERENCE),
    Mutant(IS_ON, "gone", remove(TRAIL)),
    Mutant(DETECTOR, "off", put("AWS::GuardDuty::Detector", "Enable", False)),
    Mutant(DETECTOR, "gone", remove("AWS::GuardDuty::Detector"), ("prod",)),
    Mutant(RECORDER, "some types only", put("AWS::Config::ConfigurationRecorder", "RecordingGroup", {}), ("prod",)),
    Mutant(RECORDER, "nothing is delivered", remove("AWS::Config::DeliveryChannel"), ("prod",)),
    Mutant(RECORDER, "gone", remove("AWS::Config::ConfigurationRecorder"), REFERENCE),
    Mutant(OFF, "a rule", add("Rule", RULE, State="DISABLED")),
    Mutant(OFF, "a rule without a target", put(RULE, "Targets", [], "aws.backup"), ("prod",)),
    Mutant(OFF, "an event source", add("Source", "AWS::Lambda::EventSourceMapping", Enabled=False)),
    Mutant(OFF, "a schedule", add("Nightly", "AWS::Scheduler::Schedule", State="DISABLED")),
    Mutant(OFF, "the remedy", put(RULE, "State", "DISABLED"), REFERENCE),
    Mutant(REMEDY, "disabled", put(RULE, "State", "DISABLED", "Remediation"), ("prod",)),
    Mutant(REMEDY, "without a target", put(RULE, "Targets", [], "Remediation"), ("prod",)),
    Mutant(REMEDY, "gone", remove(RULE, "Remediation"), REFERENCE),
    Mutant(KEPT, "for ever", drop(GROUP, "RetentionInDays")),
    Mutant(KEPT, "a day", put(GROUP, "RetentionInDays", 1)),
    Mutant(NAMED, "none named", drop(FUNCTION, "LoggingConfig", "python3.14")),
    Mutant(NAMED, "a new function", add("Fn", FUNCTION, Runtime="python3.14")),
    Mutant(
        WORK,
        "a container without a driver",
        add("Task", "AWS::ECS::TaskDefinition", ContainerDefinitions=[{"Name": "a"}]),
    ),
    Mutant(WORK, "a silent state machine", add("Machine", "AWS::StepFunctions::StateMachine")),
    Mutant(CAME, "the stage", drop("AWS::ApiGateway::Stage", "AccessLogSetting")),
    Mutant(CAME, "the web ACL", remove("AWS::WAFv2::LoggingConfiguration")),
    Mutant(CAME, "a bucket", drop(BUCKET, "LoggingConfiguration", "DestinationBucketName")),
    Mutant(CAME, "a database", add("Db", "AWS::RDS::DBCluster")),
    Mutant(
        CAME, "the balancer", put("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes", []), REFERENCE
    ),
    Mutant(CAME, "the distribution", drop("AWS::CloudFront::Distribution", "DistributionConfig.Logging"), REFERENCE),
    Mutant(FLOWS, "gone", remove_all("AWS::EC2::FlowLog")),
    Mutant(
        FLOWS,
        "accepted ones only",
        both(
            remove_all("AWS::EC2::FlowLog"),
            linked("Flow", "AWS::EC2::FlowLog", ResourceId=ref("AWS::EC2::VPC"), TrafficType="ACCEPT"),
        ),
    ),
]
