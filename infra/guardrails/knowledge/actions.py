"""Actions that a policy may allow on `*`: those that have no resource, and those that need `*` all the same."""

import json
from functools import cache
from pathlib import Path

ON_EVERYTHING = (
    "application-autoscaling:Describe*",
    "autoscaling:Describe*",
    "ce:Get*",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "cloudwatch:PutMetricData",
    "config:Describe*",
    "ec2:AssignPrivateIpAddresses",
    "ec2:AttachNetworkInterface",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:Describe*",
    "ec2:DetachNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
    "ecs:RegisterTaskDefinition",
    "elasticloadbalancing:Describe*",
    "health:Describe*",
    "logs:GetQueryResults",
    "organizations:Describe*",
    "organizations:List*",
    "polly:SynthesizeSpeech",
    "servicediscovery:DiscoverInstances",
    "servicequotas:Get*",
    "servicequotas:List*",
    "ssm:UpdateInstanceInformation",
    "tag:Get*",
    "translate:TranslateDocument",
    "translate:TranslateText",
    "xray:GetSampling*",
)
"""Patterns of such actions, and actions whose resource is optional, or unknown before the call (a new interface)."""


@cache
def resourceless_actions() -> dict[str, frozenset[str]]:
    """Actions without a resource to name, in lower case, by service (Service Authorization Reference)."""
    table = json.loads(Path(__file__).with_name("resourceless_actions.json").read_bytes())
    return {service: frozenset(actions) for service, actions in table.items()}
