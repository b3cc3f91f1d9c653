"""Stable: what holds data keeps its logical id and type, and every reference leads somewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.assembly.model import Resource, Stack
from infra.assembly.references import dangling
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.stateful import PROTECTIONS
from infra.guardrails.lock import stateful_resources
from infra.guardrails.registry import promise

ON_PURPOSE = 'On purpose: make lock REASON="why", which writes the reason beside the change.'


@promise("stable.stateful-ids", "The logical ids and types of stateful resources equal the committed lock file.")
def stateful_ids(context: Context) -> Iterator[Finding]:
    """A removal or a rename says what CloudFormation would do."""
    if context.lock is None:
        if context.policy.retain_data and context.environment:
            message = f"locks/{context.environment}.json is missing. {ON_PURPOSE}"
            yield Finding(context.home, "locks", message)
        return
    actual = stateful_resources(context.assembly.stacks)
    for stack_name, locked in context.lock.resources.items():
        stack = next((stack for stack in context.assembly.stacks if stack.name == stack_name), None)
        if stack is None and context.home.stage:
            continue  # under a Stage, the stacks of the App itself are missing by design
        found = actual.get(stack_name, {})
        added = {logical_id: kind for logical_id, kind in found.items() if logical_id not in locked}
        for logical_id, kind in locked.items():
            if logical_id not in found:
                yield Finding(stack or context.home, f"Resources.{logical_id}", _gone(stack, logical_id, kind, added))
            elif found[logical_id] != kind:
                yield Finding(_resource(context, stack_name, logical_id), "Type", _retyped(kind, found[logical_id]))
    for stack_name, found in actual.items():
        for logical_id in found:
            if logical_id not in context.lock.resources.get(stack_name, {}):
                message = f"holds data and is not locked yet. {ON_PURPOSE}"
                yield Finding(_resource(context, stack_name, logical_id), "Type", message)


def _resource(context: Context, stack_name: str, logical_id: str) -> Resource:
    stack = next(stack for stack in context.assembly.stacks if stack.name == stack_name)
    return stack.resources[logical_id]


def _gone(stack: Stack | None, logical_id: str, kind: str, added: Mapping[str, str]) -> str:
    renamed = next((new for new, new_kind in added.items() if new_kind == kind), None)
    snapshot = " (or after a snapshot)" if kind in PROTECTIONS and PROTECTIONS[kind].snapshot else ""
    if stack is None:
        what = "its stack is gone: CloudFormation would leave it behind, unmanaged, until somebody deletes it"
    elif renamed:
        what = (
            f"CloudFormation would create {renamed} empty, then delete {logical_id} with its data{snapshot}, "
            "or leave it behind unmanaged where it is retained"
        )
    else:
        what = f"CloudFormation would delete it with its data{snapshot}, or leave it behind where it is retained"
    word = f"renamed to {renamed}" if renamed else "gone"
    return f"{kind} {logical_id} is locked and {word}: {what}. {ON_PURPOSE}"


def _retyped(before: str, after: str) -> str:
    return f"was {before} and is {after}: CloudFormation would refuse the change or start empty. {ON_PURPOSE}"


@promise(
    "stable.references-resolve",
    "Every reference names a resource or a parameter of its template: the deploy would fail.",
)
def references_resolve(context: Context) -> Iterator[Finding]:
    """Imports from elsewhere cannot be looked up, and are not."""
    for stack in context.assembly.stacks:
        if "Transform" in stack.template:
            continue  # a macro makes resources that the template does not show
        known = {*stack.resources, *stack.parameters}
        for resource in stack.resources.values():
            for name in _missing(resource.definition, known):
                yield Finding(resource, "Ref", f"refers to {name}, which the template does not have")
        for name in _missing({"Outputs": stack.outputs, "Conditions": stack.template.get("Conditions")}, known):
            yield Finding(stack, "Outputs", f"refers to {name}, which the template does not have")


def _missing(definition: Mapping[str, Any], known: set[str]) -> list[str]:
    return sorted(set(dangling(definition, known)))
