"""What an API may have beside itself: callers with keys, a name of its own, and who asks from outside."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from constructs_lib.api_canary import ApiCanary
from constructs_lib.api_clients import ApiClients
from constructs_lib.api_name import ApiName


@pytest.fixture
def api(stack: cdk.Stack) -> apigateway.RestApi:
    made = apigateway.RestApi(stack, "Api", deploy_options=apigateway.StageOptions(stage_name="v1"))
    made.root.add_method("GET")
    return made


@pytest.mark.parametrize("requests", [None, 1000])
def test_each_client_has_a_key_in_the_plan(stack: cdk.Stack, api: apigateway.RestApi, requests: int | None) -> None:
    ApiClients(
        stack,
        "Clients",
        name="things",
        api=api,
        clients=("Partner", "Phone"),
        rate_limit_per_second=5,
        burst_limit=10,
        requests_per_day=requests,
    )
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::ApiGateway::UsagePlan",
        {
            "Throttle": {"RateLimit": 5, "BurstLimit": 10},
            "Quota": {"Limit": 1000, "Period": "DAY"} if requests else Match.absent(),
        },
    )
    keys = template.find_resources("AWS::ApiGateway::ApiKey")
    assert sorted(key["Properties"]["Name"] for key in keys.values()) == ["things-Partner", "things-Phone"]
    assert not any("Value" in key["Properties"] for key in keys.values())
    planned = template.find_resources("AWS::ApiGateway::UsagePlanKey").values()
    assert {one["Properties"]["KeyId"]["Ref"] for one in planned} == set(keys)


def test_a_name_leads_to_the_stage_and_speaks_modern_tls(stack: cdk.Stack, api: apigateway.RestApi) -> None:
    name = ApiName(stack, "Name", name="api.example.com", zone_id="Z1", zone_name="example.com", api=api)
    template = Template.from_stack(stack)
    (domain,) = template.find_resources("AWS::ApiGateway::DomainName")
    template.has_resource_properties(
        "AWS::ApiGateway::DomainName",
        {
            "DomainName": "api.example.com",
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "RegionalCertificateArn": {"Ref": Match.any_value()},
            "SecurityPolicy": "TLS_1_2",
        },
    )
    template.has_resource_properties(
        "AWS::ApiGateway::BasePathMapping", {"BasePath": Match.any_value(), "DomainName": {"Ref": domain}}
    )
    records = template.find_resources("AWS::Route53::RecordSet").values()
    assert sorted(record["Properties"]["Type"] for record in records) == ["A", "AAAA"]
    for record in records:
        assert record["Properties"]["AliasTarget"]["DNSName"] == {"Fn::GetAtt": [domain, "RegionalDomainName"]}
    assert name.url.startswith("https://api.example.com/")


def canary(stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket, minutes: int = 5) -> Template:
    ApiCanary(
        stack,
        "Canary",
        name="things",
        url="https://api.example.com/health",
        every=cdk.Duration.minutes(minutes),
        kept=cdk.Duration.days(30),
        encryption_key=key,
        access_log_bucket=logs_bucket,
        retain_data=True,
    )
    return Template.from_stack(stack)


@pytest.mark.parametrize(("minutes", "rate"), [(1, "rate(1 minute)"), (5, "rate(5 minutes)")])
def test_a_canary_asks_and_keeps_what_it_saw_encrypted(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket, minutes: int, rate: str
) -> None:
    template = canary(stack, key, logs_bucket, minutes)
    arn = {"Fn::GetAtt": [Match.any_value(), "Arn"]}
    template.has_resource_properties(
        "AWS::Synthetics::Canary",
        {
            "ArtifactConfig": {"S3Encryption": {"EncryptionMode": "SSE_KMS", "KmsKeyArn": arn}},
            "KmsKeyArn": arn,
            "RunConfig": Match.object_like({"EnvironmentVariables": {"ASKED_URL": "https://api.example.com/health"}}),
            "Schedule": {"Expression": rate},
            "StartCanaryAfterCreation": True,
        },
    )
    template.has_resource_properties(
        "AWS::S3::Bucket",
        {"LifecycleConfiguration": {"Rules": Match.array_with([Match.object_like({"ExpirationInDays": 30})])}},
    )


def test_a_canary_may_do_what_it_needs_and_no_more(stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket) -> None:
    template = canary(stack, key, logs_bucket)
    policies = template.find_resources("AWS::IAM::ManagedPolicy").values()
    statements = [one for policy in policies for one in policy["Properties"]["PolicyDocument"]["Statement"]]
    everywhere = {str(one["Action"]) for one in statements if one["Resource"] == "*"}
    assert everywhere == {"s3:ListAllMyBuckets", "cloudwatch:PutMetricData"}
    (metrics,) = (one for one in statements if one["Action"] == "cloudwatch:PutMetricData")
    assert metrics["Condition"] == {"StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}}
    assert "log-group:/aws/lambda/cwsyn-things-*" in json.dumps(statements)
