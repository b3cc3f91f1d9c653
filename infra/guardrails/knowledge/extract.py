"""Extracts, from the CloudFormation registry schemas, every resource type and where it can name a key.

`python -m infra.guardrails.knowledge.extract` renews resource_types.json; a test says when that is due.
"""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("resource_types.json")
NAMES_A_KEY = re.compile(
    r"^(.*kms.*(key|arn)(id|arn|identifier)?|kms(master)?key(id|arn|identifier)?|sse(config|specification)"
    r"|encryptionkey(arn|id)?|.*encryptionkey(arn)?|cmkarn|ebsencryptionkeyarn|volumeencryptionkey)$",
    re.IGNORECASE,
)
NO_KEY = re.compile(r"(kmskeysource|reuseperiod|encryptioncontext|secretkmskey)", re.IGNORECASE)
DEPTH = 5


def extract() -> dict[str, list[str]]:
    """Paths of the properties that can name a key, by resource type; empty where a type has none."""
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise RuntimeError("cfn-lint, which ships the registry schemas, is not installed")
    schemas = Path(spec.origin).parent / "data" / "schemas"
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


def to_json(types: dict[str, list[str]]) -> str:
    """One type a line: reviewable when AWS adds some."""
    lines = (f"  {json.dumps(kind)}: {json.dumps(paths)}" for kind, paths in types.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(to_json(extract()))
