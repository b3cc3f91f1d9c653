"""What policies let through after the change and did not before; denials and boundaries that go."""

import re
from collections.abc import Iterable, Iterator

from infra.assembly import Resource
from infra.assembly.values import listed
from infra.changes.model import Reason, Severity
from infra.changes.rules.grants import Grant, find_grants
from infra.changes.rules.keys import keep_keys
from infra.changes.rules.scope import broad_action, is_scoped, needs_no_resource
from infra.changes.rules.table import Row, apply, becomes, gone, grows, other
from infra.changes.rules.telling import IAM, More, describe, property_of, shown, tell
from infra.changes.values import canonical, resource_key
from infra.changes.world import World
from infra.guardrails.open_to_all import is_open_to_all

_HIGH, _MEDIUM = Severity.HIGH, Severity.MEDIUM
_POWERFUL = re.compile(r"FullAccess|Administrator|PowerUser|IAMFull")
_IDENTITY = ("Role", "User", "Group")

ROWS = (
    *(Row(f"AWS::IAM::{kind}", "PermissionsBoundary", gone, "The permissions boundary goes", _HIGH)
      for kind in ("Role", "User")),
    *(Row(f"AWS::IAM::{kind}", "PermissionsBoundary", lambda old, new: None not in (old, new) and old != new,
          "Another permissions boundary applies", _HIGH) for kind in ("Role", "User")),
    Row("AWS::IAM::User", "Groups", grows, "The user joins a group, and may what it may", _HIGH),
    Row("AWS::IAM::OIDCProvider", "ClientIdList", grows, "Tokens of more clients are trusted", _HIGH),
    Row("AWS::IAM::*Provider", "Url", other, "Another issuer is trusted", _HIGH),
    Row("AWS::IAM::AccessKey", "UserName", lambda old, new: old is None, "A key that never expires is made", _HIGH,
        new=True),
    Row("AWS::Lambda::LayerVersionPermission", "Principal", becomes("*"), "Everybody may read the layer", _HIGH,
        new=True),
)  # fmt: skip


def judge_access(world: World) -> None:
    """Add reasons for every access that is new, and for every denial that is gone."""
    apply(world, ROWS)
    _managed_policies(world)
    old = _by_holder(find_grants(world.base, {}))
    new = _by_holder(find_grants(world.head, world.pairs.old_names))
    tell(
        world,
        [
            more
            for holder, grants in new.items()
            for grant in grants
            if grant.allows and (more := _allowed(world, grant, [e for e in old.get(holder, []) if e.allows], grants))
        ],
    )
    for holder, grants in old.items():
        for grant in grants:
            if not grant.allows:
                _denied(world, grant, [each for each in new.get(holder, []) if not each.allows])
    keep_keys(world, old, new)


def _by_holder(grants: Iterable[Grant]) -> dict[str, list[Grant]]:
    found: dict[str, list[Grant]] = {}
    for grant in grants:
        found.setdefault(grant.holder, []).append(grant)
    return found


def _allowed(world: World, grant: Grant, known: list[Grant], now: list[Grant]) -> More | None:
    if any(each.content == grant.content for each in known):
        return None
    # A role that is named beside its account gets more; named in the place of its account, it is what is left.
    stays = {each.content for each in now}

    def is_known(new: Grant) -> bool:
        return any(each.covers(new, delegated=each.content not in stays) for each in known)

    added = [atom for atom in grant.atoms() if not is_known(atom)]
    if is_known(grant) or not added or _had_no_policy(world, grant):
        return None
    severity = _severity(world, grant, added, _changed(grant, known, now))
    if severity is None:
        return None
    resource = grant.statement.resource
    if world.change_of(resource) is None and grant.owner is not None:
        resource = grant.owner  # the statement is as it was, and its holder only now has it
    return describe(grant, added, known, resource, severity)


def _had_no_policy(world: World, grant: Grant) -> bool:
    """An endpoint without a policy lets everything through: its first policy can only narrow that."""
    resource = grant.statement.resource
    before = world.before.get(id(resource))
    return resource.type == "AWS::EC2::VPCEndpoint" and (before is None or "PolicyDocument" not in before.properties)


def _changed(grant: Grant, known: list[Grant], now: list[Grant]) -> bool:
    """Whether the statement is an old one that grew, rather than one that is new beside the old ones."""
    kept = {each.content for each in now}
    return any(
        each.content not in kept
        and (each.actions == grant.actions or each.resources == grant.resources or grant.covers(each))
        for each in known
    )


def _severity(world: World, grant: Grant, added: list[Grant], changed: bool) -> Severity | None:
    newcomer = grant.owner is not None and id(grant.owner) not in world.before
    kind = grant.statement.kind
    outsiders = is_open_to_all(grant.statement) or any(_is_foreign(grant, atom) for atom in added)
    if kind == "trust":
        return _HIGH if outsiders or not newcomer else None
    if kind == "resource":
        if outsiders:
            return _HIGH
        return None if newcomer else _HIGH if changed or any(_is_everything(atom) for atom in added) else _MEDIUM
    if any(_is_broad(atom) for atom in added):
        return _HIGH
    return _HIGH if changed and not newcomer and not _only_about_new(world, added) else _MEDIUM


def _is_everything(atom: Grant) -> bool:
    return atom.actions.negated or any(broad_action(action) for action in atom.actions.patterns)


def _is_broad(atom: Grant) -> bool:
    if _is_everything(atom) or atom.resources.negated:
        return True
    if all(is_scoped(resource) for resource in atom.resources.patterns):
        return False
    return not all(needs_no_resource(action) for action in atom.actions.patterns)


def _is_foreign(grant: Grant, atom: Grant) -> bool:
    """Whether it lets another account in: one named by its number, which is not that of the stack."""
    own = grant.statement.resource.stack.account
    for principal in atom.principals.patterns:
        kind, _, value = principal.partition(":")
        account = re.search(r"\b\d{12}\b", value)
        if kind == "AWS" and account is not None and own.isdigit() and account.group() != own:
            return True
    return False


def _only_about_new(world: World, added: list[Grant]) -> bool:
    """Whether what was added concerns only resources that this very change makes."""
    new = [f"{resource_key(resource)}." for resource in world.pairs.added]
    return all(any(key in pattern for key in new) for atom in added for pattern in atom.resources.patterns)


def _denied(world: World, grant: Grant, now: list[Grant]) -> None:
    if grant.owner is not None and id(grant.owner) not in world.after:
        return  # what it protected is gone as well
    if any(each.covers(grant) for each in now):
        return
    if all(any(each.covers(atom) for each in now) for atom in grant.atoms()):
        return
    resource = grant.statement.resource
    after = world.after.get(id(resource), resource)
    actions, where = shown(grant.actions.patterns), world.readable(shown(grant.resources.patterns))
    text = f"A denial goes, or denies less: {actions} on {where}."
    world.note(after, Reason(_HIGH, text, IAM), property_of(grant, grant.statement.resource))


def _managed_policies(world: World) -> None:
    """Policies of AWS that a role gets: nobody scoped them to this application."""
    for after in world.head.of_type(*(f"AWS::IAM::{kind}" for kind in _IDENTITY)):
        before = world.before.get(id(after))
        old = set(_managed(before)) if before is not None else set()
        for arn in _managed(after):
            if arn not in old and ":aws:policy/" in arn:
                scoped = "/service-role/" in arn and not _POWERFUL.search(arn)
                text = f"It gets the managed policy {arn.rpartition('policy/')[2]}."
                world.note(after, Reason(_MEDIUM if scoped else _HIGH, text, IAM), "ManagedPolicyArns")


def _managed(role: Resource) -> Iterator[str]:
    for value in listed(role.get("ManagedPolicyArns")):
        yield str(canonical(value, role.stack)).replace("${AWS::Partition}", "aws")
