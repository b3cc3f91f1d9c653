"""Finds nested stacks by their asset, and construct paths in assemblies written without path metadata."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.assembly.sources import StackSource, read_json, read_template

#: A nested stack N appears as N.NestedStack/N.NestedStackResource next to its construct N.
_RESOURCE_OF_NESTED = re.compile(r"\.NestedStack/[^/]+\.NestedStackResource$")


def asset_files(folder: Path, artifact_id: str) -> dict[str, str]:
    """Template file by asset hash: how a nested stack's TemplateURL is followed without path metadata."""
    file = folder / f"{artifact_id}.assets.json"
    if not file.is_file():
        return {}
    files = read_json(file).get("files") or {}
    return {key: str((asset.get("source") or {}).get("path", "")) for key, asset in files.items()}


def logical_ids(folder: Path, artifact: Mapping[str, Any]) -> dict[str, str]:
    """Logical id by construct path, from the manifest or the metadata file beside it."""
    metadata = artifact.get("metadata") or {}
    extra = artifact.get("additionalMetadataFile")
    if isinstance(extra, str) and (folder / extra).is_file():
        metadata = {**metadata, **read_json(folder / extra)}
    return {
        path.lstrip("/"): entry["data"]
        for path, entries in metadata.items()
        if isinstance(entries, list)
        for entry in entries
        if isinstance(entry, dict) and entry.get("type") == "aws:cdk:logicalId"
    }


def paths_by_id(paths: Mapping[str, str], *, inside: str) -> dict[str, str]:
    """Construct path by logical id; where an id repeats in a nested stack, the one nearest to `inside`."""
    chosen = (path for path in paths if path.startswith(f"{inside}/"))
    return {paths[path]: path for path in sorted(chosen, key=lambda path: path.count("/"), reverse=True)}


def add_nested(folder: Path, source: StackSource, *, assets: Mapping[str, str], paths: Mapping[str, str]) -> None:
    """Read the nested stacks of `source`, and theirs, from the templates beside it."""
    for logical_id, definition in source.template["Resources"].items():
        if definition["Type"] != "AWS::CloudFormation::Stack":
            continue
        metadata = definition.get("Metadata") or {}
        file = metadata.get("aws:asset:path") or _file_by_hash(definition, assets)
        if not isinstance(file, str) or not file.endswith(".json"):
            continue  # a template that lives in a bucket is not part of the assembly
        own_path = metadata.get("aws:cdk:path") or source.construct_paths.get(logical_id)
        construct_path = _RESOURCE_OF_NESTED.sub("", own_path or f"{source.construct_path}/{logical_id}")
        nested = StackSource(
            name=f"{source.name}/{logical_id}",
            construct_path=construct_path,
            template=read_template(folder / file),
            file=folder / file,
            account=source.account,
            region=source.region,
            stage=source.stage,
            termination_protection=source.termination_protection,
            tags=source.tags,
            construct_paths=paths_by_id(paths, inside=construct_path),
        )
        source.nested[logical_id] = nested
        add_nested(folder, nested, assets=assets, paths=paths)


def _file_by_hash(definition: Mapping[str, Any], assets: Mapping[str, str]) -> str | None:
    url = json.dumps((definition.get("Properties") or {}).get("TemplateURL"))
    return next((file for key, file in assets.items() if key in url), None)
