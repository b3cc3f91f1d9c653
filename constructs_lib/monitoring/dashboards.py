"""Dashboards as the JSON that CloudWatch takes: sections of graphs, laid out in rows, without a call into the CDK."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from constructs_lib.monitoring.metrics import Formula, Graph, Metric

COLUMNS = 24
WIDTH, HEIGHT = 6, 5
"""Of a graph, in grid units: four in a row."""
HEADING_HEIGHT = 1
LIMIT_COLOUR = "#d62728"

Widget = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """The graphs of one resource under its name."""

    name: str
    graphs: Sequence[Graph]


def body(sections: Sequence[Section], *, region: str) -> dict[str, Any]:
    """Return the body of a dashboard; `region` is where its metrics are unless they say another."""
    return {"start": "-PT12H", "periodOverride": "inherit", "widgets": list(_widgets(sections, region))}


def _widgets(sections: Sequence[Section], region: str) -> Iterator[Widget]:
    top = 0
    for section in sections:
        heading = {"type": "text", "properties": {"markdown": f"## {section.name}", "background": "transparent"}}
        yield heading | _place(0, top, COLUMNS, HEADING_HEIGHT)
        top += HEADING_HEIGHT
        per_row = COLUMNS // WIDTH
        for index, graph in enumerate(section.graphs):
            row, column = divmod(index, per_row)
            yield _graph(graph, region) | _place(column * WIDTH, top + row * HEIGHT, WIDTH, HEIGHT)
        top += -(-len(section.graphs) // per_row) * HEIGHT


def _place(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


def _graph(graph: Graph, region: str) -> Widget:
    ids = count(1)
    rows = [row for metric in graph.metrics for row in _rows(metric, next(ids))]
    properties: Widget = {
        "title": graph.title,
        "view": "singleValue" if graph.number else "timeSeries",
        "region": region,
        "metrics": rows,
        "period": graph.period_seconds,
        "yAxis": {"left": {"min": 0}},
    }
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
