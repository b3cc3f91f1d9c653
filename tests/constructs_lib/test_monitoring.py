"""Every alarm reaches the topic, says how bad it is, and links what to do."""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_wafv2 as wafv2
from aws_cdk.assertions import Template

from constructs_lib.alarm_topic import AlarmTopic
from constructs_lib.monitoring import RUNBOOK, Monitoring

RUNBOOK_PAGE = (Path(__file__).parents[2] / RUNBOOK).read_text()


@pytest.fixture
def alarms(stack: cdk.Stack, key: kms.Key) -> list[dict[str, Any]]:
    """The alarms of one resource of every kind."""
    topic = AlarmTopic(stack, "Alarms", encryption_key=key, emails=["on-call@example.com"])
    monitoring = Monitoring(stack, "Monitoring", name="test", topic=topic.topic)
    function = lambda_.Function(
        stack,
        "Worker",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
    )
    monitoring.monitor_function(
        function, name="Worker", timeout=cdk.Duration.seconds(10), error_percent=2, duration_percent=80
    )
    monitoring.monitor_dead_letters(sqs.Queue(stack, "Failed"), name="Failed")
    api = apigateway.RestApi(stack, "Api")
    api.root.add_method("GET")
    monitoring.monitor_api(
        api, name="Api", client_error_percent=25, latency_p99=cdk.Duration.millis(900), server_error_percent=1
    )
    table = dynamodb.TableV2(
        stack, "Items", partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    )
    monitoring.monitor_table(table, name="Items")
    acl = wafv2.CfnWebACL(
        stack,
        "Acl",
        default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        scope="REGIONAL",
        visibility_config=wafv2.CfnWebACL.VisibilityConfigProperty(
            cloud_watch_metrics_enabled=True, metric_name="Acl", sampled_requests_enabled=True
        ),
    )
    monitoring.monitor_web_acl(acl, name="Acl", blocked_per_5_minutes=100, region="us-east-1")
    found = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").values()
    return [alarm["Properties"] for alarm in found]


def test_every_alarm_acts_on_the_topic_when_it_starts_and_when_it_ends(alarms: list[dict[str, Any]]) -> None:
    assert len(alarms) == 11
    for alarm in alarms:
        assert alarm["ActionsEnabled"]
        assert len(alarm["AlarmActions"]) == len(alarm["OKActions"]) == 1


def test_every_alarm_names_its_severity_and_a_section_of_the_runbook(alarms: list[dict[str, Any]]) -> None:
    for alarm in alarms:
        severity, _, rest = alarm["AlarmDescription"].partition(": ")
        assert severity in {"P0", "P1", "P2", "P3"}
        section = rest.rpartition("#")[2]
        assert f"\n## {section}\n" in RUNBOOK_PAGE


def test_a_function_that_nears_its_time_limit_raises_an_alarm(alarms: list[dict[str, Any]]) -> None:
    (duration,) = [alarm for alarm in alarms if "#function-duration" in alarm["AlarmDescription"]]
    assert duration["Threshold"] == 8000


def test_undelivered_alarms_are_kept_and_mail_goes_to_each_address(stack: cdk.Stack, key: kms.Key) -> None:
    AlarmTopic(stack, "Alarms", encryption_key=key, emails=["a@example.com", "b@example.com"])
    template = Template.from_stack(stack)
    mails = [s["Properties"] for s in template.find_resources("AWS::SNS::Subscription").values()]
    assert {mail["Endpoint"] for mail in mails} == {"a@example.com", "b@example.com"}
    assert all("deadLetterTargetArn" in mail["RedrivePolicy"] for mail in mails)
