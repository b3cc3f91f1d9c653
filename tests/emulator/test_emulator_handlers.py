"""Every handler creates, updates and deletes its resource; what ministack's own drop is applied."""

import json
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest

import emulator.handlers  # noqa: F401 (registers them)
from emulator.handler import HANDLERS
from tests.emulator.handler_cases import CASES, ROLE_ARN, VPC, Resources
from tests.emulator.local_cloud import Cloud


def test_every_handler_has_a_case() -> None:
    assert {kind for kind in HANDLERS if kind.startswith("AWS::")} == set(CASES)


@pytest.mark.parametrize("kind", CASES)
def test_a_resource_is_created_changed_and_deleted(cloud: Cloud, kind: str) -> None:
    beside, properties, change = CASES[kind]
    resources = {**beside, "Subject": {"Type": kind, "Properties": properties}}
    made = cloud.deploy(resources, {"ref": {"Ref": "Subject"}})
    assert made["ref"]
    resources["Subject"] = {"Type": kind, "Properties": {**properties, **change}}
    cloud.deploy(resources, {"ref": {"Ref": "Subject"}}, name=made["stack"])
    cloud.destroy(made["stack"])


def test_a_rule_between_security_groups_is_seen_by_the_api(cloud: Cloud) -> None:
    beside, properties, _ = CASES["AWS::EC2::SecurityGroupIngress"]
    resources = {**beside, "Rule": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": properties}}
    group = cloud.deploy(resources, {"group": {"Ref": "Group"}})["group"]
    allowed = cloud.api("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert [(one["FromPort"], one["UserIdGroupPairs"][0]["GroupId"]) for one in allowed] == [(5432, group)]


def test_a_bucket_keeps_tags_encryption_lifecycle_and_replication(cloud: Cloud) -> None:
    versioned = {"VersioningConfiguration": {"Status": "Enabled"}}
    copies = {"Type": "AWS::S3::Bucket", "Properties": versioned}
    properties = {
        **versioned,
        "Tags": [{"Key": "owner", "Value": "platform"}],
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {
                    "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key"},
                    "BucketKeyEnabled": "true",
                }
            ]
        },
        "LifecycleConfiguration": {
            "Rules": [
                {
                    "Status": "Enabled",
                    "ExpirationInDays": "2555",
                    "Transitions": [{"TransitionInDays": 90, "StorageClass": "STANDARD_IA"}],
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                }
            ]
        },
        "ReplicationConfiguration": {
            "Role": ROLE_ARN,
            "Rules": [
                {
                    "Id": "all",
                    "Status": "Enabled",
                    "Priority": "1",
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": {"Fn::GetAtt": ["Copies", "Arn"]}},
                }
            ],
        },
    }
    resources = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}, "Copies": copies}
    bucket = {"Bucket": cloud.deploy(resources, {"name": {"Ref": "Bucket"}})["name"]}
    s3 = cloud.api("s3")
    assert {"Key": "owner", "Value": "platform"} in s3.get_bucket_tagging(**bucket)["TagSet"]
    encryption = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["BucketKeyEnabled"] is True
    rule = s3.get_bucket_lifecycle_configuration(**bucket)["Rules"][0]
    assert rule["Expiration"] == {"Days": 2555}
    assert rule["Transitions"] == [{"Days": 90, "StorageClass": "STANDARD_IA"}]
    assert s3.get_bucket_replication(**bucket)["ReplicationConfiguration"]["Rules"][0]["Priority"] == 1


def test_a_global_table_has_point_in_time_recovery_and_its_replica(cloud: Cloud) -> None:
    recovery = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": "true"}}
    table = {
        "Type": "AWS::DynamoDB::GlobalTable",
        "Properties": {
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            "Replicas": [{"Region": "us-east-1", **recovery}, {"Region": "us-west-2"}],
        },
    }
    name = cloud.deploy({"Table": table}, {"name": {"Ref": "Table"}})["name"]
    backups = cloud.api("dynamodb").describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    replica = cloud.api("dynamodb", "us-west-2").describe_table(TableName=name)["Table"]
    assert replica["TableStatus"] == "ACTIVE"


def test_a_topic_keeps_its_key(cloud: Cloud) -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": "alias/a"}}
    arn = cloud.deploy({"Topic": topic}, {"arn": {"Ref": "Topic"}})["arn"]
    assert cloud.api("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["KmsMasterKeyId"] == "alias/a"


def test_a_target_group_has_the_targets_that_the_template_lists(cloud: Cloud) -> None:
    group = {
        "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "Protocol": "HTTP",
            "Port": "80",
            "TargetType": "ip",
            "Targets": [{"Id": "10.9.0.5", "Port": "8080"}],
        },
    }
    arn = cloud.deploy({"Vpc": VPC, "Group": group}, {"arn": {"Ref": "Group"}})["arn"]
    health = cloud.api("elbv2").describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert [one["Target"]["Id"] for one in health] == ["10.9.0.5"]


def test_attributes_that_ministack_lacks_are_told(cloud: Cloud) -> None:
    managed = {"Engine": "aurora-postgresql", "MasterUsername": "u", "ManageMasterUserPassword": True}
    told = cloud.deploy(
        {
            "Vpc": VPC,
            "Pool": {"Type": "AWS::Cognito::UserPool"},
            "Cluster": {"Type": "AWS::RDS::DBCluster", "Properties": managed},
        },
        {
            "cidr": {"Fn::GetAtt": ["Vpc", "CidrBlock"]},
            "pool": {"Ref": "Pool"},
            "issuer": {"Fn::GetAtt": ["Pool", "ProviderURL"]},
            "secret": {"Fn::GetAtt": ["Cluster", "MasterUserSecret.SecretArn"]},
        },
    )
    assert told["cidr"] == "10.9.0.0/16"
    assert told["issuer"] == f"https://cognito-idp.us-east-1.amazonaws.com/{told['pool']}"
    secret = cloud.api("secretsmanager").get_secret_value(SecretId=told["secret"])["SecretString"]
    assert json.loads(secret)["username"] == "u"


def test_a_bucket_deployment_unpacks_replaces_markers_and_prunes(cloud: Cloud) -> None:
    s3 = cloud.api("s3")
    assets, site = (f"b-{uuid4().hex[:12]}" for _ in range(2))
    for bucket in (assets, site):
        s3.create_bucket(Bucket=bucket)
    for key, files in {
        "one": {"index.html": "<p>MARK</p>", "old.txt": "o"},
        "two": {"index.html": "2"},
    }.items():
        archive = BytesIO()
        with ZipFile(archive, "w") as unpacked:
            for name, content in files.items():
                unpacked.writestr(name, content)
        s3.put_object(Bucket=assets, Key=key, Body=archive.getvalue())

    def deployment(key: str) -> Resources:
        properties = {
            "ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:never-called",
            "SourceBucketNames": [assets],
            "SourceObjectKeys": [key],
            "SourceMarkers": [{"MARK": "real"}],
            "DestinationBucketName": site,
        }
        return {"Site": {"Type": "Custom::CDKBucketDeployment", "Properties": properties}}

    stack = cloud.deploy(deployment("one"))["stack"]
    index = s3.get_object(Bucket=site, Key="index.html")
    assert (index["Body"].read(), index["ContentType"]) == (b"<p>real</p>", "text/html")
    cloud.deploy(deployment("two"), name=stack)
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=site)["Contents"]] == ["index.html"]
