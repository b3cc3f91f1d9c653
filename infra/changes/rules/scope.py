"""Whether a pattern of a policy names something in particular, or everything of its kind."""

import re
from functools import cache

from infra.guardrails.knowledge.actions import ON_EVERYTHING, resourceless_actions
from infra.guardrails.statements import matches

_PSEUDO = re.compile(r"\$\{AWS::\w+\}")
#: The part of an ARN where the resource stands.
_RESOURCE = 5
_NAMED_FIRST = ("s3", "sns", "sqs", "s3express")


def broad_action(pattern: str) -> bool:
    """Whether it is everything, or everything of a service."""
    return pattern.partition(":")[2] == "*" or pattern.startswith("*")


@cache
def needs_no_resource(action: str) -> bool:
    """Whether the action has no resource that a policy could name."""
    if any(matches(pattern, action) for pattern in ON_EVERYTHING):
        return True
    service, _, name = action.lower().partition(":")
    return name in resourceless_actions().get(service, frozenset())


@cache
def is_scoped(pattern: str) -> bool:
    """Whether a resource pattern names a resource, or a part of the names of some."""
    text = _PSEUDO.sub("", pattern)
    if "${" in text:
        return True
    parts = text.split(":", _RESOURCE)
    if len(parts) <= _RESOURCE:
        return bool(text.strip("*?/:"))
    name = parts[_RESOURCE]
    if parts[2] in _NAMED_FIRST:
        return bool(name.split("/")[0].strip("*?"))
    kind, separator, rest = name.partition("/") if "/" in name else name.partition(":")
    return bool((rest if separator else kind).strip("*?/:"))
