"""The picture as Mermaid, which GitHub draws: text that a review can read."""

import re

from infra.diagram.model import Node, Picture

SHAPES = {
    "table": ("[(", ")]"),
    "bucket": ("[(", ")]"),
    "database": ("[(", ")]"),
    "cache": ("[(", ")]"),
    "people": ("([", "])"),
}


def mermaid(picture: Picture) -> str:
    """Return the flow chart; ids come from construct paths, so that a change is a small difference."""
    lines = ["flowchart LR"]
    for stack in picture.stacks:
        lines.append(f"  subgraph {_id(stack)}[{stack}]")
        lines += [f"    {_id(node.id)}{_box(node)}" for node in picture.nodes if node.stack == stack]
        lines.append("  end")
    lines += [f"  {_id(edge.source)} -- {edge.says} --> {_id(edge.target)}" for edge in picture.edges]
    return "\n".join(lines) + "\n"


def _id(path: str) -> str:
    return re.sub(r"\W+", "_", path.removesuffix("/Resource").removesuffix("/Resource"))


def _box(node: Node) -> str:
    left, right = SHAPES.get(node.icon, ("[", "]"))
    return f'{left}"{node.name}{f"<br>{node.noun}" if node.noun else ""}"{right}'
