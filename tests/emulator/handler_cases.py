"""A smallest template for each handler: what stands beside the resource, the resource, and a change of it."""

from typing import Any

Resources = dict[str, Any]

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}}
SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.9.1.0/24"}}
GROUP = {
    "Type": "AWS::EC2::SecurityGroup",
    "Properties": {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "a"},
}
SECRET = {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": "old"}}
ROLE_ARN = "arn:aws:iam::000000000000:role/any"
BUCKET = {"Type": "AWS::S3::Bucket"}
ALARM = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "MetricName": "m",
        "Namespace": "n",
        "Period": 60,
        "Statistic": "Sum",
        "Threshold": 1,
    },
}
PLAN = {
    "Type": "AWS::Backup::BackupPlan",
    "Properties": {
        "BackupPlan": {
            "BackupPlanName": "p",
            "BackupPlanRule": [{"RuleName": "r", "TargetBackupVault": "Default"}],
        }
    },
}

SUBNETS = {
    "Vpc": VPC,
    **{
        f"Subnet{zone}": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "CidrBlock": f"10.9.{index}.0/24",
                "AvailabilityZone": f"us-east-1{zone.lower()}",
            },
        }
        for index, zone in enumerate("AB")
    },
}
PROXY = {
    "EngineFamily": "POSTGRESQL",
    "RoleArn": ROLE_ARN,
    "Auth": [{"AuthScheme": "SECRETS", "SecretArn": "arn:aws:secretsmanager:us-east-1:0:secret:s"}],
    "VpcSubnetIds": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}],
}

#: By type: what it needs beside itself, its properties, and the properties of a change.
CASES: dict[str, tuple[Resources, Resources, Resources]] = {
    "AWS::Backup::BackupSelection": (
        {"Plan": PLAN},
        {
            "BackupPlanId": {"Ref": "Plan"},
            "BackupSelection": {"SelectionName": "s", "IamRoleArn": ROLE_ARN, "Resources": ["*"]},
        },
        {"BackupSelection": {"SelectionName": "t", "IamRoleArn": ROLE_ARN, "Resources": ["*"]}},
    ),
    "AWS::Batch::ComputeEnvironment": ({}, {"Type": "MANAGED", "State": "ENABLED"}, {"State": "DISABLED"}),
    "AWS::Batch::JobDefinition": (
        {},
        {"Type": "container", "ContainerProperties": {"Image": "i", "ResourceRequirements": []}},
        {"Parameters": {"Key": "value"}},
    ),
    "AWS::Batch::JobQueue": (
        {},
        {"Priority": 1, "ComputeEnvironmentOrder": [{"Order": 1, "ComputeEnvironment": "e"}]},
        {"Priority": 2},
    ),
    "AWS::Budgets::Budget": (
        {},
        {
            "Budget": {
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": 1, "Unit": "USD"},
            }
        },
        {
            "Budget": {
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": 2, "Unit": "USD"},
            }
        },
    ),
    "AWS::CloudTrail::Trail": (
        {"Bucket": BUCKET},
        {"S3BucketName": {"Ref": "Bucket"}, "IsLogging": "true", "EventSelectors": []},
        {"IsLogging": False, "EnableLogFileValidation": True},
    ),
    "AWS::CloudWatch::CompositeAlarm": (
        {"Alarm": ALARM},
        {"AlarmRule": {"Fn::Sub": "ALARM(${Alarm})"}},
        {"AlarmDescription": "changed"},
    ),
    "AWS::Config::ConfigRule": (
        {},
        {"Source": {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}},
        {"InputParameters": {"a": 1}},
    ),
    "AWS::Config::ConfigurationRecorder": ({}, {"RoleARN": ROLE_ARN}, {"RoleARN": ROLE_ARN + "2"}),
    "AWS::Config::DeliveryChannel": (
        {"Bucket": BUCKET},
        {"S3BucketName": {"Ref": "Bucket"}},
        {"S3KeyPrefix": "p"},
    ),
    "AWS::EC2::EIP": ({}, {"Domain": "vpc"}, {"Tags": [{"Key": "a", "Value": "b"}]}),
    "AWS::EC2::FlowLog": (
        {"Vpc": VPC},
        {
            "ResourceId": {"Ref": "Vpc"},
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogGroupName": "flow",
            "DeliverLogsPermissionArn": ROLE_ARN,
        },
        {"TrafficType": "REJECT"},
    ),
    "AWS::EC2::NatGateway": (
        {"Vpc": VPC, "Subnet": SUBNET, "Address": {"Type": "AWS::EC2::EIP"}},
        {"SubnetId": {"Ref": "Subnet"}, "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}},
        {"ConnectivityType": "public"},
    ),
    "AWS::EC2::NetworkAcl": ({"Vpc": VPC}, {"VpcId": {"Ref": "Vpc"}}, {"Tags": [{"Key": "a", "Value": "b"}]}),
    "AWS::EC2::NetworkAclEntry": (
        {"Vpc": VPC, "Acl": {"Type": "AWS::EC2::NetworkAcl", "Properties": {"VpcId": {"Ref": "Vpc"}}}},
        {
            "NetworkAclId": {"Ref": "Acl"},
            "RuleNumber": "100",
            "Protocol": 6,
            "RuleAction": "allow",
            "CidrBlock": "10.9.0.0/16",
            "PortRange": {"From": 443, "To": 443},
        },
        {"CidrBlock": "10.9.1.0/24"},
    ),
    "AWS::EC2::PrefixList": (
        {},
        {
            "PrefixListName": "l",
            "AddressFamily": "IPv4",
            "MaxEntries": 2,
            "Entries": [{"Cidr": "10.0.0.0/8"}],
        },
        {"MaxEntries": 3},
    ),
    "AWS::EC2::SecurityGroupEgress": (
        {"Vpc": VPC, "Group": GROUP},
        {
            "GroupId": {"Ref": "Group"},
            "IpProtocol": "tcp",
            "FromPort": 1,
            "ToPort": 1,
            "CidrIp": "10.9.0.0/16",
        },
        {"ToPort": "2"},
    ),
    "AWS::EC2::SecurityGroupIngress": (
        {"Vpc": VPC, "Group": GROUP},
        {
            "GroupId": {"Ref": "Group"},
            "IpProtocol": "tcp",
            "FromPort": "5432",
            "ToPort": "5432",
            "SourceSecurityGroupId": {"Ref": "Group"},
        },
        {"Description": "changed"},
    ),
    "AWS::EC2::SubnetNetworkAclAssociation": (
        {
            "Vpc": VPC,
            "Subnet": SUBNET,
            "Acl": {"Type": "AWS::EC2::NetworkAcl", "Properties": {"VpcId": {"Ref": "Vpc"}}},
            "Other": {"Type": "AWS::EC2::NetworkAcl", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        },
        {"SubnetId": {"Ref": "Subnet"}, "NetworkAclId": {"Ref": "Acl"}},
        {"NetworkAclId": {"Ref": "Other"}},
    ),
    "AWS::ECS::ClusterCapacityProviderAssociations": (
        {"Cluster": {"Type": "AWS::ECS::Cluster"}},
        {
            "Cluster": {"Ref": "Cluster"},
            "CapacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": "1"}],
        },
        {"DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT", "Weight": 3}]},
    ),
    "AWS::ElastiCache::ServerlessCache": ({}, {"Engine": "valkey"}, {"Description": "changed"}),
    "AWS::Events::Archive": (
        {"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "archived"}}},
        {
            "SourceArn": {"Fn::GetAtt": ["Bus", "Arn"]},
            "EventPattern": {"source": ["x"]},
            "RetentionDays": "3",
        },
        {"RetentionDays": 4},
    ),
    "AWS::RDS::DBProxy": (
        SUBNETS,
        {**PROXY, "DBProxyName": "proxy", "RequireTLS": "true"},
        {"RequireTLS": False, "IdleClientTimeout": 60},
    ),
    "AWS::RDS::DBProxyTargetGroup": (
        {
            "Cluster": {
                "Type": "AWS::RDS::DBCluster",
                "Properties": {
                    "Engine": "aurora-postgresql",
                    "MasterUsername": "u",
                    "MasterUserPassword": "p",
                },
            },
            "Proxy": {"Type": "AWS::RDS::DBProxy", "Properties": {**PROXY, "DBProxyName": "targeted"}},
            **SUBNETS,
        },
        {
            "DBProxyName": {"Ref": "Proxy"},
            "TargetGroupName": "default",
            "DBClusterIdentifiers": [{"Ref": "Cluster"}],
        },
        {"ConnectionPoolConfigurationInfo": {"MaxConnectionsPercent": 50}},
    ),
    "AWS::Route53::RecordSet": (
        {},
        {"HostedZoneId": "Z1", "Name": "a.z1.example", "Type": "TXT", "TTL": "60", "ResourceRecords": ['"a"']},
        {"HostedZoneId": "Z1", "Name": "a.z1.example", "Type": "TXT", "TTL": "60", "ResourceRecords": ['"b"']},
    ),
    "AWS::Route53::HealthCheck": (
        {},
        {"HealthCheckConfig": {"Type": "HTTPS", "FullyQualifiedDomainName": "a.example", "Port": "443"}},
        {"HealthCheckConfig": {"Type": "HTTPS", "FullyQualifiedDomainName": "b.example", "Port": 443}},
    ),
    "AWS::SecretsManager::ResourcePolicy": (
        {"Secret": SECRET},
        {"SecretId": {"Ref": "Secret"}, "ResourcePolicy": {"Version": "2012-10-17", "Statement": []}},
        {"ResourcePolicy": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*"}]}},
    ),
    "AWS::SecretsManager::RotationSchedule": (
        {"Secret": SECRET},
        {
            "SecretId": {"Ref": "Secret"},
            "RotationLambdaARN": "arn:aws:lambda:us-east-1:000000000000:function:none",
            "RotateImmediatelyOnUpdate": False,
        },
        {"RotationRules": {"AutomaticallyAfterDays": "7"}},
    ),
    "AWS::WAFv2::IPSet": (
        {},
        {"Addresses": ["10.0.0.0/8"], "IPAddressVersion": "IPV4", "Scope": "REGIONAL"},
        {"Addresses": ["10.1.0.0/16"]},
    ),
    "AWS::WAFv2::WebACLAssociation": (
        {
            "Acl": {
                "Type": "AWS::WAFv2::WebACL",
                "Properties": {
                    "Scope": "REGIONAL",
                    "DefaultAction": {"Allow": {}},
                    "VisibilityConfig": {
                        "CloudWatchMetricsEnabled": True,
                        "MetricName": "m",
                        "SampledRequestsEnabled": True,
                    },
                },
            }
        },
        {
            "WebACLArn": {"Fn::GetAtt": ["Acl", "Arn"]},
            "ResourceArn": "arn:aws:apigateway:us-east-1::/restapis/a/stages/live",
        },
        {"ResourceArn": "arn:aws:apigateway:us-east-1::/restapis/b/stages/live"},
    ),
}
