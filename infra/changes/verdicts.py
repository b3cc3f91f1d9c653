"""What CloudFormation does to each resource: the verdict, the properties that cause it, and who says so."""

from collections.abc import Iterator

from infra.assembly import Resource, targets_in
from infra.changes import overlay, schemas
from infra.changes.consequences import reason_for
from infra.changes.lifecycle import (
    DELETION_POLICY,
    UPDATE_REPLACE_POLICY,
    deletion_policy,
    on_removal,
    update_replace_policy,
    weaker,
)
from infra.changes.model import Change, Difference, Reason, Severity
from infra.changes.naming import stay
from infra.changes.pairing import collisions, name_taken, names_taken
from infra.changes.schemas import Answer, Replaces
from infra.changes.stateful import is_stateful
from infra.changes.values import canonical, differences, properties, stack_key
from infra.changes.watching import Watchers
from infra.changes.world import World

_VERDICTS = {Replaces.NO: Change.UPDATE, Replaces.MAYBE: Change.MAY_REPLACE, Replaces.YES: Change.REPLACE}
#: Where a guard, a record or an alarm says what it is about.
_ABOUT = (
    "ApiId",
    "Dimensions",
    "LogGroupName",
    "Metrics",
    "ResourceArn",
    "ResourceId",
    "RestApiId",
    "SecretId",
    "SubnetId",
    "TopicArn",
    "UserPoolId",
)
#: Parts of a definition beside its properties that change how CloudFormation treats the resource.
_ATTRIBUTES = ("CreationPolicy", "UpdatePolicy")
_POLICY_DOCS = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"
TYPE_CHANGE = f"{_POLICY_DOCS}/using-cfn-updating-stacks-update-behaviors.html"
REFACTORING = f"{_POLICY_DOCS}/stack-refactoring.html"


def judge(world: World) -> None:
    """Record a verdict for every resource that differs."""
    for before, after in world.pairs.kept:
        _judge_kept(world, before, after)
    for before, after in world.pairs.renamed:
        _judge_renamed(world, before, after)
    watchers = Watchers(world.head.deployed, world.pairs.old_names) if world.pairs.removed else None
    for removed in world.pairs.removed:
        change = world.new(removed, on_removal(removed))
        gone, pointless = _gone_stack(world, removed), _is_pointless(world, removed)
        instead = watchers.instead_of(removed) if watchers else []
        change.reasons.append(reason_for(change.change, removed, gone=gone, pointless=pointless, instead=instead))
    taken = names_taken(world.base.deployed) if world.pairs.added else {}
    for added in world.pairs.added:
        change = world.new(added, Change.CREATE)
        change.reasons.append(Reason(Severity.LOW, f"Creates a new {_short(added)}."))
        if found := name_taken(added, taken):
            holder, name = found
            change.properties.append(name)
            text = f"Its creation fails: {name} is that of {holder.logical_id}, which is still there."
            change.reasons.append(Reason(Severity.CRITICAL, text, schemas.CUSTOM_NAMES))


def answer_for(resource: Resource, path: tuple[str, ...]) -> Answer:
    """Whether a change of the property at `path` replaces the resource."""
    return overlay.answer(resource.type, path) or schemas.replaces(resource.type, path)


def _judge_kept(world: World, before: Resource, after: Resource) -> None:
    if before.type != after.type:
        _judge_type(world, before, after)
        return
    found = list(differences(properties(before), properties(after)))
    attributes = list(_attributes(before, after))
    if not found and not attributes:
        return
    answers = [answer_for(after, difference.path) for difference in found]
    worst = max((answer.replaces for answer in answers), default=Replaces.NO)
    change = world.new(after, _VERDICTS[worst])
    change.stateful = is_stateful(before)
    change.differences = found
    causes = [answer for answer in answers if answer.replaces is worst] if worst else answers
    names = [".".join(answer.path) for answer in causes] + [difference.name for difference in attributes]
    change.properties = list(dict.fromkeys(names))
    unrevised = list(differences(properties(before), properties(after, world.revisions)))
    change.routine = _is_routine(after, unrevised) and not attributes and not change.stateful
    if found:
        source = next((answer.source for answer in causes), "")
        change.reasons.append(
            reason_for(change.change, after, properties=change.properties, source=source, routine=change.routine)
        )
    change.reasons += [_policy_reason(difference, before) for difference in attributes]


def _judge_type(world: World, before: Resource, after: Resource) -> None:
    change = world.new(after, Change.REPLACE)
    change.stateful = is_stateful(before)
    change.properties = ["Type"]
    text = f"{before.logical_id} is of type {before.type} and becomes {after.type}: CloudFormation refuses the update."
    change.reasons.append(Reason(Severity.CRITICAL, f"The deploy fails: {text}", TYPE_CHANGE))


def _judge_renamed(world: World, before: Resource, after: Resource) -> None:
    change = world.new(before, Change.RENAME)
    if stack_key(before.stack) != stack_key(after.stack):
        change.new_stack = after.stack.name
    change.new_logical_id = after.logical_id
    revision = after.type in overlay.REVISIONS
    change.routine = revision and before.stack.name == after.stack.name
    kept = () if revision else collisions(before, after)
    change.differences = list(differences(properties(before), properties(after)))
    change.properties = list(kept)
    change.reasons.append(
        reason_for(
            Change.RENAME, before, renamed=after, gone=_gone_stack(world, before), source=REFACTORING, routine=revision
        )
    )
    if kept:
        text = f"{', '.join(kept)} {stay(kept)} the same, and the old resource is still there when the new one is made"
        if change.new_stack is not None:
            text += f", unless stack {before.stack.name} is deployed first"
        change.reasons.append(Reason(Severity.CRITICAL, f"{text}: its creation fails.", schemas.registry()))


def _gone_stack(world: World, resource: Resource) -> str:
    """The deployed stack that left the app with the resource; a nested one goes with the update of its parent."""
    stack = resource.stack
    while stack.parent is not None:
        stack = stack.parent.stack
    return "" if stack_key(stack) in world.head_stacks else stack.name


def _is_pointless(world: World, resource: Resource) -> bool:
    """Whether all that a guard guarded or watched goes with it."""
    about = [target for name in _ABOUT for target in targets_in(resource.get(name))]
    return bool(about) and all(id(target.resource) not in world.after for target in about)


def _attributes(before: Resource, after: Resource) -> Iterator[Difference]:
    for name, policy in (("DeletionPolicy", deletion_policy), ("UpdateReplacePolicy", update_replace_policy)):
        if policy(before) != policy(after):
            yield Difference((name,), policy(before), policy(after))
    for name in _ATTRIBUTES:
        old, new = (canonical(side.definition.get(name), side.stack) for side in (before, after))
        if old != new:
            yield Difference((name,), old, new)


def _policy_reason(difference: Difference, before: Resource) -> Reason:
    name, old, new = difference.name, difference.before, difference.after
    gradual = "CodeDeployLambdaAliasUpdate"
    if gradual in (old or ()) and gradual not in (new or ()):
        return Reason(Severity.HIGH, "New versions get all traffic at once: the gradual deployment is gone.")
    if name in _ATTRIBUTES:
        return Reason(Severity.LOW, f"{name} changes.")
    source = DELETION_POLICY if name == "DeletionPolicy" else UPDATE_REPLACE_POLICY
    if weaker(old, new):
        severity = Severity.CRITICAL if is_stateful(before) else Severity.MEDIUM
        return Reason(severity, f"{name} keeps less than before: {old} becomes {new}.", source)
    return Reason(Severity.LOW, f"{name}: {old} becomes {new}.", source)


def _is_routine(resource: Resource, found: list[Difference]) -> bool:
    known = overlay.BUILD_OUTPUT.get(resource.type, ())
    return all(any(_matches(pattern, difference.path) for pattern in known) for difference in found)


def _matches(pattern: str, path: tuple[str, ...]) -> bool:
    parts = pattern.split("/")
    return len(parts) <= len(path) and all(part in ("*", key) for part, key in zip(parts, path, strict=False))


def _short(resource: Resource) -> str:
    return resource.type.removeprefix("AWS::").replace("::", " ")
