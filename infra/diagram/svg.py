"""The picture as SVG: stacks as boxes in two rows, resources as tiles with AWS's icons, ways as lines between them.

Lines leave a tile at its side, and run through the gaps between boxes and the corridor between the rows.
"""

from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path

from infra.diagram.model import Edge, Node, Picture

ICONS = Path(__file__).parent / "icons"
UPPER = ("Outside", "Edge", "Security", "Compute", "Services", "Data")
"""Stacks that requests go through, from left to right; all others are in the lower row."""
LOWER = ("Network", "Recovery", "Backup", "Monitoring")
"""The lower row, as far as it is known: what belongs together stands together."""

TILE_WIDTH, TILE_HEIGHT, SPACE, MARGIN, HEADER = 192, 56, 14, 16, 30
GAP, CORRIDOR, LANE, ROWS, TITLE = 150, 140, 10, 8, 34
PORT = 13
"""Between two lines that end at one tile: what they say needs room."""
COLOURS = {
    "requests": ("#1f6feb", ("requests", "filters", "calls", "asks", "events", "feeds")),
    "data": ("#1a7f37", ("reads", "writes", "flow logs")),
    "backup": ("#bc4c00", ("backed up", "fills", "copies")),
    "alarms": ("#cf222e", ("tell", "alarms")),
}
"""Colour of a line by what it says."""


@dataclass(frozen=True)
class Box:
    """Where a stack is, and the gaps beside it."""

    x: float
    y: float
    width: float
    height: float
    row: int
    column: int


class Drawing:
    """A picture being drawn."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._boxes: dict[str, Box] = {}
        self._tiles: dict[str, tuple[float, float]] = {}
        self._lanes: Counter[tuple[str, int, int]] = Counter()
        self._ports: Counter[str] = Counter()
        self._said = set[tuple[str, str]]()
        self._bundles: dict[tuple[str, str, Box], tuple[float, float, float, tuple[float, float]]] = {}
        self._place()

    def _place(self) -> None:
        rows = [
            [name for name in UPPER if name in self._picture.stacks],
            [
                *(name for name in LOWER if name in self._picture.stacks),
                *(name for name in self._picture.stacks if name not in UPPER + LOWER),
            ],
        ]
        y, self.width = float(MARGIN + TITLE), 0.0
        self._corridors = []
        for number, names in enumerate(rows):
            x, tallest = float(MARGIN), 0.0
            for column, name in enumerate(names):
                box = self._box(name, x, y, number, column)
                x, tallest = x + box.width + GAP, max(tallest, box.height)
            self.width = max(self.width, x - GAP + MARGIN + GAP / 2)
            y += tallest + CORRIDOR
            self._corridors.append(y - CORRIDOR + 24)
        self.height = y - CORRIDOR

    def _box(self, name: str, x: float, y: float, row: int, column: int) -> Box:
        nodes = [node for node in self._picture.nodes if node.stack == name]
        columns = -(-len(nodes) // ROWS)
        lines = -(-len(nodes) // columns)
        width = columns * TILE_WIDTH + (columns - 1) * SPACE + 2 * MARGIN
        box = Box(x, y, width, HEADER + lines * (TILE_HEIGHT + SPACE) + MARGIN - SPACE, row, column)
        self._boxes[name] = box
        for index, node in enumerate(nodes):
            left = x + MARGIN + (index // lines) * (TILE_WIDTH + SPACE)
            self._tiles[node.id] = (left, y + HEADER + (index % lines) * (TILE_HEIGHT + SPACE))
        return box

    def svg(self) -> str:
        """Return the whole file."""
        edges = [line for edge in self._picture.edges for line in self._edge(edge)]
        self.height += 70 + 9 * self._lanes["corridor", len(self._corridors) - 1, 0]
        boxes = [line for name in self._picture.stacks for line in self._stack(name)]
        tiles = [line for node in self._picture.nodes for line in self._tile(node)]
        icons = {node.icon for node in self._picture.nodes}
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.0f} {self.height:.0f}"'
                f' width="{self.width:.0f}" height="{self.height:.0f}" font-family="system-ui, sans-serif">',
                "<defs>",
                *(_symbol(icon) for icon in sorted(icons)),
                *(_arrow(name, colour) for name, (colour, _) in COLOURS.items()),
                "</defs>",
                f'<rect width="{self.width:.0f}" height="{self.height:.0f}" fill="#ffffff"/>',
                f'<text x="{MARGIN}" y="{MARGIN + 12}" font-size="18" font-weight="600" fill="#1f2328">'
                f"{escape(self._picture.title)}</text>",
                *boxes,
                *edges,
                *tiles,
                *self._legend(),
                "</svg>\n",
            ]
        )

    def _stack(self, name: str) -> list[str]:
        box = self._boxes[name]
        return [
            f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="10" fill="#f6f8fa"'
            ' stroke="#d0d7de"/>',
            f'<text x="{box.x + MARGIN}" y="{box.y + 20}" font-size="14" font-weight="600" fill="#57606a">'
            f"{escape(self._title(name))}</text>",
        ]

    def _title(self, name: str) -> str:
        region = self._picture.elsewhere.get(name)
        return f"{name}, in {region}" if region else name

    def _tile(self, node: Node) -> list[str]:
        x, y = self._tiles[node.id]
        second = f'<text x="{x + 52}" y="{y + 41}" font-size="11" fill="#57606a">{escape(node.noun)}</text>'
        return [
            f'<rect x="{x}" y="{y}" width="{TILE_WIDTH}" height="{TILE_HEIGHT}" rx="8" fill="#fff" stroke="#afb8c1"/>',
            f'<use href="#{node.icon}" x="{x + 8}" y="{y + 10}"/>',
            f'<text x="{x + 52}" y="{y + (25 if node.noun else 33)}" font-size="13" font-weight="600" fill="#1f2328">'
            f"{escape(node.name)}</text>",
            *([second] if node.noun else []),
        ]

    def _edge(self, edge: Edge) -> list[str]:
        kind, colour = next((name, c) for name, (c, said) in COLOURS.items() if edge.says in said)
        points = self._route(edge)
        (x, y), (before, _) = points[-1], points[-2]
        anchor, beside = ("end", x - 12) if before < x else ("start", x + 12)
        said = edge.says if (edge.target, edge.says) not in self._said else ""
        self._said.add((edge.target, edge.says))
        return [
            f'<path d="{_rounded(points)}" fill="none" stroke="{colour}" stroke-width="1.6"'
            f' marker-end="url(#to-{kind})"/>',
            f'<text x="{beside}" y="{y - 4}" font-size="10.5" text-anchor="{anchor}" fill="{colour}" stroke="#fff"'
            f' stroke-width="3" paint-order="stroke">{said}</text>',
        ]

    def _route(self, edge: Edge) -> list[tuple[float, float]]:
        """Return the corners of a line: side, gap, and through the corridor where the ends are not neighbours.

        Lines of one kind from one box to one end run together.
        """
        start, end = self._home(edge.source), self._home(edge.target)
        rightwards = start == end or end.x > start.x
        neighbours = start.row == end.row and abs(start.column - end.column) <= 1
        sx, sy = self._port(edge.source, right=rightwards)
        bundle = (edge.target, edge.says, start)
        if bundle not in self._bundles:
            near = self._lane(start, right=rightwards)
            far = near if neighbours else self._lane(end, right=not rightwards)
            level = 0.0 if neighbours else self._level(min(start.row, end.row))
            self._bundles[bundle] = (near, level, far, self._port(edge.target, right=start == end or not rightwards))
        near, level, far, (tx, ty) = self._bundles[bundle]
        if neighbours:
            return [(sx, sy), (near, sy), (near, ty), (tx, ty)]
        return [(sx, sy), (near, sy), (near, level), (far, level), (far, ty), (tx, ty)]

    def _home(self, node: str) -> Box:
        return self._boxes[next(one.stack for one in self._picture.nodes if one.id == node)]

    def _port(self, node: str, *, right: bool) -> tuple[float, float]:
        x, y = self._tiles[node]
        self._ports[node] += 1
        step = self._ports[node]
        shift = (step // 2) * PORT * (1 if step % 2 else -1)
        return x + (TILE_WIDTH if right else 0), y + TILE_HEIGHT / 2 + max(-22, min(22, shift))

    def _lane(self, box: Box, *, right: bool) -> float:
        """Return an x of its own in the gap beside a box."""
        gap = ("gap", box.row, box.column + (1 if right else 0))
        self._lanes[gap] += 1
        shift = self._lanes[gap] * LANE
        return box.x + box.width + 8 + shift if right else box.x - GAP + 8 + shift

    def _level(self, row: int) -> float:
        self._lanes["corridor", row, 0] += 1
        return self._corridors[row] + self._lanes["corridor", row, 0] * 9

    def _legend(self) -> list[str]:
        found, x = [], float(MARGIN)
        for name, (colour, _) in COLOURS.items():
            y = self.height - 20
            found.append(f'<line x1="{x}" y1="{y}" x2="{x + 28}" y2="{y}" stroke="{colour}" stroke-width="2.5"/>')
            found.append(f'<text x="{x + 36}" y="{y + 4}" font-size="12" fill="#57606a">{name}</text>')
            x += 120
        return found


def _rounded(points: list[tuple[float, float]]) -> str:
    """Return a path with round corners."""
    said = [f"M{points[0][0]:.0f},{points[0][1]:.0f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(8.0, _length(before, corner) / 2, _length(corner, after) / 2)
        enter, leave = _towards(corner, before, radius), _towards(corner, after, radius)
        said.append(f"L{enter[0]:.1f},{enter[1]:.1f} Q{corner[0]:.0f},{corner[1]:.0f} {leave[0]:.1f},{leave[1]:.1f}")
    return " ".join([*said, f"L{points[-1][0]:.0f},{points[-1][1]:.0f}"])


def _length(one: tuple[float, float], other: tuple[float, float]) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(one: tuple[float, float], other: tuple[float, float], by: float) -> tuple[float, float]:
    length = _length(one, other) or 1
    return one[0] + (other[0] - one[0]) * by / length, one[1] + (other[1] - one[1]) * by / length


def _symbol(icon: str) -> str:
    data = b64encode((ICONS / f"{icon}.png").read_bytes()).decode()
    return f'<image id="{icon}" width="36" height="36" href="data:image/png;base64,{data}"/>'


def _arrow(name: str, colour: str) -> str:
    return (
        f'<marker id="to-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{colour}"/></marker>'
    )
