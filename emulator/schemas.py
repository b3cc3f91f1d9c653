"""CloudFormation's registry schemas: every public resource type, read from the files that cfn-lint ships."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@cache
def folder() -> Path:
    """Return the folder of cfn-lint's schemas; importing cfn-lint itself would cost two seconds."""
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("cfn-lint is not installed: run `make setup`")
    return Path(spec.origin).parent / "data" / "schemas"


@cache
def types() -> dict[str, str]:
    """Return every resource type of the registry, and the name of its schema's file."""
    return dict(json.loads((folder() / "providers" / "us-east-1.json").read_text()))


@cache
def schema(resource_type: str) -> dict[str, Any]:
    """Return the registry schema of a resource type."""
    return dict(json.loads((folder() / "resources" / f"{types()[resource_type]}.json").read_text()))


def replaced_by(resource_type: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return whether going from `old` to `new` properties changes one that needs a new resource."""
    paths = schema(resource_type).get("createOnlyProperties", []) if resource_type in types() else []
    return any(_at(old, path) != _at(new, path) for path in paths)


def _at(properties: Any, pointer: str) -> Any:
    """Return the value at a pointer such as `/properties/Endpoint/Port`."""
    for key in pointer.removeprefix("/properties/").split("/"):
        if not isinstance(properties, dict):
            return None
        properties = properties.get(key)
    return properties


def declared_type(resource_type: str, pointer: str) -> str:
    """Return the JSON type of the property at a pointer: `string` where the schema leaves it open."""
    root = schema(resource_type)
    node: Any = root
    for key in pointer.strip("/").split("/"):
        node = _follow(root, node)
        node = node.get("properties", {}).get(key, {}) if key != "properties" or node is not root else node
    kind = _follow(root, node).get("type", "string")
    return str(kind[0] if isinstance(kind, list) else kind)


def _follow(root: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return the definition that a node refers to, or the node itself."""
    reference = node.get("$ref", "")
    if not reference.startswith("#/definitions/"):
        return node
    return dict(root.get("definitions", {}).get(reference.removeprefix("#/definitions/"), {}))
