"""Encryption at rest: everything that can be encrypted is, with a key of ours."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from infra.assembly.model import Resource
from infra.assembly.values import at, is_true
from infra.guardrails import knowledge
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.encryption import CHECKED_ELSEWHERE, KEYS, NOTHING_AT_REST, Key
from infra.guardrails.knowledge.stateful import is_cluster_member
from infra.guardrails.own_key import not_our_key
from infra.guardrails.registry import promise

NOT_RESOURCES = ("Custom::", "AWS::CloudFormation::", "AWS::CDK::Metadata", "Alexa::")
INHERITED = ("SourceDBInstanceIdentifier", "SourceDBClusterIdentifier", "KinesisStreamSourceConfiguration")
"""Replicas are encrypted as their source is; a Firehose behind a stream relies on the stream's encryption."""


@cache
def key_paths() -> dict[str, list[str]]:
    """Where each resource type that CloudFormation knows can name a key; empty where it keeps nothing."""
    found: dict[str, list[str]] = json.loads(Path(knowledge.__path__[0], "resource_types.json").read_bytes())
    return found


@promise("encryption.at-rest", "Everything that can be encrypted at rest is, with a customer-managed key.")
def at_rest(context: Context) -> Iterator[Finding]:
    """Types with a way of their own are listed; any other type with a key property must use it."""
    for resource in context.assembly.deployed:
        kind = resource.type
        if kind in CHECKED_ELSEWHERE or kind in NOTHING_AT_REST or any(n in resource.resolved for n in INHERITED):
            continue
        if (kind == "AWS::RDS::DBInstance" and is_cluster_member(resource)) or resource in context.cdk_functions:
            continue
        if kind in KEYS:
            yield from _named(context, resource, KEYS[kind])
        elif paths := key_paths().get(kind):
            yield from _named(context, resource, Key(tuple(paths)))


def _named(context: Context, resource: Resource, key: Key) -> Iterator[Finding]:
    if key.only_if and not at(resource.resolved, key.only_if):
        return
    if key.flag and not any(is_true(value) for value in at(resource.resolved, key.flag)):
        yield Finding(resource, key.flag, "is not on, so nothing is encrypted at rest")
        return
    if not context.policy.own_keys or not key.paths:
        return
    values = [value for path in key.paths for value in at(resource.resolved, path)]
    problems = [problem for value in values or [None] if (problem := not_our_key(value))]
    if problems:
        yield Finding(resource, key.paths[0], problems[0])


@promise(
    "encryption.known-types",
    "Every resource type is known, so that none keeps data in a way nobody looked at.",
)
def known_types(context: Context) -> Iterator[Finding]:
    """An unknown type fails closed: learn it with `python -m infra.guardrails.knowledge.extract`."""
    for resource in context.assembly.deployed:
        if resource.type not in key_paths() and not resource.type.startswith(NOT_RESOURCES):
            yield Finding(resource, "Type", f"{resource.type} is unknown: nobody has looked at what it keeps")
