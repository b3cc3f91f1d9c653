"""The most that any role of the app can do, whatever its policies say."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, in_packs

SERVICES_WITHOUT_REGION = ("budgets:*", "ce:*", "cloudfront:*", "iam:*", "route53:*", "shield:*", "sts:*", "support:*")
IDENTITY_CHANGES = tuple(
    f"iam:{verb}*"
    for verb in (
        "Accept", "Acquire", "Add", "Associate", "Attach", "Change", "Create", "Deactivate", "Delete", "Detach",
        "Disable", "Enable", "Pass", "Put", "Reject", "Remove", "Reset", "Resync", "Send", "Set", "Tag", "Untag",
        "Update", "Upload",
    )
)  # fmt: skip
"""Every verb of IAM but those that look (a test compares them with its API): AWS Config records identities, too."""
ADMINISTRATION = ("account:*", *IDENTITY_CHANGES, "identitystore:*", "organizations:*", "sso:*")
WATCHERS = (
    "access-analyzer:DeleteAnalyzer",
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "config:StopConfigurationRecorder",
    "guardduty:DeleteDetector",
    "guardduty:UpdateDetector",
    "securityhub:DisableSecurityHub",
)
"""What would blind those who watch the account; only people and CloudFormation may do it."""


class PermissionsBoundary(Construct):
    """A managed policy that bounds roles and grants nothing: it is the ceiling over what their policies say.

    Under it no role changes identities or leaves `regions`; roles called `role_prefix`... are passed to the services
    `passed_to` alone; and none but those called `deployer_prefix`... becomes another role. Roles name the boundary,
    so it must be there before them; changing `name` or the description replaces it, and every role changes with it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        regions: Sequence[str],
        role_prefix: str,
        deployer_prefix: str,
        passed_to: Sequence[str],
    ) -> None:
        if not regions:
            raise ValueError("regions must name at least one region, got none")
        super().__init__(scope, construct_id)

        services = [f"{service}.amazonaws.com" for service in passed_to]

        def roles(prefix: str) -> str:
            return cdk.Stack.of(self).format_arn(service="iam", region="", resource="role", resource_name=f"{prefix}*")

        policy = iam.ManagedPolicy(
            self,
            "Resource",
            managed_policy_name=name,
            description="The most that a role of this app can do",
            statements=[
                iam.PolicyStatement(sid="WhatPoliciesGrant", actions=["*"], resources=["*"]),
                # Only iam:PassRole says what a role is passed to; without an answer, every one of these is denied.
                _deny(
                    "NobodyChangesIdentities",
                    ADMINISTRATION,
                    conditions={"StringNotEquals": {"iam:PassedToService": services}},
                ),
                _deny("OnlyOwnRolesArePassed", ["iam:PassRole"], all_but=[roles(role_prefix)]),
                _deny(
                    "OnlyDeployersChangeRole",
                    ["sts:AssumeRole"],
                    conditions={"ArnNotLike": {"aws:PrincipalArn": roles(deployer_prefix)}},
                ),
                _deny("NobodyBlindsTheWatchers", WATCHERS),
                iam.PolicyStatement(
                    sid="OnlyTheseRegions",
                    effect=iam.Effect.DENY,
                    not_actions=[*SERVICES_WITHOUT_REGION],
                    resources=["*"],
                    conditions={"StringNotEquals": {"aws:RequestedRegion": [*regions]}},
                ),
            ],
        )
        acknowledge(
            policy,
            [
                "AwsSolutions-IAM5[Action::*]",
                "AwsSolutions-IAM5[Resource::*]",
                *in_packs("IAMPolicyNoStatementsWithAdminAccess"),
                *in_packs("IAMPolicyNoStatementsWithFullAccess"),
            ],
            reason="A boundary grants nothing: it is the ceiling over policies that name their resources.",
        )


def _deny(
    sid: str,
    actions: Sequence[str],
    *,
    all_but: Sequence[str] = (),
    conditions: dict[str, dict[str, object]] | None = None,
) -> iam.PolicyStatement:
    where: dict[str, Any] = {"not_resources": [*all_but]} if all_but else {"resources": ["*"]}
    return iam.PolicyStatement(sid=sid, effect=iam.Effect.DENY, actions=[*actions], conditions=conditions, **where)
