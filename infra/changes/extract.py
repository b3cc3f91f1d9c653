"""Writes schemas.json, what the report knows of each resource type: `python -m infra.changes.extract`.

Two independent sources, both pinned by this project, are condensed into one file that loads in milliseconds:

- the CloudFormation registry schemas that ship inside cfn-lint (create-only, conditional, identifiers), and
- the service specification that ships inside the CDK CLI and which `cdk diff` believes.

Where both agree nothing more is written; the second source's opinion is kept only where it differs.
"""

import gzip
import json
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CDK_CLI = ROOT / "node_modules" / "aws-cdk"
OUTPUT = Path(__file__).with_name("schemas.json")
REGION = "us-east-1"

#: Create-only properties of these names are physical names: two resources cannot have the same one.
_NAMES = ("{}Name", "{}Id", "{}Identifier", "Name", "GroupName")
_LEVELS = {"no": 0, "maybe": 1, "yes": 2}


def extract(*, cdk_cli: Path = CDK_CLI) -> dict[str, Any]:
    """Condense both sources."""
    service_spec = dict(_service_spec(cdk_cli))
    types = {name: _condense(schema, service_spec.get(name)) for name, schema in sorted(_registry_schemas())}
    for name in sorted(service_spec.keys() - types.keys()):
        types[name] = {"second": dict(sorted(service_spec[name].items()))}
    cli = json.loads((cdk_cli / "package.json").read_text())
    sources = {"registry": f"cfn-lint {distribution('cfn-lint').version}", "second": f"aws-cdk {cli['version']}"}
    return {"sources": sources, "types": dict(sorted(types.items()))}


def _registry_schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    schemas = Path(str(distribution("cfn-lint").locate_file("cfnlint/data/schemas")))
    by_type: dict[str, str] = json.loads((schemas / "providers" / f"{REGION}.json").read_text())
    for name, digest in by_type.items():
        yield name, json.loads((schemas / "resources" / f"{digest}.json").read_text())


def _condense(schema: dict[str, Any], second: dict[str, str] | None) -> dict[str, Any]:
    create_only = _paths(schema, "createOnlyProperties")
    conditional = _paths(schema, "conditionalCreateOnlyProperties")
    handlers: dict[str, Any] = schema.get("handlers") or {}
    found = {
        "create_only": create_only,
        "conditional": conditional,
        "names": _names(schema, create_only),
        "second": {} if second is None else _disagreements(schema, create_only, conditional, second),
        "delete_first": schema.get("replacementStrategy") == "delete_then_create",
        "no_update": bool(handlers) and "update" not in handlers,
    }
    return {key: value for key, value in found.items() if value}


def _paths(schema: dict[str, Any], key: str) -> list[str]:
    return sorted(pointer.removeprefix("/properties/") for pointer in schema.get(key, []))


def _names(schema: dict[str, Any], create_only: list[str]) -> list[list[str]]:
    """The sets of properties, chosen by the template, that identify a resource in its account and region."""
    read_only = set(_paths(schema, "readOnlyProperties"))
    identifiers = [schema["primaryIdentifier"], *schema.get("additionalIdentifiers", [])]
    found = []
    for pointers in identifiers:
        paths = [pointer.removeprefix("/properties/") for pointer in pointers]
        if not read_only.intersection(paths):
            found.append(paths)
    own = schema["typeName"].rpartition("::")[2]
    usual = [name.format(own) for name in _NAMES]
    known = {path for paths in found for path in paths}
    return found + [[name] for name in usual if name in create_only and name not in known | read_only]


def _disagreements(
    schema: dict[str, Any], create_only: list[str], conditional: list[str], second: dict[str, str]
) -> dict[str, str]:
    """Paths where the second source says other than the registry; silence of either means no replacement."""
    found = {}
    read_only = set(_paths(schema, "readOnlyProperties"))
    taggable = (schema.get("tagging") or {}).get("tagUpdatable") is True
    tags = (schema.get("tagging") or {}).get("tagProperty", "/properties/Tags").removeprefix("/properties/")
    for path, opinion in second.items():
        if path.split("/")[0] in read_only or (taggable and path == tags):
            continue  # the registry states that tags are updated in place: no silence to interpret
        first = "yes" if _covers(create_only, path) else "maybe" if _covers(conditional, path) else "no"
        if _LEVELS[opinion] > _LEVELS[first]:
            found[path] = opinion
    for path in create_only:
        stated = "/" not in path and path in schema["properties"] and path not in read_only
        if stated and path not in second and not any(other.startswith(f"{path}/") for other in second):
            found[path] = "no"
    return dict(sorted(found.items()))


def _covers(paths: list[str], path: str) -> bool:
    return any(path == known or path.startswith(f"{known}/") for known in paths)


def stateful_types(*, cdk_cli: Path = CDK_CLI) -> list[str]:
    """The types that the service specification marks as stateful."""
    found = _database(cdk_cli)["resource"]["entities"]
    return sorted(resource["cloudFormationType"] for resource in found if resource.get("isStateful"))


def _database(cdk_cli: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((cdk_cli / "db.json.gz").read_bytes()))["schema"]
    return found


def _service_spec(cdk_cli: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Type by type, the paths whose change replaces (`yes`) or may replace (`maybe`), per the service spec."""
    entities = _database(cdk_cli)
    definitions = {entity["$id"]: entity for entity in entities["typeDefinition"]["entities"]}
    for resource in entities["resource"]["entities"]:
        yield resource["cloudFormationType"], dict(_replacing(resource["properties"], definitions, "", frozenset()))


def _replacing(
    properties: dict[str, Any], definitions: dict[str, Any], prefix: str, seen: frozenset[str]
) -> Iterator[tuple[str, str]]:
    for name, declared in properties.items():
        path, opinion = prefix + name, declared.get("causesReplacement")
        if opinion in ("yes", "maybe"):
            yield path, opinion
        if opinion == "yes":
            continue
        for reference, stars in _references(declared["type"]):
            if reference not in seen:
                inner = definitions[reference]["properties"]
                yield from _replacing(inner, definitions, f"{path}{stars}/", seen | {reference})


def _references(kind: dict[str, Any], stars: str = "") -> Iterator[tuple[str, str]]:
    if kind["type"] == "ref":
        yield kind["reference"]["$ref"], stars
    elif kind["type"] in ("array", "map"):
        yield from _references(kind["element"], f"{stars}/*")
    elif kind["type"] == "union":
        for alternative in kind["types"]:
            yield from _references(alternative, stars)


def render(data: dict[str, Any]) -> str:
    """One type a line, so that a renewal reads as a diff of types."""
    lines = [f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in data["types"].items()]
    types = ",\n".join(lines)
    return f'{{\n"sources": {json.dumps(data["sources"])},\n"types": {{\n{types}\n}}\n}}\n'


if __name__ == "__main__":
    OUTPUT.write_text(render(extract()))
