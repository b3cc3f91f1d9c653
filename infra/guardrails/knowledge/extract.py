"""Extracts what AWS publishes and cfn-lint ships: where each resource type can name a key, which actions name nothing.

`python -m infra.guardrails.knowledge.extract` renews resource_types.json, from the CloudFormation registry schemas, and
resourceless_actions.json, from the Service Authorization Reference; a test says when that is due.
"""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TYPES = Path(__file__).with_name("resource_types.json")
ACTIONS = Path(__file__).with_name("resourceless_actions.json")
NAMES_A_KEY = re.compile(
    r"^(.*kms.*(key|arn)(id|arn|identifier)?|kms(master)?key(id|arn|identifier)?|sse(config|specification)"
    r"|encryptionkey(arn|id)?|.*encryptionkey(arn)?|cmkarn|ebsencryptionkeyarn|volumeencryptionkey)$",
    re.IGNORECASE,
)
NO_KEY = re.compile(r"(kmskeysource|reuseperiod|encryptioncontext|secretkmskey)", re.IGNORECASE)
DEPTH = 5


def _data() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise RuntimeError("cfn-lint, which ships the data, is not installed")
    return Path(spec.origin).parent / "data"


def resourceless_actions() -> dict[str, list[str]]:
    """Actions that have no resource to name, in lower case, by service."""
    services = json.loads((_data() / "AdditionalSpecs" / "Policies.json").read_text())
    found = {
        service: sorted(name for name, action in details["Actions"].items() if not action.get("Resources"))
        for service, details in sorted(services.items())
    }
    return {service: actions for service, actions in found.items() if actions}


def key_properties() -> dict[str, list[str]]:
    """Paths of the properties that can name a key, by resource type; empty where a type has none."""
    schemas = _data() / "schemas"
    types = json.loads((schemas / "providers" / "us-east-1.json").read_text())
    return {
        kind: sorted(_key_paths(json.loads((schemas / "resources" / f"{name}.json").read_text())))
        for kind, name in sorted(types.items())
    }


def _key_paths(schema: dict[str, Any]) -> set[str]:
    read_only = {path.removeprefix("/properties/") for path in schema.get("readOnlyProperties") or []}
    found: set[str] = set()

    def walk(node: dict[str, Any], path: tuple[str, ...], seen: frozenset[str]) -> None:
        reference = node.get("$ref")
        if reference:
            name = str(reference).rsplit("/", 1)[-1]
            if name not in seen and len(path) < DEPTH:
                walk(schema.get("definitions", {}).get(name, {}), path, seen | {name})
            return
        for branch in ("oneOf", "anyOf", "allOf"):
            for option in node.get(branch) or []:
                if isinstance(option, dict):
                    walk(option, path, seen)
        if isinstance(node.get("items"), dict):
            walk(node["items"], (*path, "*"), seen)
        for name, child in (node.get("properties") or {}).items():
            if not isinstance(child, dict) or "/".join((*path, name)) in read_only:
                continue
            if NAMES_A_KEY.match(name) and not NO_KEY.search(name):
                found.add(".".join((*path, name)))
            walk(child, (*path, name), seen)

    walk(schema, (), frozenset())
    return found


def to_json(table: dict[str, list[str]]) -> str:
    """One key a line: reviewable when AWS adds some."""
    lines = (f"  {json.dumps(key)}: {json.dumps(values)}" for key, values in table.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TYPES.write_text(to_json(key_properties()))
    ACTIONS.write_text(to_json(resourceless_actions()))
