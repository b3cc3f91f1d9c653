"""The raw pieces of a cloud assembly: checked JSON files, templates, and one record per stack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class NotAnAssemblyError(Exception):
    """The folder cannot be read as a cloud assembly; the message says why in one sentence."""


@dataclass(kw_only=True)
class StackSource:
    """One template as read, before anything is resolved."""

    name: str
    construct_path: str
    template: Mapping[str, Any]
    file: Path
    account: str = "unknown-account"
    region: str = "unknown-region"
    stage: str = ""
    termination_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    #: Construct path by logical id, for templates written without path metadata.
    construct_paths: Mapping[str, str] = field(default_factory=dict)
    #: Nested stacks by the logical id of the resource that deploys them.
    nested: dict[str, "StackSource"] = field(default_factory=dict)


def read_template(file: Path) -> dict[str, Any]:
    """A template whose resources are known to be objects with a type."""
    template = read_json(file)
    resources = template.setdefault("Resources", {})
    if not isinstance(resources, dict):
        raise NotAnAssemblyError(f"{file}: Resources is not an object")
    for logical_id, definition in resources.items():
        if not isinstance(definition, dict) or not isinstance(definition.get("Type"), str):
            raise NotAnAssemblyError(f"{file}: resource {logical_id} has no Type")
        if not isinstance(definition.get("Properties") or {}, dict):
            raise NotAnAssemblyError(f"{file}: the Properties of resource {logical_id} are not an object")
    return template


def read_json(file: Path) -> dict[str, Any]:
    """A JSON object; NotAnAssemblyError names the file where it is missing or is none."""
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise NotAnAssemblyError(f"{file} is missing, though the assembly names it") from None
    except (OSError, ValueError, RecursionError) as error:
        raise NotAnAssemblyError(f"{file} cannot be read as JSON: {error}") from None
    if not isinstance(found, dict):
        raise NotAnAssemblyError(f"{file} is not a JSON object")
    return found
