"""Who administers a KMS key: without a principal of the account that may change its policy, key and data are lost."""

from collections.abc import Iterable, Mapping, Sequence

from infra.assembly import Resource
from infra.changes.model import Reason, Severity
from infra.changes.rules.grants import Grant
from infra.changes.rules.patterns import Selector, account_of, principal_covers
from infra.changes.values import resource_key
from infra.changes.world import World

LOCKOUT = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
_TYPES = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
#: Whoever may do this can give back every other permission.
_ADMINISTERS = Selector(("kms:putkeypolicy",))


def keep_keys(world: World, old: Mapping[str, Sequence[Grant]], new: Mapping[str, Sequence[Grant]]) -> None:
    """Add a reason to every key whose account can no longer administer it. `old` and `new` are grants by holder."""
    for key in world.head.of_type(*_TYPES):
        if not isinstance(key.get("KeyPolicy"), dict) or world.change_of(key) is None:
            continue  # as it was, or the default policy, which leaves it to the account
        name = world.pairs.old_names.get(resource_key(key), resource_key(key))
        now, before = _administrators(new.get(f"resource {name}", ()), key), world.before.get(id(key))
        if before is None:
            lost = not now
        else:
            asked = isinstance(before.get("KeyPolicy"), dict)
            then = _administrators(old.get(f"resource {name}", ()), before) if asked else ["*:*"]
            lost = bool(then) and (not now or (_has_account(then, key) and not _has_account(now, key)))
        if lost:
            world.note(key, Reason(Severity.CRITICAL, world.readable(_sentence(now)), LOCKOUT), "KeyPolicy")


def _administrators(grants: Iterable[Grant], key: Resource) -> list[str]:
    """The principals of the key's own account that may change its policy."""
    able = [grant for grant in grants if grant.actions.covers(_ADMINISTERS) and not _is_for_use(grant)]
    found = [
        principal
        for grant in able
        if grant.allows
        for principal in (grant.principals.patterns if not grant.principals.negated else ("*:*",))
        if _is_ours(principal, key)
    ]
    denied = [grant.principals.patterns for grant in able if not grant.allows and not grant.conditions]
    return [
        each
        for each in dict.fromkeys(found)
        if not any(principal_covers(no, each, delegated=True) for patterns in denied for no in patterns)
    ]


def _is_for_use(grant: Grant) -> bool:
    """Whether its conditions let in only requests that encrypt or decrypt for somebody."""
    return any(key.startswith(("kms:viaservice", "kms:encryptioncontext")) for _, key in grant.conditions)


def _is_ours(principal: str, key: Resource) -> bool:
    kind, _, value = principal.partition(":")
    if kind not in ("AWS", "*"):
        return False
    account = value.split(":")[4] if value.startswith("arn:") and value.count(":") > 4 else account_of(value)  # noqa: PLR2004
    return not account.isdigit() or account == key.stack.account or not key.stack.account.isdigit()


def _has_account(principals: Iterable[str], key: Resource) -> bool:
    return any(
        principal == "*:*" or (_is_ours(principal, key) and account_of(principal.partition(":")[2]))
        for principal in principals
    )


def _sentence(now: Sequence[str]) -> str:
    if not now:
        text = "no principal of the account may change the key's policy any more (kms:PutKeyPolicy)"
        return f"The deploy fails, or key and data become unreachable: {text}."
    left = ", ".join(each.partition(":")[2] for each in now[:2])
    return (
        "The account itself may no longer administer the key: policies of IAM no longer count for it, the deploy fails "
        f"unless it is done by {left}, and where that goes, key and data become unreachable."
    )
