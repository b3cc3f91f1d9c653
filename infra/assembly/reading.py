"""Reads a cloud assembly from its folder: the manifest, the stacks it lists, and those of its Stages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.assembly.nested import add_nested, asset_files, logical_ids, paths_by_id
from infra.assembly.sources import NotAnAssemblyError, StackSource, read_json, read_template


def read_assembly(folder: Path, *, stage: str = "") -> list[StackSource]:
    """Read every stack of the assembly in `folder`, those of its Stages included."""
    return list(_read(folder, stage=stage, seen=set()))


def _read(folder: Path, *, stage: str, seen: set[Path]) -> Iterator[StackSource]:
    manifest = _manifest(folder)
    real = folder.resolve()
    if real in seen:
        raise NotAnAssemblyError(f"{folder} contains itself as a nested assembly")
    seen.add(real)
    for artifact_id, artifact in manifest["artifacts"].items():
        if not isinstance(artifact, dict):
            raise NotAnAssemblyError(f"{folder / 'manifest.json'}: artifact {artifact_id} is not an object")
        properties = artifact.get("properties") or {}
        if artifact.get("type") == "aws:cloudformation:stack":
            yield _stack(folder, artifact_id, artifact, stage)
        elif artifact.get("type") == "cdk:cloud-assembly":
            directory = properties.get("directoryName")
            if not isinstance(directory, str):
                raise NotAnAssemblyError(f"{folder / 'manifest.json'}: {artifact_id} has no directoryName")
            inner = str(properties.get("displayName") or artifact_id.removeprefix("assembly-"))
            yield from _read(folder / directory, stage=inner, seen=seen)


def _manifest(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise NotAnAssemblyError(f"{folder} is not a folder")
    file = folder / "manifest.json"
    if not file.is_file():
        inner = folder / "cdk.out" / "manifest.json"
        hint = f"; did you mean {inner.parent}?" if inner.is_file() else ""
        raise NotAnAssemblyError(f"{folder} holds no manifest.json, so it is no cloud assembly{hint}")
    manifest = read_json(file)
    if not isinstance(manifest.get("artifacts"), dict):
        # A manifest without artifacts is what an empty app writes; anything else with that name is foreign.
        if "version" in manifest and "artifacts" not in manifest:
            return {**manifest, "artifacts": {}}
        raise NotAnAssemblyError(f"{file} lists no artifacts, so it is no cloud assembly's manifest")
    return manifest


def _stack(folder: Path, artifact_id: str, artifact: dict[str, Any], stage: str) -> StackSource:
    properties = artifact.get("properties") or {}
    file = properties.get("templateFile")
    if not isinstance(file, str):
        raise NotAnAssemblyError(f"{folder / 'manifest.json'}: stack {artifact_id} names no templateFile")
    account, _, region = str(artifact.get("environment", "")).removeprefix("aws://").partition("/")
    path = str(artifact.get("displayName") or artifact_id)
    source = StackSource(
        name=str(properties.get("stackName") or artifact_id),
        # A display name with another stack name appended reads "Path (name)".
        construct_path=path.partition(" (")[0],
        template=read_template(folder / file),
        file=folder / file,
        account=account or "unknown-account",
        region=region or "unknown-region",
        stage=stage,
        termination_protection=properties.get("terminationProtection") is True,
        tags={str(key): str(value) for key, value in (properties.get("tags") or {}).items()},
        dependencies=tuple(artifact.get("dependencies") or ()),
    )
    paths = logical_ids(folder, artifact)
    source.construct_paths = paths_by_id(paths, inside=source.construct_path)
    add_nested(folder, source, assets=asset_files(folder, artifact_id), paths=paths)
    return source
