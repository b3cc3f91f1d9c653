"""Dashboards as the JSON that CloudWatch takes: sections of graphs, laid out in rows, without a call into the CDK."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from constructs_lib.monitoring.metrics import Formula, Graph, Metric

COLUMNS = 24
WIDE, DENSE = (6, 5), (4, 4)
"""Width and height of a graph, in grid units: four in a row, or six."""
HEADING_HEIGHT = 1
LETTERS = 4.5
"""Of a large heading, in a unit of the grid."""
STATES_HEIGHT = 3
MOST_STATES = 100
"""Alarms that a widget takes."""

DEAD_LETTERS = "DeadLetters"
LIMIT_COLOUR = "#d62728"

Widget = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """The graphs of one resource under its name."""

    name: str
    graphs: Sequence[Graph]


def body(
    sections: Sequence[Section], *, region: str, alarm_arns: Sequence[str] = (), dense: bool = False
) -> dict[str, Any]:
    """Return the body of a dashboard; `region` is where its metrics are unless they say another.

    Whether `alarm_arns` are on is its first line. A `dense` one is for looking something up, with smaller graphs.
    """
    widgets = [_states(alarm_arns)] if alarm_arns else []
    top = STATES_HEIGHT if alarm_arns else 0
    widgets += _blocks(_merged(sections), region, top, DENSE if dense else WIDE)
    return {"start": "-PT12H", "periodOverride": "inherit", "widgets": widgets}


def _merged(sections: Sequence[Section]) -> list[Section]:
    """One section for each name, its dead letters beside it; those that say how much is left of a budget come first."""
    graphs: dict[str, list[Graph]] = {section.name: [] for section in sections}
    for section in sections:
        owner = section.name.removesuffix(DEAD_LETTERS)
        if owner != section.name and owner in graphs:
            graphs[owner] += [replace(graph, title="Dead letters") for graph in section.graphs]
        else:
            graphs[section.name] += section.graphs
    graphs = {name: found for name, found in graphs.items() if found}
    merged = [Section(name, sorted(found, key=lambda graph: not graph.days)) for name, found in graphs.items()]
    return sorted(merged, key=lambda section: not any(graph.days for graph in section.graphs))


def _blocks(sections: Sequence[Section], region: str, top: int, size: tuple[int, int]) -> Iterator[Widget]:
    """Each section is a block under its name, as wide as its graphs; blocks stand side by side where they fit."""
    wide, high = size
    per_row = COLUMNS // wide
    left, lowest = 0, top
    for section in sections:
        width = min(len(section.graphs), per_row) * wide
        if left + width > COLUMNS:
            left, top = 0, lowest
        level = "##" if len(section.name) <= width * LETTERS else "###"
        heading = {"type": "text", "properties": {"markdown": f"{level} {section.name}", "background": "transparent"}}
        yield heading | _place(left, top, width, HEADING_HEIGHT)
        for index, graph in enumerate(section.graphs):
            row, column = divmod(index, per_row)
            place = _place(left + column * wide, top + HEADING_HEIGHT + row * high, wide, high)
            yield _graph(graph, region) | place
        left += width
        lowest = max(lowest, top + HEADING_HEIGHT + -(-len(section.graphs) // per_row) * high)


def _states(alarm_arns: Sequence[str]) -> Widget:
    properties = {"title": "What is wrong now", "alarms": list(alarm_arns[:MOST_STATES]), "sortBy": "default"}
    return {"type": "alarm", "properties": properties} | _place(0, 0, COLUMNS, STATES_HEIGHT)


def _place(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


def _graph(graph: Graph, region: str) -> Widget:
    ids = count(1)
    rows = [row for metric in graph.metrics for row in _rows(metric, next(ids))]
    properties: Widget = {
        "title": graph.title,
        "view": "timeSeries",
        "region": region,
        "metrics": rows,
        "period": graph.period_seconds,
        "yAxis": {"left": {"min": 0}},
    }
    if graph.days:
        properties |= {"view": "singleValue", "setPeriodToTimeRange": True, "sparkline": False}
        properties |= {"start": f"-P{graph.days}D", "end": "P0D"}
        del properties["yAxis"], properties["period"]
    if graph.limit is not None:
        line = {"value": graph.limit, "label": "alarm", "color": LIMIT_COLOUR}
        properties["annotations"] = {"horizontal": [line]}
    return {"type": "metric", "properties": properties}


def _rows(metric: Metric | Formula, number: int) -> Iterator[list[Any]]:
    """The lines of a metric; what a formula is made of is not drawn. Ids are unique within a graph."""
    if isinstance(metric, Metric):
        yield metric.row()
        return
    names = re.compile(rf"\b({'|'.join(metric.metrics)})\b")
    expression = names.sub(rf"\1_{number}", metric.expression)
    yield [{"expression": expression, "label": metric.label, "id": f"result_{number}"}]
    for name, part in metric.metrics.items():
        yield part.row(id=f"{name}_{number}", visible=False)
