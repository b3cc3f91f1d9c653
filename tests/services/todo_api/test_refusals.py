"""What the API refuses, and how it says so: problem details (RFC 9457) with field, rule and value; never a 500."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.todo_api.conftest import JSON, Answer, Api

ROUTES = [("POST", "/todos"), ("PATCH", f"/todos/{'0' * 32}")]


def problem(answer: Answer, status: int) -> dict[str, Any]:
    """Return the problem, having checked that it is one."""
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (
        {"type", "title", "status", "detail"} <= answer.json.keys() <= {"type", "title", "status", "detail", "errors"}
    )
    assert answer.json["status"] == status
    return dict(answer.json)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("title", "required", None)]),
        ({"title": ""}, [("title", "minLength: 1", ""), ("title", r"pattern: \S", "")]),
        ({"title": " \t"}, [("title", r"pattern: \S", " \t")]),
        ({"title": "x" * 201}, [("title", "maxLength: 200", "x" * 100)]),
        ({"title": 7}, [("title", "type: string", 7)]),
        ({"title": None}, [("title", "type: string", None)]),
        ({"title": ["a"]}, [("title", "type: string", "an array")]),
        ({"title": "a", "description": "x" * 2001}, [("description", "maxLength: 2000", "x" * 100)]),
        ({"title": "a", "due_on": "2026-02-31"}, [("due_on", "a day of the calendar", "2026-02-31")]),
        ({"title": "a", "due_on": "0000-01-01"}, [("due_on", "a day of the calendar", "0000-01-01")]),
        ({"title": "a", "colour": "red"}, [("colour", "no such field", "red")]),
        ({"title": "a", "completed": True}, [("completed", "no such field", True)]),
        ({"title": "\ud800"}, [("title", "Unicode text", "\ud800")]),
        ({"title": "", "colour": {}}, None),
    ],
)
def test_a_new_item_that_breaks_rules_is_refused_with_each_of_them(
    api: Api, table: Any, body: Any, errors: list[tuple[str, str, Any]] | None
) -> None:
    told = problem(api.call("POST", "/todos", body), 400)["errors"]
    if errors is None:
        assert {error["field"] for error in told} == {"title", "colour"}
    else:
        assert [(error["field"], error["rule"], error["value"]) for error in told] == errors
    assert table.scan()["Items"] == []


@pytest.mark.parametrize(
    "due_on", ["20260101", "2026-1-1", "2026-01-01\n", "2026-01-01T00:00:00Z", "tomorrow", 20260101]
)
def test_a_due_day_is_written_year_month_day(api: Api, due_on: Any) -> None:
    errors = problem(api.create(due_on=due_on), 400)["errors"]
    assert {(error["field"], error["value"]) for error in errors} == {("due_on", due_on)}


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "body"), ({"id": "1"}, "id"), ({"completed": "yes"}, "completed"), ({"title": None}, "title")],
)
def test_a_change_that_breaks_a_rule_is_refused_and_changes_nothing(api: Api, body: Any, field: str) -> None:
    item = api.create().json
    errors = problem(api.call("PATCH", f"/todos/{item['id']}", body), 400)["errors"]
    assert field in {error["field"] for error in errors}
    assert api.call("GET", f"/todos/{item['id']}").json == item


@pytest.mark.parametrize(("method", "path"), ROUTES)
class TestBodies:
    @pytest.mark.parametrize("body", ["", "{", "{'title': 'a'}", "[" * 9000, '{"title": %s}' % ("9" * 5000), None])
    def test_what_is_not_json_is_refused(self, api: Api, method: str, path: str, body: str | None) -> None:
        assert "not JSON" in problem(api.call(method, path, body), 400)["detail"]

    @pytest.mark.parametrize("body", ["null", "[]", "1", '"title"', "NaN", "1e999"])
    def test_json_that_is_no_object_is_refused(self, api: Api, method: str, path: str, body: str) -> None:
        assert problem(api.call(method, path, body), 400)["errors"][0]["field"] == "body"

    @pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, {"Content-Type": "application/jsonx"}])
    def test_another_content_type_is_refused(self, api: Api, method: str, path: str, headers: dict[str, str]) -> None:
        problem(api.call(method, path, {"title": "a"}, headers=headers), 415)

    def test_a_body_over_16_kib_is_refused(self, api: Api, method: str, path: str) -> None:
        body = json.dumps({"title": "a"})
        problem(api.call(method, path, body + " " * (16 * 1024 - len(body) + 1)), 413)
        assert api.call(method, path, body + " " * (16 * 1024 - len(body))).status in {201, 404}

    def test_bytes_that_are_no_text_are_refused(self, api: Api, method: str, path: str) -> None:
        body = base64.b64encode(b"\xff\xfe").decode()
        problem(api.call(method, path, body, isBase64Encoded=True), 400)


def test_a_content_type_may_name_its_character_set(api: Api) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert api.call("POST", "/todos", {"title": "a"}, headers=headers).status == 201


def test_errors_are_told_up_to_a_number(api: Api) -> None:
    body = {f"field{number}": number for number in range(500)}
    assert len(problem(api.call("POST", "/todos", body), 400)["errors"]) == 20


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/nothing"), ("PUT", "/todos"), ("POST", f"/todos/{'0' * 32}"), ("DELETE", "/health")],
)
def test_a_method_and_path_that_are_no_route_are_not_found(api: Api, method: str, path: str) -> None:
    assert f"{method} {path}" in problem(api.call(method, path), 404)["detail"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=250),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
BODIES = ANYTHING | st.fixed_dictionaries(
    {}, optional={name: ANYTHING | st.just("2026-02-30") for name in ("title", "description", "due_on", "completed")}
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, route=st.sampled_from(ROUTES))
def test_no_json_body_makes_the_api_fail(api: Api, body: Any, route: tuple[str, str]) -> None:
    answer = api.call(*route, json.dumps(body), headers=JSON)
    if answer.status not in {201, 404}:
        assert problem(answer, 400)["errors"]
