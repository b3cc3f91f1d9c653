"""What happens to a stack as a whole: its protection, its parameters, conditions that only the deploy decides."""

from collections.abc import Iterator

from infra.assembly import Stack
from infra.assembly.conditions import decide
from infra.changes.lifecycle import on_removal
from infra.changes.model import Change, Reason, ResourceChange, Severity
from infra.changes.stateful import is_stateful
from infra.changes.values import canonical
from infra.changes.world import World

PROTECTION = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html"
PARAMETERS = "https://docs.aws.amazon.com/cdk/v2/guide/parameters.html"
CONDITIONS = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/conditions-section-structure.html"


def judge_stacks(world: World, written: World) -> None:
    """Record what changes about each stack that exists on both sides of `written`, the templates as they are."""
    for key, after in written.head_stacks.items():
        before = written.base_stacks.get(key)
        if before is None or after.nested:
            continue
        for name, reason in (*_protection(before, after), *_parameters(before, after)):
            world.add(_change(after, name, reason))
        if dict(before.tags) != dict(after.tags):
            reason = Reason(Severity.LOW, "The tags that the stack gives to all its resources change.")
            world.add(_change(after, "Tags", reason))


def judge_conditions(world: World) -> None:
    """Add a reason to what stands under a condition that changes in a way that only the deploy decides."""
    for key, after in world.head_stacks.items():
        before = world.base_stacks.get(key)
        if before is not None and not after.nested:
            _conditions(world, before, after)


def _change(stack: Stack, name: str, reason: Reason) -> ResourceChange:
    return ResourceChange(
        stack=stack.name,
        logical_id=name,
        resource_type="AWS::CloudFormation::Stack",
        construct_path=stack.construct_path,
        change=Change.UPDATE,
        properties=[name],
        reasons=[reason],
    )


def _protection(before: Stack, after: Stack) -> Iterator[tuple[str, Reason]]:
    if before.termination_protection and not after.termination_protection:
        holds = any(is_stateful(resource) for resource in before.resources.values())
        text = "Termination protection goes: whoever deletes the stack deletes all that its policies do not keep."
        yield "TerminationProtection", Reason(Severity.CRITICAL if holds else Severity.HIGH, text, PROTECTION)
    elif after.termination_protection and not before.termination_protection:
        yield "TerminationProtection", Reason(Severity.LOW, "Termination protection comes.", PROTECTION)


def _parameters(before: Stack, after: Stack) -> Iterator[tuple[str, Reason]]:
    for name in dict.fromkeys((*before.parameters, *after.parameters)):
        old, new = before.parameters.get(name), after.parameters.get(name)
        if old == new or not isinstance(old or {}, dict) or not isinstance(new or {}, dict):
            continue
        if new is None:
            yield f"Parameters.{name}", Reason(Severity.LOW, f"Parameter {name} goes.")
        elif old is None:
            if "Default" not in new:
                text = f"Parameter {name} is new and has no default: the deploy fails unless it is given a value."
                yield f"Parameters.{name}", Reason(Severity.HIGH, text, PARAMETERS)
        elif str(old.get("NoEcho")).lower() == "true" and str(new.get("NoEcho")).lower() != "true":
            text = f"Parameter {name} was hidden (NoEcho), and now everybody who may see the stack sees its value."
            yield f"Parameters.{name}", Reason(Severity.HIGH, text, PARAMETERS)
        elif old.get("Default") != new.get("Default"):
            text = f"The default of {name} changes: a deployed stack keeps its value unless it is given the new one."
            yield f"Parameters.{name}", Reason(Severity.LOW, text, PARAMETERS)


def _conditions(world: World, before: Stack, after: Stack) -> None:
    """Resources under a condition that changes, where only the deploy can tell whether it still holds."""
    old, new = before.template.get("Conditions") or {}, after.template.get("Conditions") or {}
    changed = {name for name in old.keys() & new.keys() if canonical(old[name], before) != canonical(new[name], after)}
    for resource in after.resources.values():
        former = before.resources.get(resource.logical_id)
        name = resource.condition
        if former is None or name is None or former.condition is None:
            continue
        if name != former.condition or name in changed:
            if decide(world.base, before, former.condition) is not None and decide(world.head, after, name) is not None:
                continue  # known on both sides: the verdicts have seen it
            fate = on_removal(former)
            kept = fate is Change.RETAIN or not is_stateful(former)
            text = f"Its condition {name} changes: where it held and no longer does, the resource goes ({fate})."
            severity = Severity.MEDIUM if kept else Severity.CRITICAL
            world.note(resource, Reason(severity, text, CONDITIONS), f"Condition {name}")
