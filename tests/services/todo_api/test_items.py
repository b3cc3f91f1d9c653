"""Items are created, read, changed and deleted, and what is told is what the table holds."""

import time
from typing import Any

import pytest

from tests.services.todo_api.conftest import Api


def test_a_created_item_is_told_whole_with_its_address(api: Api) -> None:
    created = api.create("Buy milk", description="Two litres", due_on="2026-02-28")
    item = created.json
    assert created.status == 201
    assert created.headers["Content-Type"] == "application/json"
    assert created.headers["Location"] == f"/v1/todos/{item['id']}"
    assert item == {
        "id": item["id"],
        "title": "Buy milk",
        "description": "Two litres",
        "due_on": "2026-02-28",
        "completed": False,
        "created_at": item["created_at"],
        "updated_at": item["created_at"],
    }


def test_a_created_item_is_in_the_table_under_its_owner(api: Api, table: Any) -> None:
    item = api.create("Buy milk").json
    (record,) = table.scan()["Items"]
    assert record["pk"] == "OWNER#public"
    assert record["sk"] == f"TODO#{item['id']}"
    assert record["title"] == "Buy milk"


def test_what_is_left_out_is_null(api: Api) -> None:
    item = api.create().json
    assert (item["description"], item["due_on"]) == (None, None)


def test_an_item_is_read_as_it_was_created(api: Api) -> None:
    item = api.create().json
    read = api.call("GET", f"/todos/{item['id']}")
    assert (read.status, read.json) == (200, item)


@pytest.mark.parametrize(
    "change",
    [{"title": "Buy oats"}, {"description": "Three"}, {"due_on": "2028-02-29"}, {"completed": True}, {"due_on": None}],
)
def test_a_change_touches_the_named_fields_and_the_time_only(api: Api, change: dict[str, Any]) -> None:
    item = api.create("Buy milk", description="Two", due_on="2026-02-28").json
    time.sleep(0.001)  # the times that are told have milliseconds
    changed = api.call("PATCH", f"/todos/{item['id']}", change)
    assert changed.status == 200
    assert changed.json == item | change | {"updated_at": changed.json["updated_at"]}
    assert changed.json["updated_at"] > item["updated_at"]
    assert api.call("GET", f"/todos/{item['id']}").json == changed.json


def test_a_deleted_item_is_gone(api: Api, table: Any) -> None:
    path = f"/todos/{api.create().json['id']}"
    deleted = api.call("DELETE", path)
    assert (deleted.status, deleted.text) == (204, "")
    assert api.call("GET", path).status == 404
    assert table.scan()["Items"] == []


@pytest.mark.parametrize("todo_id", ["0" * 32, "no-such-item", "x" * 3000, "%00", "0" * 31 + "\n"])
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"completed": True}), ("DELETE", None)])
def test_an_unknown_item_is_not_found_and_not_made(api: Api, table: Any, method: str, body: Any, todo_id: str) -> None:
    answer = api.call(method, f"/todos/{todo_id}", body)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert table.scan()["Items"] == []


@pytest.mark.parametrize("todo_id", ["no-such-item", "x" * 3000, "%00", "A" * 32])
def test_what_cannot_be_an_id_never_reaches_the_table(api: Api, asked: list[dict[str, Any]], todo_id: str) -> None:
    assert api.call("GET", f"/todos/{todo_id}").status == 404
    assert asked == []  # DynamoDB refuses keys over 1 KiB, which would be a 500
