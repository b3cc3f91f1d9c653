"""Limits: no template comes so near to one of AWS's quotas that the next change does not fit."""

import json
from collections import Counter
from collections.abc import Iterator

from infra.assembly.model import Resource, Stack, Target
from infra.assembly.values import at
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.group_rules import group_of
from infra.guardrails.registry import promise

SHARE = 0.8
RESOURCES, OUTPUTS, PARAMETERS, MAPPINGS, BYTES = 500, 200, 200, 200, 1_000_000
RULES_OF_A_LISTENER, RULES_OF_A_GROUP, GROUPS_OF_AN_INTERFACE, ENTRIES_OF_AN_ACL = 100, 60, 5, 20


def _near(count: int, quota: int) -> bool:
    return count > quota * SHARE


def _message(count: int, quota: int, what: str) -> str:
    return f"{count} {what}: over {SHARE:.0%} of AWS's {quota}"


@promise(
    "limits.template",
    "Every template stays within 80 % of CloudFormation's quotas: resources, size, outputs, parameters.",
)
def template(context: Context) -> Iterator[Finding]:
    """A stack that is full can only be split, which moves resources."""
    for stack in context.assembly.stacks:
        counts = {
            "Resources": (len(stack.resources), RESOURCES, "resources"),
            "Outputs": (len(stack.outputs), OUTPUTS, "outputs"),
            "Parameters": (len(stack.parameters), PARAMETERS, "parameters"),
            "Mappings": (len(stack.template.get("Mappings") or {}), MAPPINGS, "mappings"),
            "Template": (_bytes(stack), BYTES, "bytes"),
        }
        for place, (count, quota, what) in counts.items():
            if _near(count, quota):
                yield Finding(stack, place, _message(count, quota, what))


def _bytes(stack: Stack) -> int:
    try:
        return stack.template_file.stat().st_size
    except OSError:
        return len(json.dumps(stack.template))


@promise("limits.listener-rules", "Every listener stays within 80 % of the rules that it may have.")
def listener_rules(context: Context) -> Iterator[Finding]:
    """A hundred, without the default one."""
    counts = Counter(
        listener.resource
        for rule in context.of_type("AWS::ElasticLoadBalancingV2::ListenerRule")
        if isinstance(listener := rule.get("ListenerArn"), Target)
    )
    for listener, count in counts.items():
        if _near(count, RULES_OF_A_LISTENER):
            yield Finding(listener, "ListenerRule", _message(count, RULES_OF_A_LISTENER, "rules"))


@promise(
    "limits.security-groups",
    "Every security group and network ACL stays within 80 % of the rules that it may have.",
)
def security_groups(context: Context) -> Iterator[Finding]:
    """Per direction; and an interface takes five groups."""
    for place, rules in (
        ("SecurityGroupIngress", context.network.ingress),
        ("SecurityGroupEgress", context.network.egress),
    ):
        for group, found in rules.items():
            if isinstance(group, Resource) and _near(len(found), RULES_OF_A_GROUP):
                yield Finding(group, place, _message(len(found), RULES_OF_A_GROUP, "rules"))
    entries = Counter(
        (acl.resource, str(entry.get("Egress", default=False)).lower())
        for entry in context.of_type("AWS::EC2::NetworkAclEntry")
        if isinstance(acl := entry.get("NetworkAclId"), Target)
    )
    for (acl_resource, _), count in entries.items():
        if _near(count, ENTRIES_OF_AN_ACL):
            yield Finding(acl_resource, "NetworkAclEntry", _message(count, ENTRIES_OF_AN_ACL, "entries"))
    for function in context.of_type("AWS::Lambda::Function"):
        groups = [group_of(value) for value in at(function.resolved, "VpcConfig.SecurityGroupIds")]
        if _near(len(groups), GROUPS_OF_AN_INTERFACE):
            yield Finding(
                function,
                "VpcConfig.SecurityGroupIds",
                _message(len(groups), GROUPS_OF_AN_INTERFACE, "groups"),
            )
