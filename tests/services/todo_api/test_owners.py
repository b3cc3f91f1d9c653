"""An owner sees and touches only their own items."""

import pytest

from tests.services.todo_api.conftest import Api

ADA = {"authorizer": {"claims": {"sub": "1a2b3c"}}}
BOB = {"user_arn": "arn:aws:iam::111122223333:user/bob"}


@pytest.mark.usefixtures("table")
def test_items_of_one_owner_do_not_exist_for_another() -> None:
    owner, others = Api(**ADA), [Api(**BOB), Api()]
    path = f"/todos/{owner.create().json['id']}"
    for other in others:
        assert other.call("GET", "/todos").json["items"] == []
        assert other.call("GET", path).status == 404
        assert other.call("PATCH", path, {"completed": True}).status == 404
        assert other.call("DELETE", path).status == 404
    assert owner.call("GET", path).json["completed"] is False


@pytest.mark.usefixtures("table")
def test_a_cursor_of_one_owner_shows_another_owner_only_their_own_items() -> None:
    ada, bob = Api(**ADA), Api(**BOB)
    bob.create("Bob's")
    ada.create("1")
    ada.create("2")
    cursor = ada.call("GET", "/todos", query={"limit": "1"}).json["next_cursor"]
    found = bob.call("GET", "/todos", query={"cursor": cursor}).json["items"]
    assert [item["title"] for item in found] == ["Bob's"]
