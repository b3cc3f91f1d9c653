"""Remediation reaches what it is for: the services, functions and alarms of the platform, by their real names."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from infra.assembly import load
from tests.infra.iam_evaluator import listed

ACCOUNT, REGION = "000000000000", "us-east-1"


def spelled(value: Any) -> str:
    """An ARN with the partition written out."""
    parts = value["Fn::Join"][1] if isinstance(value, dict) else [value]
    return "".join("aws" if isinstance(part, dict) else part for part in parts)


def test_its_role_covers_the_services_that_it_may_deploy_anew(assembly: Callable[[str], Path]) -> None:
    built = load(assembly("everything"))
    (policy,) = [
        one
        for one in built.of_type("AWS::IAM::ManagedPolicy")
        if "Remediation/Decider" in one.construct_path and not one.stack.stage
    ]
    statements = policy.properties["PolicyDocument"]["Statement"]
    may = {action: one["Resource"] for one in statements for action in listed(one["Action"])}
    services = [one for one in built.of_type("AWS::ECS::Service") if not one.stack.stage]
    clusters = {str(one.get("ClusterName")) for one in built.of_type("AWS::ECS::Cluster") if not one.stack.stage}
    cluster = "groundwork-everything"
    assert cluster in clusters
    for service in services:
        arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/{cluster}/{service.get('ServiceName')}"
        for action in ("ecs:DescribeServices", "ecs:UpdateService"):
            assert any(fnmatchcase(arn, spelled(one)) for one in listed(may[action])), (action, arn)
