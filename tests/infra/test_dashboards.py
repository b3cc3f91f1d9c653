"""Dashboards of every environment: nothing overlaps, nothing is empty, and no dimension hopes to be expanded."""

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import config
from scripts.dashboards import COLUMNS, draw, read

environments = pytest.mark.parametrize("environment", config.names())
LETTERS = {"##": 4.5, "###": 5.5}
"""Of a heading, in a unit of the grid."""
Boards = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def boards(assembly: Callable[[str], Path]) -> Callable[[str], Boards]:
    return lambda environment: read(assembly(environment))


def widgets(boards: Boards) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, body in boards.items():
        for widget in body["widgets"]:
            yield name, widget


def fits(heading: str, width: int) -> bool:
    marks, _, text = heading.partition(" ")
    return len(text) <= width * LETTERS[marks]


@environments
def test_there_are_those_that_the_configuration_asks_for(environment: str, boards: Callable[[str], Boards]) -> None:
    settings = config.load(environment)
    prefix = f"{settings.project}-{settings.name}-"
    own = {
        name for name in boards(environment) if not name.startswith(f"{prefix}services")
    }  # each stack of services has its own
    assert own == {f"{prefix}{name}" for name in settings.monitoring.dashboards}


@environments
def test_no_widget_overlaps_another_or_leaves_the_grid(environment: str, boards: Callable[[str], Boards]) -> None:
    for name, body in boards(environment).items():
        for widget in body["widgets"]:
            assert 0 <= widget["x"] <= COLUMNS - widget["width"], name
        for one, other in combinations(body["widgets"], 2):
            apart = (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] <= other["y"]
                or other["y"] + other["height"] <= one["y"]
            )
            assert apart, (name, one["properties"], other["properties"])


@environments
def test_every_heading_fits_above_its_graphs(environment: str, boards: Callable[[str], Boards]) -> None:
    cut_off = {
        (name, widget["properties"]["markdown"])
        for name, widget in widgets(boards(environment))
        if widget["type"] == "text" and not fits(widget["properties"]["markdown"], widget["width"])
    }
    assert cut_off == set()


@environments
def test_every_widget_shows_something_and_says_what(environment: str, boards: Callable[[str], Boards]) -> None:
    for name, widget in widgets(boards(environment)):
        properties = widget["properties"]
        match widget["type"]:
            case "text":
                assert properties["markdown"].strip("# \n"), name
            case "alarm":
                assert properties["alarms"], name
            case _:
                assert properties["title"], name
                assert [row for row in properties["metrics"] if row[-1].get("visible", True)], properties["title"]


@environments
def test_no_dimension_is_a_star(environment: str, boards: Callable[[str], Boards]) -> None:
    for name, widget in widgets(boards(environment)):
        for row in widget["properties"].get("metrics", []):
            values = [part for part in row if isinstance(part, str)]
            assert not [part for part in values if "*" in part], (name, widget["properties"]["title"])
            assert isinstance(row[0], dict) or len(values) % 2 == 0, values


@environments
def test_names_on_a_dashboard_are_told_apart(environment: str, boards: Callable[[str], Boards]) -> None:
    for name, body in boards(environment).items():
        headings = [one["properties"]["markdown"] for one in body["widgets"] if one["type"] == "text"]
        assert len(headings) == len(set(headings)), name


def test_the_main_dashboard_begins_with_what_is_wrong_now(boards: Callable[[str], Boards]) -> None:
    first = boards("prod")["groundwork-prod-main"]["widgets"][0]
    assert (first["type"], first["properties"]["title"]) == ("alarm", "What is wrong now")


def test_percentiles_are_on_the_performance_dashboard(boards: Callable[[str], Boards]) -> None:
    shown = str(boards("prod")["groundwork-prod-performance"])
    assert all(f"'stat': '{percentile}'" in shown for percentile in ("p50", "p90", "p99"))


def test_a_picture_shows_each_title(boards: Callable[[str], Boards]) -> None:
    body = boards("prod")["groundwork-prod-main"]
    picture = draw("main", body)
    assert picture.startswith("<svg")
    assert picture.count("<rect") == 1 + sum(widget["type"] != "text" for widget in body["widgets"])
