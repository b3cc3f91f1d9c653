"""Exports that other stacks import: CloudFormation refuses to remove or to change one that is in use."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from infra.assembly import Assembly, Stack, targets_in
from infra.changes.model import Change, Reason, ResourceChange, Severity
from infra.changes.values import canonical, stack_key
from infra.changes.world import World

IMPORTS = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html"
WEAK = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html"


class _Export(NamedTuple):
    stack: Stack
    output: str
    value: Any


def judge_exports(world: World) -> None:
    """Record exports that go or change while a deployed stack imports them, and outputs that are read but gone."""
    users = _importers(world.base)
    before, after = _exports(world.base), _exports(world.head)
    for key, export in before.items():
        importers = sorted({stack.name for stack in users.get(key, ()) if stack is not export.stack})
        if not importers or stack_key(export.stack) not in world.head_stacks:
            continue  # nobody uses it, or the exporting stack left the app and stays as it is
        shown = ", ".join(importers)
        if key not in after:
            text = f"The deploy fails: export {key[2]} goes while deployed stack {shown} imports it"
            still = any(stack_key(stack) in world.head_stacks for stack in users[key])
            text += ". First deploy the importing stack without it." if still else ", and that stays deployed."
            _add(world, export, text)
        elif problem := _changed(world, export, after[key]):
            _add(world, export, f"The deploy fails: {problem}, and deployed stack {shown} imports it as {key[2]}.")
    _unanswered(world, set(before) | set(after), after, users)


def _add(world: World, export: _Export, text: str, source: str = IMPORTS) -> None:
    world.add(
        ResourceChange(
            stack=export.stack.name,
            logical_id=export.output,
            resource_type="AWS::CloudFormation::Stack",
            construct_path=export.stack.construct_path,
            change=Change.UPDATE,
            properties=[f"Outputs.{export.output}"],
            reasons=[Reason(Severity.CRITICAL, text, source)],
        )
    )


def _changed(world: World, before: _Export, after: _Export) -> str:
    if canonical(before.value, before.stack) != canonical(after.value, after.stack):
        return f"output {after.output} changes its value"
    for target in targets_in(after.value):
        change = world.change_of(target.resource)
        if change is not None and change.change is Change.REPLACE:
            return f"{target.resource.logical_id} is replaced, so output {after.output} changes its value"
    return ""


Key = tuple[str, str, str]


def _exports(assembly: Assembly) -> dict[Key, _Export]:
    found = {}
    for stack in assembly.stacks:
        for output, declared in stack.outputs.items():
            name = (declared.get("Export") or {}).get("Name")
            if name is not None:
                key = _key(stack, assembly.resolve(stack, name))
                found[key] = _Export(stack, output, assembly.resolve(stack, declared.get("Value")))
    return found


def _key(stack: Stack, name: Any) -> Key:
    return stack.account, stack.region, str(name)


def _importers(assembly: Assembly) -> dict[Key, list[Stack]]:
    found: dict[Key, list[Stack]] = {}
    for stack in assembly.stacks:
        for argument in _calls(stack.template, "Fn::ImportValue"):
            found.setdefault(_key(stack, assembly.resolve(stack, argument)), []).append(stack)
    return found


def _unanswered(world: World, known: set[Key], after: Mapping[Key, _Export], old: Mapping[Key, list[Stack]]) -> None:
    """Imports of the new side that nothing exports any more, where they are new; weak reads of outputs that went."""
    for key, stacks in _importers(world.head).items():
        if key in known - set(after) and key not in old:
            export = _Export(stacks[0], key[2], None)
            _add(world, export, f"The deploy fails: {stacks[0].name} imports {key[2]}, which nothing exports any more.")
    for stack, read, output in _weak_reads(world.head):
        former = next((each for each in world.base.stacks if each.name == read), None)
        now = next((each for each in world.head.stacks if each.name == read), None)
        if former is not None and output in former.outputs and (now is None or output not in now.outputs):
            text = f"The deploy of {stack.name} fails: it reads output {output} of stack {read}, which goes."
            _add(world, _Export(former, output, None), text, WEAK)


def _weak_reads(assembly: Assembly) -> Iterator[tuple[Stack, str, str]]:
    for stack in assembly.stacks:
        for argument in _calls(stack.template, "Fn::GetStackOutput"):
            if isinstance(argument, dict):
                read = assembly.resolve(stack, argument.get("StackName"))
                yield stack, str(read), str(argument.get("OutputName"))


def _calls(template: Any, function: str) -> Iterator[Any]:
    waiting = [template]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if function in value:
                yield value[function]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
