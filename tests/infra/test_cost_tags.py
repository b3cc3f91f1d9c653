"""Costs can be told apart: CloudFormation hands the tags of a stack to all that it makes, and the rest has its own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import config
from tests.conftest import Templates

OWN = {
    "AWS::Budgets::Budget": "ResourceTags",
    "AWS::CE::AnomalyMonitor": "ResourceTags",
    "AWS::CE::AnomalySubscription": "ResourceTags",
}
"""Types that the tags of a stack do not reach, and where they have their own."""

PASSED_ON = {"AWS::ECS::Service": ("PropagateTags", {"SERVICE", "TASK_DEFINITION"})}
"""Types that start things which cost money, and what hands the tags on."""

environments = pytest.mark.parametrize("environment", config.names())


def wanted(environment: str) -> dict[str, str]:
    settings = config.load(environment)
    return {"project": settings.project, "environment": settings.name, **settings.tags}


@environments
def test_every_stack_carries_the_tags(environment: str, assembly: Callable[[str], Path]) -> None:
    manifest: dict[str, Any] = json.loads((assembly(environment) / "manifest.json").read_text())
    stacks = [one for one in manifest["artifacts"].values() if one["type"] == "aws:cloudformation:stack"]
    assert stacks
    for stack in stacks:
        assert wanted(environment).items() <= stack["properties"]["tags"].items(), stack["displayName"]


@environments
def test_what_stack_tags_do_not_reach_carries_them_itself(
    environment: str, templates: Callable[[str], Templates]
) -> None:
    for template in templates(environment).values():
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            if place := OWN.get(resource["Type"]):
                assert {tag["Key"]: tag["Value"] for tag in properties[place]} == wanted(environment)
            if passed := PASSED_ON.get(resource["Type"]):
                assert properties.get(passed[0]) in passed[1]
