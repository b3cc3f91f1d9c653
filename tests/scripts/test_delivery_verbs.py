"""Finding, validating, going back fast and sending again: what each does in an account, and what it refuses."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber
from typer.testing import CliRunner

from scripts.__main__ import app
from scripts.aws import Aws, AwsError
from scripts.delivery import dead_letters, fast
from scripts.delivery.dead_letters import DeadLetters
from scripts.delivery.releases import Archive, Release
from scripts.delivery.stacks import Deployed

STACK = Deployed("groundwork-dev-compute", "us-east-1", "arn/groundwork-dev-compute/1", "UPDATE_COMPLETE")
ROLE = "arn:aws:iam::111122223333:role/scheduler"
TRUST = {
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]
}


def verb(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, " ".join(done.output.split())


def deployed(monkeypatch: pytest.MonkeyPatch, module: Any, *resources: tuple[str, str]) -> None:
    """Let the environment have one stack with these resources."""
    listed = [{"ResourceType": kind, "PhysicalResourceId": name, "LogicalResourceId": "X"} for kind, name in resources]
    monkeypatch.setattr(module, "stacks_of", lambda _: [STACK])
    monkeypatch.setattr(module, "resources_of", lambda *_: listed)


def code(number: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("handler.py", f"def handler(event, context): return {number}")
    return file.getvalue()


@pytest.fixture
def alias(aws: Aws) -> str:
    """A function with three versions, of which the alias runs the newest."""
    role = aws.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    client = aws.client("lambda")
    common = {"Role": role, "Runtime": "python3.13", "Handler": "handler.handler"}
    client.create_function(FunctionName="todo", Code={"ZipFile": code(0)}, **common)
    for number in range(3):
        client.update_function_code(FunctionName="todo", ZipFile=code(number))
        version = client.publish_version(FunctionName="todo")["Version"]
    return str(client.create_alias(FunctionName="todo", Name="live", FunctionVersion=version)["AliasArn"])


def test_a_function_goes_back_to_the_version_before(aws: Aws, alias: str, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(monkeypatch, fast, ("AWS::Lambda::Alias", alias), ("AWS::SQS::Queue", "none"))
    client = aws.client("lambda")
    now = client.get_alias(FunctionName="todo", Name="live")["FunctionVersion"]
    (step,) = fast.plan(aws)
    assert (step.now, int(step.before)) == (now, int(now) - 1)
    fast.go_back(aws, step)
    assert client.get_alias(FunctionName="todo", Name="live")["FunctionVersion"] == step.before


def test_a_service_goes_back_to_the_task_definition_before(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="main")
    container = [{"name": "app", "image": "app:1", "memory": 128}]
    first, second = (
        ecs.register_task_definition(family="web", containerDefinitions=container)["taskDefinition"][
            "taskDefinitionArn"
        ]
        for _ in range(2)
    )
    service = ecs.create_service(cluster="main", serviceName="web", taskDefinition=second, desiredCount=1)["service"]
    deployed(monkeypatch, fast, ("AWS::ECS::Service", service["serviceArn"]))
    (step,) = fast.plan(aws)
    assert (step.now, step.before) == (second, first)
    fast.go_back(aws, step)
    (found,) = ecs.describe_services(cluster="main", services=["web"])["services"]
    assert found["taskDefinition"] == first


def test_what_has_no_older_version_stays(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "stacks_of", lambda _: [])
    assert fast.plan(aws) == []


@pytest.fixture
def dead(aws: Aws) -> Callable[[str], DeadLetters]:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    for number in range(12):
        sqs.send_message(QueueUrl=url, MessageBody=f"event {number}")
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["QueueArn"]
    return lambda target: DeadLetters("dead", url, arn, "rule", target, 12)


def test_no_more_messages_are_sent_again_than_asked_for(aws: Aws, dead: Callable[[str], DeadLetters]) -> None:
    sqs = aws.client("sqs")
    target = sqs.create_queue(QueueName="target")["QueueUrl"]
    one = dead("arn:aws:sqs:us-east-1:111122223333:target")
    assert dead_letters.send_again(aws, one, at_most=11, per_second=500, seconds=10) == 11
    assert (dead_letters.count(aws, one.url), dead_letters.count(aws, target)) == (1, 11)


def test_a_message_that_its_target_refuses_is_not_deleted(aws: Aws, dead: Callable[[str], DeadLetters]) -> None:
    one = dead("arn:aws:lambda:us-east-1:111122223333:function:gone")
    with pytest.raises(Exception, match="gone"):
        dead_letters.send_again(aws, one, at_most=5, per_second=500, seconds=10)
    attributes = aws.client("sqs").get_queue_attributes(QueueUrl=one.url, AttributeNames=["All"])["Attributes"]
    waiting = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    assert sum(int(attributes[name]) for name in waiting) == 12


def test_each_message_of_rules_and_schedules_that_share_a_queue_goes_to_its_own_target(
    aws: Aws, dead: Callable[[str], DeadLetters]
) -> None:
    sqs, sns = aws.client("sqs"), aws.client("sns")
    inbox = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    arn = "arn:aws:sqs:us-east-1:111122223333:inbox"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    shared = sqs.create_queue(QueueName="shared")["QueueUrl"]
    for target in (arn, topic):
        named = {"TARGET_ARN": {"DataType": "String", "StringValue": target}}
        sqs.send_message(QueueUrl=shared, MessageBody="late", MessageAttributes=named)
    one = DeadLetters("shared", shared, "arn:shared", "rule", "", 2)
    assert one.goes_to == "what each message names"
    assert dead_letters.send_again(aws, one, at_most=5, per_second=500, seconds=10) == 2
    assert dead_letters.count(aws, inbox) == 2


def test_the_queue_of_a_schedule_is_found_and_one_of_several_targets_has_none_of_its_own(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs, scheduler = aws.client("sqs"), aws.client("scheduler")
    names = ("given-up", "jobs", "reports")
    arns = {name: f"arn:aws:sqs:us-east-1:111122223333:{name}" for name in names}
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}
    scheduler.create_schedule_group(Name="ours")

    def schedule(name: str, queue: str) -> tuple[str, str]:
        target = {"Arn": arns[queue], "RoleArn": ROLE, "DeadLetterConfig": {"Arn": arns["given-up"]}}
        scheduler.create_schedule(
            Name=name,
            GroupName="ours",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=target,
        )
        return "AWS::Scheduler::Schedule", name

    stack = [("AWS::SQS::Queue", urls["given-up"]), schedule("Nightly", "jobs")]
    deployed(monkeypatch, dead_letters, *stack)
    assert [(one.kind, one.target) for one in dead_letters.find(aws)] == [("schedule", arns["jobs"])]
    deployed(monkeypatch, dead_letters, *stack, schedule("Weekly", "reports"))
    assert [(one.kind, one.target) for one in dead_letters.find(aws)] == [("schedule", "")]


def test_messages_for_something_unknown_stay(aws: Aws, dead: Callable[[str], DeadLetters]) -> None:
    with pytest.raises(AwsError, match="messages cannot be sent again to an unknown target"):
        dead_letters.send_again(aws, dead(""), at_most=5, per_second=500, seconds=10)


def moved(status: str, number: int, **more: Any) -> dict[str, Any]:
    return {"Results": [{"Status": status, "ApproximateNumberOfMessagesMoved": number, **more}]}


@pytest.fixture
def queue_of(aws: Aws) -> tuple[DeadLetters, Stubber]:
    """A queue's dead letters, and what SQS answers about moving them: moto and the emulator cannot move messages."""
    client = aws.client("sqs")
    aws.client = lambda *_: client
    arn = "arn:aws:sqs:us-east-1:111122223333:dead"
    return DeadLetters("dead", "https://dead", arn, "queue", "arn:aws:sqs:us-east-1:1:target", 12), Stubber(client)


def test_sqs_moves_all_messages_of_a_queue_itself_and_is_waited_for(
    aws: Aws, queue_of: tuple[DeadLetters, Stubber]
) -> None:
    one, sqs = queue_of
    asked = {"SourceArn": one.arn, "MaxNumberOfMessagesPerSecond": 100}
    sqs.add_response("start_message_move_task", {"TaskHandle": "x"}, asked)
    for answer in (moved("RUNNING", 5), moved("COMPLETED", 12)):
        sqs.add_response("list_message_move_tasks", answer, {"SourceArn": one.arn, "MaxResults": 1})
    with sqs:
        assert dead_letters.send_again(aws, one, at_most=100, per_second=100, seconds=10) == 12
    sqs.assert_no_pending_responses()


def test_a_move_that_sqs_gives_up_says_why(aws: Aws, queue_of: tuple[DeadLetters, Stubber]) -> None:
    one, sqs = queue_of
    sqs.add_response("start_message_move_task", {"TaskHandle": "x"})
    sqs.add_response("list_message_move_tasks", moved("FAILED", 3, FailureReason="CouldNotDetermineMessageSource"))
    with sqs, pytest.raises(AwsError, match="dead: SQS stopped: CouldNotDetermineMessageSource"):
        dead_letters.send_again(aws, one, at_most=100, per_second=100, seconds=10)


def test_a_move_that_takes_too_long_ends_with_its_progress(aws: Aws, queue_of: tuple[DeadLetters, Stubber]) -> None:
    one, sqs = queue_of
    sqs.add_response("start_message_move_task", {"TaskHandle": "x"})
    sqs.add_response("list_message_move_tasks", moved("RUNNING", 5))
    with sqs, pytest.raises(TimeoutError, match="5 of 12 moved"):
        dead_letters.send_again(aws, one, at_most=100, per_second=100, seconds=0.1)


def test_releases_are_found_by_an_unmistakable_part_only(aws: Aws) -> None:
    aws.client("s3").create_bucket(Bucket="cdk-hnb659fds-assets-111122223333-us-east-1")
    archive = Archive(aws, "111122223333")
    for number, commit in enumerate(("aaa1", "aab2")):
        archive.record(Release(f"r{number}-{commit}", "dev", f"2026-01-0{number + 1}T00:00:00+00:00", commit))
    assert [one.commit for one in archive.list()] == ["aab2", "aaa1"]
    assert archive.get("aab").id == "r1-aab2"
    for wrong in ("aa", "zzz"):
        with pytest.raises(AwsError, match=f"no single release of dev is called {wrong} "):
            archive.get(wrong)


def test_an_account_without_the_bucket_of_releases_is_told_to_bootstrap(aws: Aws) -> None:
    code, said = verb("rollback", "--environment", "dev")
    assert code == 1
    assert "111122223333 is not bootstrapped in us-east-1: run `make bootstrap ENV=dev`" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["deploy", "--environment", "dev", "--prepare", "--dry-run"], "--prepare, --execute and --dry-run are three"),
        (["deploy", "--environment", "dev", *["--rollback-alarm=a"] * 6], "must be given at most 5 times, got 6"),
        (["rollback", "--environment", "dev", "--fast", "--to", "x"], "--to, --recover and --fast are three ways"),
        (["rollback", "--environment", "dev", "--skip", "Queue"], "--skip goes with --recover"),
        (["deploy", "--environment", "nowhere"], "nowhere"),
        (["find", " "], "TEXT must not be empty"),
    ],
)
def test_wrong_use_ends_before_anything_is_asked_of_aws(arguments: list[str], said: str) -> None:
    code, output = verb(*arguments)
    assert (code, said in output) == (2, True), output


def test_a_search_says_which_accounts_it_could_not_look_into(aws: Aws) -> None:
    denied = AwsError("its account is 777788889999, and the role cannot be taken (AccessDenied)")

    def refuse(_: Aws) -> Aws:
        raise denied

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Aws, "in_own_account", refuse)
        code, said = verb("find", "todos", "--environment", "prod")
    assert code == 1
    assert f"prod: not searched: {denied}" in said
    assert "no environment could be searched" in said


def test_everything_that_needs_no_credentials_is_validated_without_them(assembly: Callable[[str], Path]) -> None:
    code, said = verb("validate", "--environment", "prod", "--offline", "--assembly", str(assembly("prod")))
    assert code == 0, said
    assert "the templates keep every promise, and no locked resource is lost" in said


def test_an_assembly_of_another_environment_is_not_deployed(aws: Aws, assembly: Callable[[str], Path]) -> None:
    aws.client("s3").create_bucket(Bucket="cdk-hnb659fds-assets-111122223333-us-east-1")
    code, said = verb("deploy", "--environment", "dev", "--assembly", str(assembly("prod")), "--yes")
    assert code == 1
    assert "the assembly is of 777788889999, prod, not of dev: synthesise it again" in said


def test_what_was_not_checked_is_not_said_to_hold(tmp_path: Path) -> None:
    code, said = verb("validate", "--environment", "dev", "--offline", "--assembly", str(tmp_path / "nothing"))
    assert code == 3
    assert "the app synthesises" not in said


def test_a_smoke_test_wants_an_address() -> None:
    assert verb("smoke", "--url", "api") == (2, "error: --url must begin with http:// or https://, got api")
