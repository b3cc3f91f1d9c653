"""What whoever runs the API relies on: health, logs, metrics, tracing, and silence about what broke."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.todo_api.conftest import REQUEST_ID, Api

Lines = Callable[[], list[dict[str, Any]]]

SECRET = "Surprise party for Ada"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Return a function that gives what the function wrote since it was last called: logs, then metrics."""
    from todo_api.handler import logger

    logged = io.StringIO()
    before = logger.registered_handler.setStream(logged)

    def read() -> list[dict[str, Any]]:
        text = logged.getvalue() + capsys.readouterr().out
        logged.seek(0)
        logged.truncate()
        return [json.loads(line) for line in text.splitlines()]

    yield read
    logger.registered_handler.setStream(before)


def created(emitted: list[dict[str, Any]]) -> list[Any]:
    return [line["ItemsCreated"] for line in emitted if "ItemsCreated" in line]


def test_health_is_ok_while_the_table_answers(api: Api) -> None:
    answer = api.call("GET", "/health")
    assert (answer.status, answer.json) == (200, {"status": "ok"})


@pytest.mark.usefixtures("aws")
def test_health_is_a_problem_when_the_table_does_not_answer() -> None:
    answer = Api().call("GET", "/health")
    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert answer.json["detail"] == "The table does not answer."


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/todos", None),
        ("POST", "/todos", {"title": "a"}),
        ("GET", f"/todos/{'0' * 32}", None),
        ("PATCH", f"/todos/{'0' * 32}", {"title": "a"}),
        ("DELETE", f"/todos/{'0' * 32}", None),
    ],
)
def test_the_unexpected_is_logged_and_told_by_its_request_id_only(
    lines: Lines, method: str, path: str, body: Any
) -> None:
    answer = Api().call(method, path, body)
    assert (answer.status, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert REQUEST_ID in answer.json["detail"]
    assert not any(word in answer.text for word in ("Traceback", "ResourceNotFound", "botocore"))
    (error,) = [line for line in lines() if line.get("level") == "ERROR"]
    assert error["correlation_id"] == REQUEST_ID
    assert "ResourceNotFoundException" in error["exception"]


def test_log_lines_have_the_correlation_id_and_nothing_that_people_wrote(api: Api, lines: Lines) -> None:
    item = api.create(SECRET, description=SECRET, key="k1").json
    api.call("PATCH", f"/todos/{item['id']}", {"title": SECRET})
    api.create("", description=SECRET)
    api.create(SECRET * 20)
    output = lines()
    logged = [line for line in output if "level" in line]
    assert [line["status"] for line in logged] == [201, 200, 400, 400]
    assert {line["correlation_id"] for line in logged} == {REQUEST_ID}
    assert SECRET not in json.dumps(output)


@pytest.fixture
def nobody_seen() -> None:
    from todo_api import activity

    activity._seen.clear()


def active(emitted: list[dict[str, Any]]) -> list[Any]:
    return [line["ActiveUsers"] for line in emitted if "ActiveUsers" in line]


@pytest.mark.usefixtures("api", "nobody_seen")
def test_each_active_person_is_counted_once_a_day_in_whatever_execution_environment(lines: Lines) -> None:
    from todo_api import activity

    ada, bob = (Api(authorizer={"claims": {"sub": name}}) for name in ("ada", "bob"))
    for caller in (ada, ada, bob):
        caller.call("GET", "/todos")
    assert active(lines()) == [[1.0], [1.0]]
    activity._seen.clear()  # as in another execution environment
    ada.call("GET", "/todos")
    ada.call("GET", "/health")
    assert active(lines()) == []


@pytest.mark.usefixtures("nobody_seen")
def test_a_request_is_answered_even_if_its_activity_cannot_be_counted(
    api: Api, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    from todo_api import store

    def fails(_: str, __: str) -> bool:
        raise ConnectionError("no route")

    monkeypatch.setattr(store, "is_first_visit", fails)
    assert api.call("GET", "/todos").status == 200
    output = lines()
    assert active(output) == []
    assert [line["message"] for line in output if line.get("level") == "WARNING"] == ["Activity was not counted"]


def test_each_created_item_is_counted_once(api: Api, lines: Lines) -> None:
    api.create(key="k1")
    emitted = lines()
    assert created(emitted) == [[1.0]]
    (metric,) = [line for line in emitted if "ItemsCreated" in line]
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "groundwork/test"
    assert metric["service"] == "todo-api"
    api.create(key="k1")
    api.create("")
    assert created(lines()) == []


def test_the_gateway_reads_the_same_schemas_without_what_the_function_brings() -> None:
    script = (
        "import sys, services.todo_api.schemas; sys.exit('fastjsonschema' in sys.modules or 'boto3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_without_an_x_ray_daemon_the_function_answers_all_the_same() -> None:
    script = """
import sys
from tests.services.todo_api.conftest import Api
answer = Api().call("POST", "/todos", {"title": 7})
assert answer.status == 400, answer
assert not __import__("todo_api.handler").handler.tracer.disabled
"""
    environment = os.environ | {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": "todo",
        "LAMBDA_TASK_ROOT": "/var/task",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'services'}",
    }
    result = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_the_table_is_asked_for_what_was_just_written(api: Api, asked: list[dict[str, Any]]) -> None:
    item = api.create().json
    asked.clear()
    api.call("GET", f"/todos/{item['id']}")
    api.call("GET", "/todos")
    assert [request["ConsistentRead"] for request in asked] == [True, True]
