"""Finds the environments of a folder: one cloud assembly per sub-folder, or a single assembly and its Stages."""

from collections.abc import Sequence, Set
from pathlib import Path

from infra.assembly import NotAnAssemblyError, StackSource, read_assembly
from infra.assembly.sources import read_json

#: The versions of the cloud assembly's schema that are read alike; a newer one may say things unheard of.
OLDEST_SCHEMA, NEWEST_SCHEMA = 20, 55
#: What an assembly is called that does not say which environment it is.
DEFAULT = "default"

Environments = dict[str, list[StackSource]]


class SchemaMismatchError(NotAnAssemblyError):
    """The assembly is written in a schema that cannot be compared; the message names file and versions."""


class UnknownEnvironmentError(NotAnAssemblyError):
    """Neither side has an environment of that name; the message lists those that there are."""


def read_both(base: Path, head: Path, names: Sequence[str] | None) -> tuple[Environments, Environments]:
    """The stacks of each environment on both sides, only those in `names` where some are given."""
    sides = _read_all(base), _read_all(head)
    if all(len(side) == 1 and _is_assembly(folder) for side, folder in zip(sides, (base, head), strict=True)):
        # Two single assemblies are two versions of one thing, whatever they call themselves.
        (old,), (name, new) = sides[0].values(), next(iter(sides[1].items()))
        sides = {name: old}, {name: new}
    known = dict.fromkeys((*sides[0], *sides[1]))
    for name in names or ():
        if name not in known:
            raise UnknownEnvironmentError(f"no environment {name!r} on either side; there are: {', '.join(known)}")
    wanted = set(names or known)
    base_side, head_side = ({name: side[name] for name in side if name in wanted} for side in sides)
    return base_side, head_side


def _is_assembly(folder: Path) -> bool:
    return (folder / "manifest.json").is_file()


def _read_all(folder: Path) -> Environments:
    if not folder.is_dir():
        raise NotAnAssemblyError(f"{folder} is not a folder")
    if _is_assembly(folder):
        return _by_environment(_read(folder))
    inside = {child.name: child for child in sorted(folder.iterdir()) if _is_assembly(child)}
    if not inside or set(inside) == {"cdk.out"}:
        read_assembly(folder)  # says what is missing, and where it may be
    return {name: _own(name, _read(path), others=inside.keys() - {name}) for name, path in inside.items()}


def _own(name: str, sources: list[StackSource], *, others: Set[str]) -> list[StackSource]:
    """The environment's stacks, each once: a pipeline's assembly holds those of its Stages as well.

    A stack deployed to the same place under the same name is the same stack; one directly under the App comes first.
    """
    mine = [source for source in sources if not (source.stage and _stated(source) in others)]
    found: dict[tuple[str, str, str], StackSource] = {}
    for source in sorted(mine, key=lambda source: bool(source.stage)):
        found.setdefault((source.account, source.region, source.name), source)
    return list(found.values())


def _read(folder: Path) -> list[StackSource]:
    version = read_json(folder / "manifest.json").get("version")
    major = str(version).partition(".")[0]
    if not major.isdigit():
        raise NotAnAssemblyError(f"{folder / 'manifest.json'} states no schema version, so it is no cloud assembly's")
    if not OLDEST_SCHEMA <= int(major) <= NEWEST_SCHEMA:
        raise SchemaMismatchError(
            f"{folder / 'manifest.json'} is written in schema {version}; this report reads "
            f"{OLDEST_SCHEMA} to {NEWEST_SCHEMA}"
        )
    return read_assembly(folder)


def _by_environment(sources: list[StackSource]) -> Environments:
    """Stacks by the environment that they state, else by Stage; what stands directly under the App is one, too."""
    found: Environments = {}
    for source in sources:
        stated = _stated(source)
        found.setdefault(source.stage if source.stage and stated == DEFAULT else stated, []).append(source)
    outside = [name for name in found if name != DEFAULT and any(not source.stage for source in found[name])]
    if DEFAULT in found and len(outside) == 1:
        found[outside[0]] += found.pop(DEFAULT)  # stacks that say nothing belong to those beside them that do
    return {name: _own(name, stacks, others=set()) for name, stacks in found.items()} or {DEFAULT: []}


def _stated(source: StackSource) -> str:
    block = (source.template.get("Metadata") or {}).get("groundwork")
    return str(block.get("environment") or DEFAULT) if isinstance(block, dict) else DEFAULT
