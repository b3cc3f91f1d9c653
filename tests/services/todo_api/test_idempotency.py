"""Creating with an Idempotency-Key happens once, however often it is asked."""

import time
from typing import Any

import pytest
from todo_api import store

from tests.services.todo_api.conftest import Api


def items(table: Any) -> list[dict[str, Any]]:
    return [record for record in table.scan()["Items"] if record["pk"].startswith("OWNER#")]


def test_the_same_key_and_body_replay_the_first_answer(api: Api, table: Any) -> None:
    first, again = api.create(key="k1"), api.create(key="k1")
    assert first.status == 201
    assert (again.status, again.headers, again.json) == (201, first.headers, first.json)
    assert len(items(table)) == 1


def test_a_replay_tells_the_item_as_it_was_created(api: Api) -> None:
    first = api.create(key="k1")
    api.call("PATCH", f"/todos/{first.json['id']}", {"completed": True})
    assert api.create(key="k1").json == first.json


def test_the_same_key_with_another_body_is_refused(api: Api, table: Any) -> None:
    api.create("Buy milk", key="k1")
    answer = api.create("Buy oats", key="k1")
    assert (answer.status, answer.json["status"]) == (422, 422)
    assert len(items(table)) == 1


def test_a_key_whose_first_request_still_runs_is_a_conflict(
    api: Api, table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, meanwhile = store.create, []

    def slow(*arguments: Any) -> store.Item:
        meanwhile.append(api.create(key="k1"))
        return create(*arguments)

    monkeypatch.setattr(store, "create", slow)
    assert api.create(key="k1").status == 201
    assert [answer.status for answer in meanwhile] == [409]
    assert len(items(table)) == 1


def test_a_failed_creation_may_be_tried_again_with_its_key(
    api: Api, table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store, "create", lambda *_: 1 / 0)
        assert api.create(key="k1").status == 500
    assert api.create(key="k1").status == 201


def test_a_key_is_its_owners_alone(api: Api, table: Any) -> None:
    api.create(key="k1")
    assert Api(user_arn="arn:aws:iam::111122223333:user/ada").create(key="k1").status == 201
    assert len(items(table)) == 2


def test_without_a_key_every_request_creates(api: Api, table: Any) -> None:
    assert api.create().json["id"] != api.create().json["id"]
    assert len(table.scan()["Items"]) == 2


def test_a_key_is_forgotten_by_the_table_itself_after_a_day(api: Api, table: Any) -> None:
    api.create(key="k1")
    (record,) = [record for record in table.scan()["Items"] if record["pk"] == "IDEMPOTENCY"]
    assert int(record["expires_at"]) - time.time() == pytest.approx(24 * 3600, abs=60)


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_a_wrong_length_is_refused(api: Api, table: Any, key: str) -> None:
    answer = api.create(key=key)
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert items(table) == []
