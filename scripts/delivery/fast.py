"""The fast way back for code: functions and services return to what they ran before, in seconds, past CloudFormation.

The stack does not know of it. So a roll back to a release, or a deployment that repairs forward, must follow.
"""

from dataclasses import dataclass
from typing import Any

from scripts.aws import Aws
from scripts.delivery.stacks import resources_of, stacks_of

KINDS = ("AWS::Lambda::Alias", "AWS::ECS::Service")


@dataclass(frozen=True)
class Step:
    """One alias or service, and what it goes back to."""

    kind: str
    name: str
    now: str
    before: str


def plan(aws: Aws) -> list[Step]:
    """Return what has something to go back to."""
    found = (
        (one["ResourceType"], one["PhysicalResourceId"])
        for stack in stacks_of(aws)
        if stack.region == aws.region
        for one in resources_of(aws, stack)
        if one["ResourceType"] in KINDS and one.get("PhysicalResourceId")
    )
    steps = (_alias(aws, name) if kind == KINDS[0] else _service(aws, name) for kind, name in found)
    return [step for step in steps if step]


def _alias(aws: Aws, arn: str) -> Step | None:
    *_, function, alias = arn.split(":")
    client = aws.client("lambda")
    now = client.get_alias(FunctionName=function, Name=alias)["FunctionVersion"]
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    versions = [int(one["Version"]) for page in pages for one in page["Versions"] if one["Version"].isdigit()]
    older = [one for one in versions if now.isdigit() and one < int(now)]
    return Step(KINDS[0], arn, now, str(max(older))) if older else None


def _service(aws: Aws, arn: str) -> Step | None:
    client = aws.client("ecs")
    (service,) = client.describe_services(cluster=_cluster(arn), services=[arn])["services"]
    now = service["taskDefinition"]
    family, _, revision = now.rpartition(":")
    older = client.list_task_definitions(familyPrefix=family.rpartition("/")[2], status="ACTIVE")["taskDefinitionArns"]
    before = [one for one in older if int(one.rpartition(":")[2]) < int(revision)]
    return Step(KINDS[1], arn, now, max(before, key=lambda one: int(one.rpartition(":")[2]))) if before else None


def _cluster(arn: str) -> str:
    return arn.split("/")[-2]


def go_back(aws: Aws, step: Step) -> None:
    """Point an alias at the version before, without a canary; or a service at the task definition before."""
    if step.kind == KINDS[0]:
        *_, function, alias = step.name.split(":")
        no_canary: dict[str, Any] = {"AdditionalVersionWeights": {}}
        aws.client("lambda").update_alias(
            FunctionName=function, Name=alias, FunctionVersion=step.before, RoutingConfig=no_canary
        )
    else:
        aws.client("ecs").update_service(
            cluster=_cluster(step.name), service=step.name, taskDefinition=step.before, forceNewDeployment=True
        )
