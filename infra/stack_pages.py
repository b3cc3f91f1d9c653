"""The generated part of docs/stacks: what each stack holds in each environment, as its templates say it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from config.wording import table
from infra.assembly import Assembly, Resource, Stack, describe, targets_in

HERE = Path(__file__).parent
ALARM = re.compile(r"(?P<severity>P\d): .*Runbook: \S*#(?P<kind>[a-z0-9-]+)$", re.DOTALL)
MADE_BY_CDK = ("ExportsOutput", "PublishOutput")
"""How the names of outputs begin that only other stacks read."""
SHARD = re.compile(r"\d+$")
SETTINGS = {
    "Backup": ("backup", "recovery_region"),
    "Batch": ("compute.batch",),
    "Boundary": ("region", "recovery_region"),
    "Compute": ("compute.api", "compute.log_retention_days", "edge"),
    "Containers": ("compute.containers",),
    "Data": ("data", "retain_data"),
    "Edge": ("edge", "security.detection.shield_advanced", "security.web_acl"),
    "LoadTest": ("compute.load_test",),
    "Messaging": ("compute.messages",),
    "Monitoring": ("monitoring",),
    "Network": ("network",),
    "Pipeline": ("pipeline",),
    "PipelineReplica": ("pipeline", "recovery_region"),
    "Recovery": ("backup", "recovery_region"),
    "Security": ("security",),
    "Services": ("compute.containers",),
    "Site": ("edge.domain", "edge.enabled"),
    "WebSocket": ("compute.web_socket",),
}
"""The parts of the configuration that a stack reads."""

Platforms = Mapping[str, Assembly]
Settings = Mapping[str, Mapping[str, str]]


def names(platforms: Platforms) -> list[str]:
    """Every stack that some environment has; shards of one kind are one."""
    return sorted({_name(stack) for platform in platforms.values() for stack in _stacks(platform)})


def render(name: str, platforms: Platforms, settings: Settings) -> str:
    """The generated part of the page of the stack `name`."""
    parts = [
        f"*In {', '.join(env for env in platforms if _own(platforms[env], name))}.*",
        f"## Depends on\n\n{_dependencies(name, platforms)}",
        f"## Resources\n\n{_resources(name, platforms)}",
        f"## Configuration\n\n{_configuration(name, settings)}",
        f"## Outputs\n\n{_outputs(name, platforms)}",
        f"## Alarms\n\n{_alarms(name, platforms)}",
    ]
    return "\n\n".join(parts)


def introduction(name: str) -> str:
    """What the stack's module and class say of it: how its page begins until somebody writes more."""
    file = HERE / f"{re.sub('(?<!^)(?=[A-Z])', '_', name).lower()}_stack.py"
    tree = ast.parse(file.read_text(encoding="utf-8"))
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    said = [ast.get_docstring(tree), *(ast.get_docstring(node) for node in classes)]
    return "\n\n".join([f"# {name}", *filter(None, said)])


def _stacks(platform: Assembly) -> list[Stack]:
    return [stack for stack in platform.stacks if not stack.stage and not stack.nested]


def _own(platform: Assembly, name: str) -> list[Stack]:
    return [stack for stack in _stacks(platform) if _name(stack) == name]


def _name(stack: Stack) -> str:
    return SHARD.sub("", stack.construct_path)


def _dependencies(name: str, platforms: Platforms) -> str:
    needs, needed = set(), set()
    for platform in platforms.values():
        by_id = {stack.construct_path.replace("/", ""): _name(stack) for stack in _stacks(platform)}
        for stack in _stacks(platform):
            others = {by_id.get(one, "") for one in stack.dependencies} - {"", _name(stack)}
            if _name(stack) == name:
                needs |= others
            elif name in others:
                needed.add(_name(stack))
    links = [", ".join(f"[{one}]({one.lower()}.md)" for one in sorted(found)) or "nothing" for found in (needs, needed)]
    return f"Deployed after: {links[0]}. Deployed before: {links[1]}."


def _resources(name: str, platforms: Platforms) -> str:
    counts: dict[str, dict[str, int]] = {}
    parts: dict[str, set[str]] = {}
    for environment, resource in _each(name, platforms):
        kind = counts.setdefault(resource.type, dict.fromkeys(platforms, 0))
        kind[environment] += 1
        inside = resource.construct_path.removeprefix(f"{resource.stack.construct_path}/").split("/")
        parts.setdefault(resource.type, set()).add(inside[0])
    rows = [
        (f"`{kind}`", ", ".join(sorted(parts[kind])), *(str(number or "") for number in counts[kind].values()))
        for kind in sorted(counts)
    ]
    return table(("type", "of", *platforms), rows)


def _each(name: str, platforms: Platforms) -> Iterator[tuple[str, Resource]]:
    for environment, platform in platforms.items():
        for stack in _own(platform, name):
            for resource in stack.resources.values():
                if resource.type != "AWS::CDK::Metadata":
                    yield environment, resource


def _configuration(name: str, settings: Settings) -> str:
    sections = SETTINGS.get(name, ())
    fields = dict.fromkeys(path for found in settings.values() for path in found)
    rows = []
    for path in fields:
        cells = [found.get(path, "") for found in settings.values()]
        is_section_elsewhere = any(other.startswith(f"{path}.") for other in fields)
        if (
            len(set(cells)) > 1
            and not is_section_elsewhere
            and any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in sections)
        ):
            rows.append((f"`{path}`", *cells))
    link = "All fields and their rules: [configuration.md](../configuration.md)."
    return f"What differs. {link}\n\n{table(('field', *settings), rows)}" if rows else f"Nothing differs. {link}"


def _outputs(name: str, platforms: Platforms) -> str:
    found = {
        output: str(said.get("Description", ""))
        for platform in platforms.values()
        for stack in _own(platform, name)
        for output, said in stack.outputs.items()
        if not output.startswith(MADE_BY_CDK)
    }
    return table(("output", "what"), [(f"`{key}`", what) for key, what in sorted(found.items())]) if found else "None."


def _alarms(name: str, platforms: Platforms) -> str:
    """The alarms about resources of the stack, wherever they are made."""
    found: dict[tuple[str, str], set[str]] = {}
    for platform in platforms.values():
        own = {id(resource) for stack in _own(platform, name) for resource in stack.resources.values()}
        for alarm in platform.of_type("AWS::CloudWatch::Alarm"):
            said = ALARM.match(describe(alarm.get("AlarmDescription")))
            watched = [one.resource for one in targets_in([alarm.get("Dimensions"), alarm.get("Metrics")])]
            about = {resource.logical_id for resource in watched if id(resource) in own}
            if said and about and not alarm.stack.stage:
                found.setdefault((said["kind"], said["severity"]), set()).update(_readable(about))
    rows = [
        (f"[{kind}](../runbooks/alarms.md#{kind})", severity, ", ".join(sorted(about)))
        for (kind, severity), about in sorted(found.items())
    ]
    return table(("alarm", "severity", "about"), rows) if rows else "None of its own resources has one."


def _readable(logical_ids: Iterable[str]) -> set[str]:
    """Logical ids without CDK's hash."""
    return {re.sub(r"[0-9A-F]{8}$", "", one) for one in logical_ids}
