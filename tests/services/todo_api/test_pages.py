"""Listing: newest first, a page at a time, steady while items come and go."""

import pytest

from tests.services.todo_api.conftest import Api


def titles(api: Api, **query: str) -> tuple[list[str], str | None]:
    answer = api.call("GET", "/todos", query=query or None)
    assert answer.status == 200
    return [item["title"] for item in answer.json["items"]], answer.json["next_cursor"]


def test_an_empty_list_has_no_next_page(api: Api) -> None:
    assert titles(api) == ([], None)


def test_the_newest_item_is_first(api: Api) -> None:
    for title in "abc":
        api.create(title)
    assert titles(api) == (["c", "b", "a"], None)


def test_a_page_has_25_items_by_default(api: Api) -> None:
    for number in range(26):
        api.create(str(number))
    found, cursor = titles(api)
    assert len(found) == 25
    assert cursor is not None
    assert titles(api, cursor=cursor) == (["0"], None)


def test_a_last_page_that_is_full_promises_no_other(api: Api) -> None:
    for title in "abcd":
        api.create(title)
    _, cursor = titles(api, limit="2")
    assert cursor is not None
    assert titles(api, limit="2", cursor=cursor) == (["b", "a"], None)


def test_pages_neither_skip_nor_repeat_while_items_come_and_go(api: Api) -> None:
    ids = {title: api.create(title).json["id"] for title in "abcd"}
    first, cursor = titles(api, limit="2")
    api.create("new")
    api.call("DELETE", f"/todos/{ids['c']}")  # the very item that the cursor names
    assert cursor is not None
    second, end = titles(api, limit="2", cursor=cursor)
    assert (first, second, end) == (["d", "c"], ["b", "a"], None)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", "٣", "9" * 5000])
def test_a_limit_outside_1_to_100_is_refused(api: Api, limit: str) -> None:
    answer = api.call("GET", "/todos", query={"limit": limit})
    assert answer.status == 400
    (error,) = answer.json["errors"]
    assert (error["field"], error["value"]) == ("limit", limit[:100])


@pytest.mark.parametrize("cursor", ["", "!!!", "é", "AAAA", "bm8gaWQ=", "x" * 5000])
def test_a_cursor_that_no_page_gave_is_refused(api: Api, cursor: str) -> None:
    answer = api.call("GET", "/todos", query={"cursor": cursor})
    assert answer.status == 400
    assert answer.json["errors"][0]["field"] == "cursor"
