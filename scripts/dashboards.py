"""`dashboards`: draws the layout of an environment's dashboards as pictures, to look at before anybody deploys."""

import json
from html import escape
from pathlib import Path
from typing import Annotated, Any

import typer

from scripts.console import Exit, emit, fail, progress

UNIT = 48
"""Pixels of a grid unit."""

COLUMNS = 24
KINDS = {"timeSeries": "#eaf3ff", "singleValue": "#e9f8ec", "gauge": "#e9f8ec", "table": "#fff6e0", "": "#ffffff"}


def dashboards(
    *,
    environment: Annotated[str, typer.Option("--environment", "-e", help="Whose dashboards.")] = "prod",
    assembly: Annotated[Path | None, typer.Option(help="Draw those of this assembly instead of the app.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")] = Path("build/dashboards"),
) -> None:
    """Draw each dashboard as an SVG: its widgets, their titles and their metrics."""
    from tempfile import TemporaryDirectory

    from scripts.synthesis import SynthesisError, synthesise

    try:
        with TemporaryDirectory() as folder:
            source = assembly or synthesise(environment, Path(folder))
            found = read(source)
    except SynthesisError as error:
        fail(str(error))
    if not found:
        fail(f"{source} holds no dashboard", Exit.USAGE)
    out.mkdir(parents=True, exist_ok=True)
    for name, body in found.items():
        (out / f"{name}.svg").write_text(draw(name, body))
        progress.print(f"{out / name}.svg: {len(body['widgets'])} widgets")
    emit({name: str(out / f"{name}.svg") for name in found})


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the bodies of the dashboards in an assembly, by name; values that only a deployment knows are `?`."""
    found = {}
    for file in sorted(folder.glob("*.template.json")):
        for resource in json.loads(file.read_text()).get("Resources", {}).values():
            if resource["Type"] == "AWS::CloudWatch::Dashboard":
                properties = resource["Properties"]
                found[properties["DashboardName"]] = json.loads(_text(properties["DashboardBody"]))
    return found


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_text(part) for part in parts)
    return "?"


def draw(name: str, body: dict[str, Any]) -> str:
    """Return the picture of a dashboard."""
    widgets = body["widgets"]
    height = (max((widget["y"] + widget["height"] for widget in widgets), default=0) + 1) * UNIT
    drawn = "".join(_widget(widget) for widget in widgets)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMNS * UNIT}" height="{height}" '
        f'font-family="sans-serif" font-size="13"><title>{escape(name)}</title>'
        f'<rect width="100%" height="100%" fill="#f6f7f8"/>{drawn}</svg>\n'
    )


def _widget(widget: dict[str, Any]) -> str:
    x, y, width, height = (widget[side] * UNIT for side in ("x", "y", "width", "height"))
    properties = widget["properties"]
    if widget["type"] == "alarm":
        properties = properties | {"metrics": [["", f"{len(properties['alarms'])} alarms"]]}
    # What is inside is cut off at the edge of the widget, as it is on CloudWatch's page.
    inside = f'<svg x="{x + 3}" y="{y + 3}" width="{width - 6}" height="{height - 6}">'
    if widget["type"] == "text":
        marks, _, heading = properties["markdown"].splitlines()[0].partition(" ")
        size = 28 - 4 * len(marks)
        return f'{inside}<text x="5" y="31" font-size="{size}" font-weight="bold">{escape(heading)}</text></svg>'
    lines = [_line(row) for row in properties.get("metrics", [])]
    shown = [line for line in lines if line]
    body = "".join(
        f'<text x="9" y="{41 + 18 * number}" fill="#456">{escape(line[:40])}</text>'
        for number, line in enumerate(shown[: max(height // 18 - 3, 1)])
    )
    fill = KINDS.get(properties.get("view", ""), "#ffffff")
    return (
        f'{inside}<rect width="100%" height="100%" rx="6" fill="{fill}" stroke="#9ab"/>'
        f'<text x="9" y="21" font-weight="bold">{escape(properties.get("title", ""))}</text>{body}</svg>'
    )


def _line(row: list[Any]) -> str:
    options = row[-1] if isinstance(row[-1], dict) else {}
    return "" if options.get("visible") is False else str(options.get("label", row[1] if len(row) > 1 else ""))
