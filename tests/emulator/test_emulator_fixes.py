"""Where stock ministack does something else than AWS: each thing that is put right."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from emulator.fixes.queueing import AT_ONCE
from scripts.load import empty
from tests.emulator.local_cloud import Cloud, function


def eventually(found: Callable[[], Any], seconds: float = 15) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return value


def alarm(**properties: Any) -> dict[str, Any]:
    rule = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1}
    return {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {**rule, **properties}}}


def a_metric() -> dict[str, Any]:
    return {"Namespace": uuid4().hex, "MetricName": "Errors", "Statistic": "Sum", "Period": 60}


ALARM = {"alarm": {"Ref": "Alarm"}}


def test_an_alarm_announces_its_change_of_state_on_the_event_bus(cloud: Cloud) -> None:
    sqs, events = cloud.api("sqs"), cloud.api("events")
    queue = sqs.create_queue(QueueName=f"q-{uuid4().hex[:8]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    name = cloud.deploy(alarm(**a_metric()), ALARM)["alarm"]
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": [name]}}
    rule = f"rule-{uuid4().hex[:8]}"
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
    cloud.api("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    messages = eventually(lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))
    event = json.loads(messages[0]["Body"])
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    assert event["detail"]["state"]["value"] == "ALARM"
    assert event["detail"]["previousState"]["value"] == "INSUFFICIENT_DATA"


def test_an_alarm_invokes_a_function(cloud: Cloud, role: str) -> None:
    parameter = f"/alarm/{uuid4().hex}"
    arn = function(
        cloud,
        role,
        f"import boto3\ndef handler(event, context):\n    boto3.client('ssm').put_parameter("
        f"Name='{parameter}', Value=event['alarmData']['state']['value'], Type='String')\n",
    )
    name = cloud.deploy(alarm(**a_metric(), AlarmActions=[arn]), ALARM)["alarm"]
    cloud.api("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    found = eventually(lambda: cloud.api("ssm").get_parameters(Names=[parameter])["Parameters"])
    assert found[0]["Value"] == "ALARM"


def test_an_alarm_on_metric_math_is_kept_and_said_never_to_evaluate(cloud: Cloud) -> None:
    metrics = [{"Id": "e", "Expression": "1 + 1", "ReturnData": True}]
    told = cloud.deploy(alarm(Metrics=metrics), ALARM)
    listed = [one for one in cloud.emulator.recorded() if one["stack"] == told["stack"]]
    assert "metric math is never evaluated" in listed[0]["limit"]
    cloudwatch = cloud.api("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName=told["alarm"], StateValue="ALARM", StateReason="a test")
    state = cloudwatch.describe_alarms(AlarmNames=[told["alarm"]])["MetricAlarms"][0]["StateValue"]
    assert state == "ALARM"
    cloud.destroy(told["stack"])
    assert not cloudwatch.describe_alarms(AlarmNames=[told["alarm"]])["MetricAlarms"]


def test_an_output_of_another_region_is_read_there(cloud: Cloud) -> None:
    queue = {"Queue": {"Type": "AWS::SQS::Queue"}}
    there = cloud.deploy(queue, {"Url": {"Ref": "Queue"}}, region="us-west-2")
    reference = {"StackName": there["stack"], "OutputName": "Url", "Region": "us-west-2"}
    here = cloud.deploy(queue, {"seen": {"Fn::GetStackOutput": reference}})
    assert here["seen"] == there["Url"]


def test_a_change_set_that_only_adds_an_output_can_be_executed(cloud: Cloud) -> None:
    queue = {"Queue": {"Type": "AWS::SQS::Queue"}}
    stack = cloud.deploy(queue)["stack"]
    cloudformation = cloud.api("cloudformation")
    body = json.dumps({"Resources": queue, "Outputs": {"Url": {"Value": {"Ref": "Queue"}}}})
    made = cloudformation.create_change_set(StackName=stack, ChangeSetName="outputs", TemplateBody=body)
    assert cloudformation.describe_change_set(ChangeSetName=made["Id"])["ExecutionStatus"] == "AVAILABLE"
    cloudformation.execute_change_set(ChangeSetName=made["Id"], StackName=stack)
    outputs = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    assert [output["OutputKey"] for output in outputs] == ["Url"]


def test_a_change_set_without_changes_stays_empty(cloud: Cloud) -> None:
    queue = {"Queue": {"Type": "AWS::SQS::Queue"}}
    stack = cloud.deploy(queue)["stack"]
    cloudformation = cloud.api("cloudformation")
    body = json.dumps({"Resources": queue, "Outputs": {}})
    made = cloudformation.create_change_set(StackName=stack, ChangeSetName="nothing", TemplateBody=body)
    assert cloudformation.describe_change_set(ChangeSetName=made["Id"])["ExecutionStatus"] == "UNAVAILABLE"


ROTATION = """
import boto3
def handler(event, context):
    secrets, secret, token = boto3.client("secretsmanager"), event["SecretId"], event["ClientRequestToken"]
    stages = secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
    if event["Step"] == "createSecret":
        try:
            secrets.get_secret_value(SecretId=secret, VersionId=token, VersionStage="AWSPENDING")
        except secrets.exceptions.ResourceNotFoundException:
            secrets.put_secret_value(
                SecretId=secret, ClientRequestToken=token, SecretString="new", VersionStages=["AWSPENDING"]
            )
    if event["Step"] == "finishSecret":
        old = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
        secrets.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=old
        )
"""


def test_rotation_runs_the_four_steps_of_the_function(cloud: Cloud, role: str) -> None:
    secrets = cloud.api("secretsmanager")
    secret = secrets.create_secret(Name=f"s-{uuid4().hex}", SecretString="old")["ARN"]
    properties = {
        "SecretId": secret,
        "RotationLambdaARN": function(cloud, role, ROTATION),
        "RotationRules": {"AutomaticallyAfterDays": "30"},
    }
    rotation = {"Rotation": {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": properties}}
    stack = cloud.deploy(rotation)["stack"]
    assert eventually(lambda: secrets.get_secret_value(SecretId=secret)["SecretString"] == "new")
    previous = secrets.get_secret_value(SecretId=secret, VersionStage="AWSPREVIOUS")
    assert previous["SecretString"] == "old"
    cloud.destroy(stack)
    assert not secrets.describe_secret(SecretId=secret)["RotationEnabled"]


def test_a_custom_resource_whose_function_dies_fails_at_once_with_its_reason(cloud: Cloud, role: str) -> None:
    arn = function(cloud, role, "def handler(event, context):\n    raise RuntimeError('no way')\n")
    custom = {"Type": "Custom::Dies", "Properties": {"ServiceToken": arn, "ServiceTimeout": "600"}}
    with pytest.raises(AssertionError, match="its function failed: no way"):
        cloud.deploy({"Dies": custom})


API = """
def handler(event, context):
    import os
    return {"statusCode": 200, "body": os.environ["AWS_ENDPOINT_URL"] + event["path"]}
"""


def test_a_rest_api_answers_under_its_host_name_on_aws(cloud: Cloud, role: str) -> None:
    gateway = cloud.api("apigateway")
    api = gateway.create_rest_api(name="by-host")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    health = gateway.create_resource(restApiId=api, parentId=root, pathPart="health")["id"]
    method = {"restApiId": api, "resourceId": health, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    arn = function(cloud, role, API)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    gateway.create_deployment(restApiId=api, stageName="live")
    host = f"{api}.execute-api.us-east-1.amazonaws.com"
    by_host = httpx.get(f"{cloud.emulator.url}/live/health", headers={"Host": host})
    assert by_host.text == f"{cloud.emulator.url}/health"
    local = cloud.emulator.api_url(f"https://{host}/live/")
    assert httpx.get(f"{local}/health").status_code == 200


def test_a_deployment_is_answered_when_it_is_done(cloud: Cloud) -> None:
    cloudformation = cloud.api("cloudformation")
    body = json.dumps({"Resources": {"Address": {"Type": "AWS::EC2::EIP"}}})
    stack = cloudformation.create_stack(StackName=f"test-{uuid4().hex[:8]}", TemplateBody=body)["StackId"]
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    assert described["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.emulator
def test_a_burst_of_requests_waits_for_workers_instead_of_starting_one_each(cloud: Cloud) -> None:
    code = (
        "import os, time\n"
        "def handler(event, context):\n"
        "    time.sleep(0.05)\n"
        "    return {'statusCode': 200, 'body': str(os.getpid())}"
    )
    template = empty.template()["Resources"]
    template["Function"]["Properties"]["Code"]["ZipFile"] = code
    made = cloud.deploy(template, {"Api": {"Ref": "Api"}})
    url = f"{cloud.emulator.url}/_aws/execute-api/{made['Api']}/v1/health"
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: httpx.get(url, timeout=30), range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) <= AT_ONCE
    cloud.destroy(made["stack"])
