"""No verb works over a stack in a bad state, a wrong account, expired credentials or an impatient AWS."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from botocore.awsrequest import AWSResponse
from botocore.session import Session
from moto import mock_aws
from typer.testing import CliRunner

import config
from infra.assembly import load
from scripts.__main__ import app
from scripts.aws import Aws, AwsError
from scripts.delivery import change_sets, drift, rollout
from scripts.delivery.recover import recover
from scripts.delivery.releases import Archive, Release
from scripts.delivery.stacks import STATES, Deployed, stacks_of
from tests.emulator.small_app import two_stacks, write

ACCOUNT, NAME = "111122223333", "groundwork-dev-store"
TEMPLATE = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
BOOTSTRAPPED = {
    "Metadata": {"groundwork": {"deployable": ["AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::SSM::Parameter"]}}
}
TAGS = {"project": "groundwork", "environment": "dev"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    with mock_aws(config={"core": {"passthrough": {"services": ["cloudformation"]}}}):  # Stacks plays it
        yield Aws(config.load("dev"))


@pytest.fixture
def bucket(aws: Aws) -> str:
    name = f"cdk-hnb659fds-assets-{ACCOUNT}-us-east-1"
    aws.client("s3").create_bucket(Bucket=name)
    return name


class Stacks:
    """A CloudFormation with one stack, in any state: it answers before anything leaves the process."""

    status, events = "CREATE_COMPLETE", ("CREATE_COMPLETE",)

    def __call__(self, request: Any, **_: Any) -> AWSResponse | None:
        if "cloudformation" not in request.url:
            return None
        asked = parse_qs(request.body if isinstance(request.body, str) else request.body.decode())
        action = asked["Action"][0]
        if action == "DescribeStacks" and not asked.get("StackName", [NAME])[0].endswith(NAME):
            return refusal(400, "ValidationError", "Stack does not exist")
        arn = f"<StackId>arn/stack/{NAME}</StackId><StackName>{NAME}</StackName>"
        when = "2026-01-01T00:00:00Z"
        tags = "".join(f"<member><Key>{key}</Key><Value>{value}</Value></member>" for key, value in TAGS.items())
        stack = f"{arn}<CreationTime>{when}</CreationTime><StackStatus>{self.status}</StackStatus><Tags>{tags}</Tags>"
        event = f"{arn}<EventId>1</EventId><Timestamp>{when}</Timestamp><PhysicalResourceId>arn/stack/{NAME}"
        events = (f"{event}</PhysicalResourceId><ResourceStatus>{one}</ResourceStatus>" for one in self.events)
        inside = {
            "DescribeStacks": f"<Stacks><member>{stack}</member></Stacks>"
            if "us-east-1" in request.url
            else "<Stacks/>",
            "ListExports": "<Exports/>",
            "ListStackResources": "<StackResourceSummaries/>",
            "GetTemplate": f"<TemplateBody>{json.dumps(BOOTSTRAPPED)}</TemplateBody>",
            "DescribeStackEvents": f"<StackEvents>{''.join(f'<member>{e}</member>' for e in events)}</StackEvents>",
        }.get(action, "")
        body = f"<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>"
        answer = AWSResponse(request.url, 200, {"content-type": "text/xml"}, None)
        answer._content = body.encode()
        return answer


@pytest.fixture
def stacks(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Stacks:
    fake = Stacks()
    interfere(monkeypatch, fake)
    return fake


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """An assembly of the stack alone."""
    folder = tmp_path / "assembly"
    folder.mkdir()
    (folder / "Store.template.json").write_text(json.dumps(TEMPLATE))
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{ACCOUNT}/us-east-1",
        "properties": {"templateFile": "Store.template.json", "stackName": NAME},
    }
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": {"Store": artifact}}))
    return folder


def verb(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def interfere(monkeypatch: pytest.MonkeyPatch, handler: Callable[..., AWSResponse | None]) -> None:
    """Put `handler` before AWS for every client made from now on."""
    make = Aws._client

    def made(self: Aws, service: str, region: str | None = None) -> Any:
        client = make(self, service, region)
        client.meta.events.register_first(f"before-send.{client.meta.service_model.service_id.hyphenize()}", handler)
        return client

    monkeypatch.setattr(Aws, "_client", made)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


def refusal(status: int, code: str, said: str = "No.") -> AWSResponse:
    answer = AWSResponse("http://aws", status, {"content-type": "text/xml"}, None)
    answer._content = (
        f"<ErrorResponse><Error><Code>{code}</Code><Message>{said}</Message></Error></ErrorResponse>".encode()
    )
    return answer


def test_every_state_that_cloudformation_has_is_decided() -> None:
    known = Session().get_service_model("cloudformation").shape_for("StackStatus").enum
    assert set(known) == set(STATES)


@pytest.mark.parametrize("status", sorted(STATES))
def test_a_deployment_meets_a_stack_in_each_state(
    status: str,
    bucket: str,
    assembly: Path,
    stacks: Stacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stacks.status = status
    monkeypatch.setattr(change_sets, "prepare", lambda *_: None)
    monkeypatch.setattr(change_sets, "wait", lambda *_, **__: (_ for _ in ()).throw(TimeoutError("still busy")))
    done = verb("deploy", "--environment", "dev", "--assembly", str(assembly), "--yes")
    verdict = STATES[status]
    assert done.exit_code == {"ready": 0, "absent": 0, "busy": 4}.get(verdict, 1)
    if verdict in ("stuck", "never-stable"):
        assert f"{NAME} is {status}: " in done.output
        assert ("rollback --environment dev --recover" in done.output) == (
            status in ("UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED")
        )


STUCK = {"UPDATE_FAILED": "rollback", "UPDATE_ROLLBACK_FAILED": "continue"}
"""What frees a stack, by its state; no roll back ends any other."""


@pytest.mark.parametrize("status", sorted(STATES))
def test_recovery_meets_a_stack_in_each_state(
    status: str, bucket: str, stacks: Stacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    stacks.status = status
    monkeypatch.setattr("scripts.delivery.recover.settle", lambda *_, **__: "UPDATE_ROLLBACK_COMPLETE")
    done = verb("rollback", "--environment", "dev", "--recover", "--yes")
    said = " ".join(done.output.split())
    if STATES[status] not in ("stuck", "never-stable"):
        assert (done.exit_code, said) == (0, "No stack is stuck.")
    elif status in STUCK:
        assert done.exit_code == 0, said
        assert f"{NAME} is UPDATE_ROLLBACK_COMPLETE" in said
    else:
        assert done.exit_code == 1
        assert f"{NAME} is {status}, which no roll back ends: " in said


@pytest.mark.parametrize("status", sorted(STATES))
def test_drift_is_looked_for_in_stacks_that_are_ready_and_the_others_are_named(
    status: str, stacks: Stacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    stacks.status = status
    compared: list[str] = []
    monkeypatch.setattr(drift, "detect", lambda _, chosen, **__: compared.extend(one.name for one in chosen) or [])
    done = verb("drift", "--environment", "dev")
    assert done.exit_code == 0, done.output
    assert compared == ([NAME] if STATES[status] == "ready" else [])
    named = f"not compared: {NAME} is {status}" in " ".join(done.output.split())
    assert named == (STATES[status] not in ("ready", "absent"))


@pytest.mark.parametrize("may", [True, False])
def test_drift_is_read_as_the_look_up_role_where_the_caller_may_take_it(
    may: bool, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, asked = Aws(aws.environment), []

    def taking(_: Aws, purpose: str) -> Aws:
        asked.append(purpose)
        if not may:
            raise AwsError("it cannot be taken")
        return reader

    monkeypatch.setattr(Aws, "taking", taking)
    monkeypatch.setattr(drift, "_start", lambda by, _: "by the reader" if by is reader else "by the caller")
    monkeypatch.setattr(drift, "_finish", lambda _, __, detection, **___: asked.append(detection))
    monkeypatch.setattr(drift, "_pages", lambda *_: [])
    assert drift.detect(aws, [Deployed(NAME, "us-east-1", "arn", "CREATE_COMPLETE")], seconds=1) == []
    assert asked == ["lookup", "by the reader" if may else "by the caller"]


@pytest.mark.parametrize("status", sorted(STATES))
def test_cleanup_offers_what_only_deleting_ends(status: str, assembly: Path, stacks: Stacks) -> None:
    stacks.status = status
    done = verb("cleanup", "--environment", "dev", "--assembly", str(assembly))
    offered = STATES[status] == "never-stable" or status == "DELETE_FAILED"
    assert done.exit_code == (3 if offered else 0), done.output
    assert (f"{NAME} us-east-1, {status}" in done.output) == offered


@pytest.mark.parametrize("verb_of", [["deploy"], ["rollback"], ["cleanup"], ["redrive"]], ids=" ".join)
def test_credentials_of_another_account_are_refused(verb_of: list[str], aws: Aws) -> None:
    done = verb(*verb_of, "--environment", "prod")
    assert done.exit_code == 1
    assert "the credentials are of account 111122223333, and prod is in 777788889999" in done.output


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ExpiredToken", "the credentials are not valid, or no longer (ExpiredToken): sign in again"),
        ("AccessDenied", "the credentials may not call GetCallerIdentity: No."),
        ("Throttling", "AWS still throttles GetCallerIdentity after 10 attempts: run the same command later"),
    ],
)
def test_what_aws_refuses_is_one_line(code: str, said: str, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    interfere(monkeypatch, lambda **_: refusal(400, code))
    done = verb("drift", "--environment", "dev")
    assert done.exit_code == 1
    assert " ".join(done.output.split()) == f"error: {said}"


def test_without_credentials_every_verb_says_how_to_get_some(
    aws: Aws, assembly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(assembly / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(assembly / "none"))
    for words in (
        ["deploy", "--assembly", str(assembly)],
        ["rollback"],
        ["drift"],
        ["redrive"],
        ["release"],
        ["images"],
    ):
        done = verb(*words, "--environment", "dev")
        assert done.exit_code == 1
        assert "error: there are no AWS credentials (Unable to locate credentials): sign in" in done.output


def test_interrupted_while_change_sets_are_made_none_is_left(
    bucket: str, assembly: Path, stacks: Stacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = change_sets.Change("Add", "Queue", "AWS::SQS::Queue", "", "", stateful=False)
    made = change_sets.ChangeSet(NAME, "us-east-1", "arn", (change,))
    discarded: list[Any] = []
    monkeypatch.setattr(change_sets, "prepare", lambda *_: made)
    monkeypatch.setattr(change_sets, "discard", lambda _, sets: discarded.extend(sets))

    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rollout, "confirm", interrupt)
    done = verb("deploy", "--environment", "dev", "--assembly", str(assembly), "--yes")
    assert done.exit_code == 1
    assert "Interrupted. CloudFormation ends what it began; run the same command to go on." in done.output
    assert discarded == [made]


@pytest.mark.parametrize(
    "words",
    [["cleanup", "--delete", NAME], ["rollback", "--recover"], ["bootstrap"], ["load-test", "--url", "https://api"]],
    ids=lambda words: words[0],
)
def test_no_verb_goes_on_without_a_person_and_without_yes(
    words: list[str], bucket: str, assembly: Path, stacks: Stacks
) -> None:
    stacks.status = "UPDATE_ROLLBACK_FAILED" if words[0] == "rollback" else "ROLLBACK_COMPLETE"
    given = ["--assembly", str(assembly)] if words[0] in ("bootstrap", "cleanup") else []
    done = verb(*words, "--environment", "dev", *given)
    assert done.exit_code == 2, done.output
    assert "say --yes where there is no terminal" in done.output


def test_throttling_one_call_in_three_changes_nothing(
    bucket: str, assembly: Path, stacks: Stacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, throttled = count(), []

    def throttle(**_: Any) -> AWSResponse | None:
        if next(calls) % 3:
            return None
        throttled.append(1)
        return refusal(400, "Throttling")

    interfere(monkeypatch, throttle)
    monkeypatch.setattr(change_sets, "prepare", lambda *_: None)
    done = verb("deploy", "--environment", "dev", "--assembly", str(assembly), "--yes", "--json")
    assert done.exit_code == 0, done.output
    assert len(throttled) > 3


def test_nobody_to_ask_and_no_yes_changes_nothing(
    stacks: Stacks, bucket: str, assembly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    discarded: list[Any] = []
    change = change_sets.Change("Add", "Queue", "AWS::SQS::Queue", "", "", stateful=False)
    made = change_sets.ChangeSet(NAME, "us-east-1", "arn", (change,))
    monkeypatch.setattr(change_sets, "prepare", lambda *_: made)
    monkeypatch.setattr(change_sets, "discard", lambda _, sets: discarded.extend(sets))
    done = verb("deploy", "--environment", "dev", "--assembly", str(assembly))
    assert done.exit_code == 2
    assert "say --yes where there is no terminal" in done.output
    assert discarded == [made]


@pytest.mark.parametrize(
    ("environment", "account", "drifted", "options", "code"),
    [
        ("prod", "777788889999", True, (), 3),
        ("prod", "777788889999", True, ("--accept-drift",), 0),
        ("prod", "777788889999", False, (), 0),
        ("dev", ACCOUNT, True, (), 0),
    ],
)
def test_production_is_not_deployed_over_what_somebody_changed_by_hand(
    *,
    environment: str,
    account: str,
    drifted: bool,
    options: tuple[str, ...],
    code: int,
    aws: Aws,
    stacks: Stacks,
    assembly: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", account)
    manifest = assembly / "manifest.json"
    manifest.write_text(manifest.read_text().replace(ACCOUNT, account))
    aws.client("s3").create_bucket(Bucket=f"cdk-hnb659fds-assets-{account}-us-east-1")
    changed = drift.Drift(NAME, "us-east-1", "Queue", "AWS::SQS::Queue", "q", "MODIFIED", (("/Delay", "0", "9"),))
    monkeypatch.setattr(drift, "detect", lambda *_, **__: [changed] if drifted else [])
    prepared: list[Any] = []
    monkeypatch.setattr(change_sets, "prepare", lambda *made: prepared.append(made))
    done = verb("deploy", "--environment", environment, "--assembly", str(assembly), "--yes", *options)
    assert (done.exit_code, bool(prepared)) == (code, code == 0), done.output
    if code:
        assert "/Delay: 9 instead of 0" in done.output
        assert "production was changed by hand" in done.output


def test_a_stack_that_never_worked_is_not_rolled_back_because_that_would_delete_it(aws: Aws, stacks: Stacks) -> None:
    stacks.status, stacks.events = "UPDATE_FAILED", ("UPDATE_FAILED", "CREATE_FAILED")
    aws = Aws(aws.environment)
    (found,) = stacks_of(aws)
    with pytest.raises(AwsError, match="never worked, so rolling it back would delete it and what it holds"):
        recover(aws, found, [], skip=[], seconds=1)


class Recorded:
    """A CloudFormation that says a stack worked once, and records what it is told."""

    def __init__(self, status: str) -> None:
        self.status, self.calls = status, list[Any]()

    def get_paginator(self, _: str) -> "Recorded":
        return self

    def paginate(self, StackName: str) -> list[dict[str, Any]]:  # noqa: N803
        return [{"StackEvents": [{"PhysicalResourceId": StackName, "ResourceStatus": "CREATE_COMPLETE"}]}]

    def rollback_stack(self, **arguments: Any) -> None:
        self.calls.append(("rollback", arguments))

    def continue_update_rollback(self, **arguments: Any) -> None:
        self.calls.append(("continue", arguments))

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        return {"Stacks": [{"StackStatus": self.status}]}


@pytest.mark.parametrize(
    ("status", "called"),
    [
        ("UPDATE_FAILED", ("rollback", {"StackName": "a/b/c", "RetainExceptOnCreate": True})),
        ("UPDATE_ROLLBACK_FAILED", ("continue", {"StackName": "a/b/c", "ResourcesToSkip": ["Queue"]})),
    ],
)
def test_a_stuck_stack_is_freed(status: str, called: Any, aws: Aws) -> None:
    fake = Recorded("UPDATE_ROLLBACK_COMPLETE")
    aws.client = lambda *_: fake
    stack = Deployed(NAME, "us-east-1", "a/b/c", status)
    assert recover(aws, stack, [], skip=["Queue"], seconds=1) == "UPDATE_ROLLBACK_COMPLETE"
    assert fake.calls == [called]


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"])
def test_what_no_roll_back_ends_says_what_does(status: str, aws: Aws) -> None:
    with pytest.raises(AwsError, match=f"cleanup --environment dev --delete {NAME}"):
        recover(aws, Deployed(NAME, "us-east-1", "arn", status), [], skip=[], seconds=1)


def test_stacks_that_take_values_from_others_follow_in_a_next_wave(
    aws: Aws, stacks: Stacks, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "app", two_stacks("x", seconds=1), name="x")
    done: list[str] = []

    def prepare(_: Aws, __: Path, stack: Any, *___: Any) -> Any:
        if stack.construct_path == "Reader" and not done:
            return "No export named x:Table found"
        if stack.name in done:
            return None
        return change_sets.ChangeSet(stack.name, stack.region, "arn", ())

    monkeypatch.setattr(change_sets, "prepare", prepare)
    monkeypatch.setattr(change_sets, "execute", lambda _, one, **__: done.append(one.stack))
    release = Release("r1", "dev", "2026-01-01T00:00:00+00:00", "abc")
    fresh = Aws(aws.environment)
    run = rollout.Rollout(fresh, Archive(fresh, ACCOUNT), release, load(folder), folder, 1)
    assert run.run(yes=True).state == "deployed"
    assert done == ["groundwork-local-x-store", "groundwork-local-x-reader"]
