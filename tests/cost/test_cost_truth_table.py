"""What AWS bills, calculated by hand: 730 hours a month, prices and usage of cost_samples.py."""

from typing import Any

import pytest

from infra.cost import Estimate

Lines = dict[str, tuple[str, float]]
VPC = {"Ref": "Vpc"}
TASK = {"Cpu": "512", "Memory": "1024"}
LIFECYCLE = [
    {"TransitionInDays": 90, "StorageClass": "STANDARD_IA"},
    {"TransitionInDays": 365, "StorageClass": "GLACIER"},
    {"TransitionInDays": 730, "StorageClass": "DEEP_ARCHIVE"},
]


def get_att(name: str, attribute: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


CASES: dict[str, tuple[dict[str, Any], Lines]] = {
    "a zonal NAT gateway": (
        {"X": ("AWS::EC2::NatGateway", {"SubnetId": "subnet-1"})},
        {"gateway": ("fixed", 32.85), "data processed": ("usage", 4.50)},
    ),
    "two NAT gateways share the environment's traffic": (
        {"X": ("AWS::EC2::NatGateway", {}), "Y": ("AWS::EC2::NatGateway", {})},
        {"gateway": ("fixed", 32.85), "data processed": ("usage", 2.25)},
    ),
    "a regional NAT gateway in the three zones of its VPC, with addresses that AWS allocates": (
        {
            "X": ("AWS::EC2::NatGateway", {"AvailabilityMode": "regional", "VpcId": VPC}),
            "Vpc": ("AWS::EC2::VPC", {}),
            **{
                f"Subnet{zone}{tier}": (
                    "AWS::EC2::Subnet",
                    {"VpcId": VPC, "AvailabilityZone": f"us-east-1{zone}"},
                )
                for zone in "abc"
                for tier in ("Private", "Isolated")
            },
        },
        {
            "regional gateway": ("fixed", 98.55),
            "public addresses that AWS allocates": ("fixed", 10.95),
            "data processed": ("usage", 4.50),
        },
    ),
    "a regional NAT gateway with addresses of its own in two zones": (
        {
            "X": (
                "AWS::EC2::NatGateway",
                {
                    "AvailabilityMode": "regional",
                    "AvailabilityZoneAddresses": [
                        {"AvailabilityZone": "us-east-1a", "AllocationIds": ["eipalloc-1"]},
                        {"AvailabilityZone": "us-east-1b", "AllocationIds": ["eipalloc-2"]},
                    ],
                },
            )
        },
        {"regional gateway": ("fixed", 65.70), "data processed": ("usage", 4.50)},
    ),
    "an elastic IP address": ({"X": ("AWS::EC2::EIP", {})}, {"public IPv4 address": ("fixed", 3.65)}),
    "an interface endpoint in two zones": (
        {"X": ("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Interface", "SubnetIds": ["a", "b"]})},
        {"endpoint": ("fixed", 14.60), "data processed": ("usage", 0.10)},
    ),
    "a site-to-site VPN": (
        {"X": ("AWS::EC2::VPNConnection", {})},
        {"VPN connection": ("fixed", 36.50)},
    ),
    "a client VPN": (
        {"X": ("AWS::EC2::ClientVpnEndpoint", {})},
        {"connections": ("usage", 5.00)},
    ),
    "a client VPN's association with a subnet": (
        {"X": ("AWS::EC2::ClientVpnTargetNetworkAssociation", {})},
        {"subnet association": ("fixed", 73.00)},
    ),
    "a public application load balancer in two zones": (
        {"X": ("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Subnets": ["a", "b"]})},
        {
            "load balancer": ("fixed", 16.425),
            "public IPv4 addresses": ("fixed", 7.30),
            "capacity units": ("usage", 11.68),
            "data out": ("usage", 0.90),
        },
    ),
    "an internal network load balancer": (
        {
            "X": (
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                {"Type": "network", "Scheme": "internal", "Subnets": ["a", "b"]},
            )
        },
        {"load balancer": ("fixed", 16.425), "capacity units": ("usage", 8.76)},
    ),
    "two Fargate tasks of half a vCPU and 1 GB": (
        {
            "X": (
                "AWS::ECS::Service",
                {"LaunchType": "FARGATE", "DesiredCount": 2, "TaskDefinition": {"Ref": "Task"}},
            ),
            "Task": ("AWS::ECS::TaskDefinition", TASK),
        },
        {"tasks: vCPU": ("fixed", 29.5504), "tasks: memory": ("fixed", 6.4897)},
    ),
    "a Fargate service keeps the minimum of its scaling, on ARM, with 30 GB more disk": (
        {
            "X": (
                "AWS::ECS::Service",
                {"LaunchType": "FARGATE", "DesiredCount": 9, "TaskDefinition": {"Ref": "Task"}},
            ),
            "Task": (
                "AWS::ECS::TaskDefinition",
                {
                    "Cpu": "1024",
                    "Memory": "2048",
                    "RuntimePlatform": {"CpuArchitecture": "ARM64"},
                    "EphemeralStorage": {"SizeInGiB": 50},
                },
            ),
            "Scaling": (
                "AWS::ApplicationAutoScaling::ScalableTarget",
                {
                    "MinCapacity": 3,
                    "MaxCapacity": 9,
                    "ResourceId": {"Fn::Join": ["/", ["service", "cluster", get_att("X", "Name")]]},
                },
            ),
        },
        {
            "tasks: vCPU": ("fixed", 70.9122),
            "tasks: memory": ("fixed", 15.5928),
            "tasks: storage": ("fixed", 7.2927),
        },
    ),
    "of five tasks the base of one and a quarter of the rest run on Fargate, the others on Spot": (
        {
            "X": (
                "AWS::ECS::Service",
                {
                    "DesiredCount": 5,
                    "TaskDefinition": {"Ref": "Task"},
                    "CapacityProviderStrategy": [
                        {"CapacityProvider": "FARGATE", "Base": 1, "Weight": 1},
                        {"CapacityProvider": "FARGATE_SPOT", "Weight": 3},
                    ],
                },
            ),
            "Task": ("AWS::ECS::TaskDefinition", TASK),
        },
        {
            "tasks: vCPU": ("fixed", 29.5504),
            "tasks: memory": ("fixed", 6.4897),
            "Spot tasks: vCPU": ("fixed", 13.29768),
            "Spot tasks: memory": ("fixed", 2.920365),
        },
    ),
    "a service takes its cluster's capacity providers": (
        {
            "X": ("AWS::ECS::Service", {"Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Task"}}),
            "Task": ("AWS::ECS::TaskDefinition", TASK),
            "Cluster": ("AWS::ECS::Cluster", {}),
            "Providers": (
                "AWS::ECS::ClusterCapacityProviderAssociations",
                {
                    "Cluster": {"Ref": "Cluster"},
                    "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}],
                },
            ),
        },
        {"Spot tasks: vCPU": ("fixed", 4.43256), "Spot tasks: memory": ("fixed", 0.973455)},
    ),
    "a task with a public address": (
        {
            "X": (
                "AWS::ECS::Service",
                {
                    "LaunchType": "FARGATE",
                    "TaskDefinition": {"Ref": "Task"},
                    "NetworkConfiguration": {"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}},
                },
            ),
            "Task": ("AWS::ECS::TaskDefinition", TASK),
        },
        {
            "tasks: vCPU": ("fixed", 14.7752),
            "tasks: memory": ("fixed", 3.24485),
            "public IPv4 addresses": ("fixed", 3.65),
        },
    ),
    "a batch job on Fargate": (
        {
            "X": (
                "AWS::Batch::JobDefinition",
                {
                    "PlatformCapabilities": ["FARGATE"],
                    "ContainerProperties": {
                        "ResourceRequirements": [
                            {"Type": "VCPU", "Value": "2"},
                            {"Type": "MEMORY", "Value": "4096"},
                        ]
                    },
                },
            )
        },
        {"jobs: vCPU": ("usage", 0.8096), "jobs: memory": ("usage", 0.1778)},
    ),
    "a batch job on ARM": (
        {
            "X": (
                "AWS::Batch::JobDefinition",
                {
                    "PlatformCapabilities": ["FARGATE"],
                    "ContainerProperties": {
                        "RuntimePlatform": {"CpuArchitecture": "ARM64"},
                        "ResourceRequirements": [
                            {"Type": "VCPU", "Value": "2"},
                            {"Type": "MEMORY", "Value": "4096"},
                        ],
                    },
                },
            )
        },
        {"jobs: vCPU": ("usage", 0.6476), "jobs: memory": ("usage", 0.1424)},
    ),
    "a function of 512 MiB": (
        {"X": ("AWS::Lambda::Function", {"MemorySize": 512})},
        {"requests": ("usage", 0.60), "running time": ("usage", 5.00001)},
    ),
    "an ARM function of 1 GiB": (
        {"X": ("AWS::Lambda::Function", {"MemorySize": 1024, "Architectures": ["arm64"]})},
        {"requests": ("usage", 0.60), "running time": ("usage", 8.00004)},
    ),
    "a function behind a custom resource runs once a deploy": (
        {
            "X": ("AWS::Lambda::Function", {"MemorySize": 1024}),
            "Custom": ("Custom::Something", {"ServiceToken": get_att("X", "Arn")}),
        },
        {"requests": ("usage", 0.000004), "running time": ("usage", 0.0000666668)},
    ),
    "two warm instances of a function": (
        {
            "F": ("AWS::Lambda::Function", {"MemorySize": 1024}),
            "X": (
                "AWS::Lambda::Alias",
                {
                    "FunctionName": {"Ref": "F"},
                    "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2},
                },
            ),
        },
        {"provisioned concurrency": ("fixed", 21.9001752)},
    ),
    "a REST API": (
        {"X": ("AWS::ApiGateway::RestApi", {})},
        {"requests": ("usage", 7.00), "data out": ("usage", 0.90)},
    ),
    "a REST API's cache of half a gigabyte": (
        {
            "X": (
                "AWS::ApiGateway::Stage",
                {"CacheClusterEnabled": True, "CacheClusterSize": "0.5", "RestApiId": "api"},
            )
        },
        {"cache": ("fixed", 14.60)},
    ),
    "an HTTP API": (
        {"X": ("AWS::ApiGatewayV2::Api", {"ProtocolType": "HTTP"})},
        {"requests": ("usage", 2.00), "data out": ("usage", 0.90)},
    ),
    "a WebSocket API": (
        {"X": ("AWS::ApiGatewayV2::Api", {"ProtocolType": "WEBSOCKET"})},
        {"messages": ("usage", 2.00), "connected minutes": ("usage", 1.00), "data out": ("usage", 0.90)},
    ),
    "a table on demand with point-in-time recovery": (
        {
            "X": (
                "AWS::DynamoDB::Table",
                {
                    "BillingMode": "PAY_PER_REQUEST",
                    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                },
            )
        },
        {
            "writes": ("usage", 1.25),
            "reads": ("usage", 0.50),
            "storage": ("usage", 5.00),
            "point-in-time recovery": ("usage", 4.00),
        },
    ),
    "a table with an index writes and stores everything twice": (
        {
            "X": (
                "AWS::DynamoDB::Table",
                {"BillingMode": "PAY_PER_REQUEST", "GlobalSecondaryIndexes": [{"IndexName": "one"}]},
            )
        },
        {"writes": ("usage", 2.50), "reads": ("usage", 0.50), "storage": ("usage", 10.00)},
    ),
    "a table with provisioned capacity": (
        {
            "X": (
                "AWS::DynamoDB::Table",
                {"ProvisionedThroughput": {"ReadCapacityUnits": 30, "WriteCapacityUnits": 20}},
            )
        },
        {
            "read capacity": ("fixed", 2.847),
            "write capacity": ("fixed", 9.49),
            "storage": ("usage", 5.00),
        },
    ),
    "a bucket without lifecycle rules": (
        {"X": ("AWS::S3::Bucket", {})},
        {"storage STANDARD": ("usage", 2.30), "writes": ("usage", 0.50), "reads": ("usage", 0.40)},
    ),
    "an archive of ten years: 90, 275, 365 and 2,920 of 3,650 days in each class": (
        {
            "X": (
                "AWS::S3::Bucket",
                {
                    "LifecycleConfiguration": {
                        "Rules": [{"Status": "Enabled", "ExpirationInDays": 3650, "Transitions": LIFECYCLE}]
                    }
                },
            )
        },
        {
            "storage STANDARD": ("usage", 0.056712),
            "storage STANDARD_IA": ("usage", 0.094178),
            "storage GLACIER": ("usage", 0.036),
            "storage DEEP_ARCHIVE": ("usage", 0.0792),
            "writes": ("usage", 0.50),
            "reads": ("usage", 0.40),
        },
    ),
    "a bucket in Intelligent-Tiering from the first day": (
        {
            "X": (
                "AWS::S3::Bucket",
                {
                    "LifecycleConfiguration": {
                        "Rules": [
                            {
                                "Status": "Enabled",
                                "Transitions": [{"TransitionInDays": 0, "StorageClass": "INTELLIGENT_TIERING"}],
                            }
                        ]
                    }
                },
            )
        },
        {
            "storage INTELLIGENT_TIERING": ("usage", 2.30),
            "tiering monitor": ("usage", 0.128),
            "writes": ("usage", 0.50),
            "reads": ("usage", 0.40),
        },
    ),
    "a file system that moves a quarter of its files": (
        {"X": ("AWS::EFS::FileSystem", {"LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}]})},
        {
            "storage standard": ("usage", 22.50),
            "storage infrequent access": ("usage", 0.625),
        },
    ),
    "a file system with provisioned throughput": (
        {
            "X": (
                "AWS::EFS::FileSystem",
                {"ThroughputMode": "provisioned", "ProvisionedThroughputInMibps": 10},
            )
        },
        {"storage standard": ("usage", 30.00), "provisioned throughput": ("fixed", 60.00)},
    ),
    "an image repository": ({"X": ("AWS::ECR::Repository", {})}, {"storage": ("usage", 1.00)}),
    "an Aurora cluster": (
        {"X": ("AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"})},
        {
            "storage": ("usage", 10.00),
            "storage requests": ("usage", 1.00),
            "backups above the free size": ("usage", 0.21),
        },
    ),
    "a serverless instance costs the minimum of its cluster": (
        {
            "X": (
                "AWS::RDS::DBInstance",
                {"DBInstanceClass": "db.serverless", "DBClusterIdentifier": {"Ref": "Cluster"}},
            ),
            "Cluster": (
                "AWS::RDS::DBCluster",
                {
                    "Engine": "aurora-postgresql",
                    "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 2},
                },
            ),
        },
        {"minimum capacity": ("fixed", 43.80), "capacity above the minimum": ("usage", 43.80)},
    ),
    "a serverless instance of an I/O-optimised cluster that may pause": (
        {
            "X": (
                "AWS::RDS::DBInstance",
                {"DBInstanceClass": "db.serverless", "DBClusterIdentifier": {"Ref": "Cluster"}},
            ),
            "Cluster": (
                "AWS::RDS::DBCluster",
                {
                    "Engine": "aurora-mysql",
                    "StorageType": "aurora-iopt1",
                    "ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 2},
                },
            ),
        },
        {"minimum capacity": ("fixed", 0.00), "capacity above the minimum": ("usage", 58.40)},
    ),
    "a DocumentDB instance": (
        {"X": ("AWS::DocDB::DBInstance", {"DBInstanceClass": "db.t3.medium"})},
        {"instance": ("fixed", 56.94)},
    ),
    "a DocumentDB cluster": (
        {"X": ("AWS::DocDB::DBCluster", {})},
        {"storage": ("usage", 2.00), "storage requests": ("usage", 1.00)},
    ),
    "a serverless Valkey cache": (
        {"X": ("AWS::ElastiCache::ServerlessCache", {"Engine": "valkey"})},
        {
            "minimum data": ("fixed", 6.132),
            "data": ("usage", 55.188),
            "processing": ("usage", 0.023),
        },
    ),
    "a Valkey group of two shards with a replica each": (
        {
            "X": (
                "AWS::ElastiCache::ReplicationGroup",
                {
                    "Engine": "valkey",
                    "CacheNodeType": "cache.t4g.medium",
                    "NumNodeGroups": 2,
                    "ReplicasPerNodeGroup": 1,
                },
            )
        },
        {"nodes": ("fixed", 151.84)},
    ),
    "a bastion with a volume of 8 GB": (
        {
            "X": (
                "AWS::EC2::Instance",
                {
                    "InstanceType": "t4g.nano",
                    "BlockDeviceMappings": [{"Ebs": {"VolumeType": "gp3", "VolumeSize": 8}}],
                },
            )
        },
        {"instance": ("fixed", 3.066), "volume gp3": ("fixed", 0.64)},
    ),
    "a key": (
        {"X": ("AWS::KMS::Key", {"EnableKeyRotation": True})},
        {"key": ("fixed", 1.00), "requests": ("usage", 0.30)},
    ),
    "a secret": (
        {"X": ("AWS::SecretsManager::Secret", {})},
        {"secret": ("fixed", 0.40), "calls": ("usage", 0.25)},
    ),
    "a web ACL with three managed groups and a rate limit": (
        {
            "X": (
                "AWS::WAFv2::WebACL",
                {
                    "Scope": "REGIONAL",
                    "Rules": [
                        {"Statement": {"ManagedRuleGroupStatement": {"Name": "AWSManagedRulesCommonRuleSet"}}},
                        {"Statement": {"ManagedRuleGroupStatement": {"Name": "AWSManagedRulesSQLiRuleSet"}}},
                        {"Statement": {"ManagedRuleGroupStatement": {"Name": "AWSManagedRulesKnownBadInputsRuleSet"}}},
                        {"Statement": {"RateBasedStatement": {"Limit": 2000}}},
                    ],
                },
            )
        },
        {"web ACL": ("fixed", 5.00), "rules": ("fixed", 4.00), "requests": ("usage", 2.40)},
    ),
    "a threat detector": (
        {"X": ("AWS::GuardDuty::Detector", {"Enable": True})},
        {"management events": ("usage", 8.00), "flow and DNS logs": ("usage", 10.00)},
    ),
    "a configuration recorder": (
        {"X": ("AWS::Config::ConfigurationRecorder", {})},
        {"configuration items": ("usage", 6.00)},
    ),
    "a configuration rule": (
        {"X": ("AWS::Config::ConfigRule", {})},
        {"evaluations": ("usage", 0.50)},
    ),
    "a trail with data events": (
        {
            "X": (
                "AWS::CloudTrail::Trail",
                {"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object"}]}]},
            )
        },
        {"data events": ("usage", 3.00)},
    ),
    "an alarm on one metric": (
        {"X": ("AWS::CloudWatch::Alarm", {"MetricName": "Errors", "Period": 300})},
        {"metrics": ("fixed", 0.10)},
    ),
    "an alarm on a rate of two metrics is billed for both, not for the maths": (
        {
            "X": (
                "AWS::CloudWatch::Alarm",
                {
                    "Metrics": [
                        {"Id": "rate", "Expression": "100 * errors / requests"},
                        {"Id": "errors", "MetricStat": {"Period": 60}, "ReturnData": False},
                        {"Id": "requests", "MetricStat": {"Period": 60}, "ReturnData": False},
                    ]
                },
            )
        },
        {"metrics": ("fixed", 0.20)},
    ),
    "an alarm every ten seconds": (
        {"X": ("AWS::CloudWatch::Alarm", {"MetricName": "Errors", "Period": 10})},
        {"high-resolution metrics": ("fixed", 0.30)},
    ),
    "an alarm on an anomaly band is billed threefold": (
        {
            "X": (
                "AWS::CloudWatch::Alarm",
                {
                    "Metrics": [
                        {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m, 2)"},
                        {"Id": "m", "MetricStat": {"Period": 300}},
                    ]
                },
            )
        },
        {"metrics": ("fixed", 0.30)},
    ),
    "a composite alarm": (
        {"X": ("AWS::CloudWatch::CompositeAlarm", {"AlarmRule": "ALARM(a) AND ALARM(b)"})},
        {"composite alarm": ("fixed", 0.50)},
    ),
    "a dashboard": ({"X": ("AWS::CloudWatch::Dashboard", {})}, {"dashboard": ("fixed", 3.00)}),
    "a log group that keeps 73 days": (
        {"X": ("AWS::Logs::LogGroup", {"RetentionInDays": 73})},
        {"ingestion": ("usage", 5.00), "storage": ("usage", 0.108)},
    ),
    "a log group that never forgets is counted for a year": (
        {"X": ("AWS::Logs::LogGroup", {})},
        {"ingestion": ("usage", 5.00), "storage": ("usage", 0.54)},
    ),
    "a metric filter with two metrics": (
        {"X": ("AWS::Logs::MetricFilter", {"MetricTransformations": [{}, {}]})},
        {"custom metrics": ("usage", 0.60)},
    ),
    "a canary every five minutes": (
        {"X": ("AWS::Synthetics::Canary", {"Schedule": {"Expression": "rate(5 minutes)"}})},
        {"runs": ("fixed", 10.512)},
    ),
    "traces of a sampling rule": (
        {"X": ("AWS::XRay::SamplingRule", {})},
        {"traces recorded": ("usage", 2.50)},
    ),
    "a distribution": (
        {"X": ("AWS::CloudFront::Distribution", {})},
        {"data out": ("usage", 8.50), "HTTPS requests": ("usage", 2.00)},
    ),
    "logs of a distribution, into a bucket as JSON": (
        {
            "B": ("AWS::S3::Bucket", {}),
            "D": ("AWS::CloudFront::Distribution", {}),
            "S": ("AWS::Logs::DeliverySource", {"Name": "s", "ResourceArn": {"Fn::Sub": "distribution/${D}"}}),
            "T": ("AWS::Logs::DeliveryDestination", {"DestinationResourceArn": {"Fn::GetAtt": ["B", "Arn"]}}),
            "X": (
                "AWS::Logs::Delivery",
                {"DeliverySourceName": "s", "DeliveryDestinationArn": {"Fn::GetAtt": ["T", "Arn"]}},
            ),
        },
        {},
    ),
    "a public zone": (
        {"X": ("AWS::Route53::HostedZone", {"Name": "example.com"})},
        {"hosted zone": ("fixed", 0.50), "queries": ("usage", 2.00)},
    ),
    "a private namespace is a hosted zone": (
        {"X": ("AWS::ServiceDiscovery::PrivateDnsNamespace", {"Name": "internal"})},
        {"hosted zone": ("fixed", 0.50)},
    ),
    "a health check over HTTPS that looks for a text": (
        {"X": ("AWS::Route53::HealthCheck", {"HealthCheckConfig": {"Type": "HTTPS_STR_MATCH"}})},
        {"health check": ("fixed", 0.75), "options": ("fixed", 4.00)},
    ),
    "a V2 pipeline": (
        {"X": ("AWS::CodePipeline::Pipeline", {"PipelineType": "V2"})},
        {"action minutes": ("usage", 0.60)},
    ),
    "a small build project": (
        {
            "X": (
                "AWS::CodeBuild::Project",
                {"Environment": {"ComputeType": "BUILD_GENERAL1_SMALL", "Type": "LINUX_CONTAINER"}},
            )
        },
        {"build minutes": ("usage", 0.50)},
    ),
    "a topic": ({"X": ("AWS::SNS::Topic", {})}, {"publishes": ("usage", 0.25)}),
    "a subscription by e-mail": (
        {"X": ("AWS::SNS::Subscription", {"Protocol": "email"})},
        {"deliveries by email": ("usage", 10.00)},
    ),
    "a queue": ({"X": ("AWS::SQS::Queue", {})}, {"requests": ("usage", 0.80)}),
    "a FIFO queue": (
        {"X": ("AWS::SQS::Queue", {"FifoQueue": True})},
        {"requests": ("usage", 1.00)},
    ),
    "an event bus": ({"X": ("AWS::Events::EventBus", {})}, {"events": ("usage", 3.00)}),
    "a schedule": (
        {"X": ("AWS::Scheduler::Schedule", {})},
        {"invocations": ("usage", 0.50)},
    ),
    "a standard state machine": (
        {"X": ("AWS::StepFunctions::StateMachine", {})},
        {"transitions": ("usage", 2.50)},
    ),
    "an advanced parameter": (
        {"X": ("AWS::SSM::Parameter", {"Tier": "Advanced"})},
        {"advanced parameter": ("fixed", 0.05)},
    ),
    "a user pool in the default tier": (
        {"X": ("AWS::Cognito::UserPool", {})},
        {"active users": ("usage", 15.00)},
    ),
    "a user pool in the cheapest tier": (
        {"X": ("AWS::Cognito::UserPool", {"UserPoolTier": "LITE"})},
        {"active users": ("usage", 5.50)},
    ),
    "a vault with copies of tables and buckets": (
        {
            "X": ("AWS::Backup::BackupVault", {}),
            "T": ("AWS::DynamoDB::Table", {"BillingMode": "PAY_PER_REQUEST"}),
            "B": ("AWS::S3::Bucket", {}),
        },
        {"copies of tables": ("usage", 1.00), "copies of buckets": ("usage", 1.00)},
    ),
}


@pytest.mark.parametrize(("resources", "expected"), CASES.values(), ids=CASES)
def test_a_resource_costs_what_aws_bills(resources: dict[str, Any], expected: Lines, price: Any) -> None:
    found: Estimate = price(resources)
    lines = {line.label: (line.bucket, line.monthly_usd) for line in found.lines if line.place.logical_id == "X"}
    assert {label: bucket for label, (bucket, _) in lines.items()} == {
        label: bucket for label, (bucket, _) in expected.items()
    }
    for label, (_, usd) in expected.items():
        assert lines[label][1] == pytest.approx(usd, rel=1e-4, abs=1e-9), label


@pytest.mark.parametrize(
    ("kind", "properties", "label"),
    [
        ("AWS::S3::Bucket", {"ReplicationConfiguration": {"Rules": [{"Status": "Enabled"}]}}, "replication"),
        (
            "AWS::DynamoDB::GlobalTable",
            {"Replicas": [{"Region": "us-east-1", "ContributorInsightsSpecification": {"Enabled": True}}]},
            "contributor insights",
        ),
    ],
)
def test_what_nobody_sourced_a_price_for_is_told(kind: str, properties: dict[str, Any], label: str, price: Any) -> None:
    found: Estimate = price({"X": (kind, properties)})
    assert [line.label for line in found.lines if line.bucket == "unpriced"] == [label]
