"""Experiments break what carries the environment's tags, and stop when users notice."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from constructs_lib.fault_injection import FaultInjection

TAGS = {"project": "shop", "environment": "staging"}
ALARM = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:noticed"


def experiments(stack: cdk.Stack) -> Template:
    log_group = logs.LogGroup(stack, "Log")
    FaultInjection(stack, "Faults", tags=TAGS, zone="us-east-1a", stop_on=[ALARM], log_group=log_group)
    return Template.from_stack(stack)


def test_each_experiment_is_fenced_by_tags_and_stopped_by_the_alarm(stack: cdk.Stack) -> None:
    found = experiments(stack).find_resources("AWS::FIS::ExperimentTemplate").values()
    actions = set()
    for template in (each["Properties"] for each in found):
        (target,) = template["Targets"].values()
        assert target["ResourceTags"] == TAGS
        assert template["StopConditions"] == [{"Source": "aws:cloudwatch:alarm", "Value": ALARM}]
        (action,) = template["Actions"].values()
        assert set(action["Targets"].values()) == set(template["Targets"])
        actions.add(action["ActionId"])
    assert actions == {
        "aws:ecs:stop-task",
        "aws:rds:failover-db-cluster",
        "aws:network:disrupt-connectivity",
        "aws:elasticache:replicationgroup-interrupt-az-power",
    }


def test_nothing_is_broken_without_the_tags(stack: cdk.Stack) -> None:
    (policy,) = experiments(stack).find_resources("AWS::IAM::ManagedPolicy").values()
    breaking = [
        statement
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if any(word in str(statement["Action"]) for word in ("Stop", "Failover", "Interrupt", "Replace", "Delete"))
    ]
    assert breaking
    for statement in breaking:
        held = statement["Condition"]["StringEquals"]
        assert held in (
            {f"aws:ResourceTag/{key}": value for key, value in TAGS.items()},
            {"aws:ResourceTag/managedByFIS": "true"},
        )


def test_an_experiment_may_order_the_delivery_of_its_log(stack: cdk.Stack) -> None:
    (policy,) = experiments(stack).find_resources("AWS::IAM::ManagedPolicy").values()
    allowed = {action for said in policy["Properties"]["PolicyDocument"]["Statement"] for action in said["Action"]}
    assert {
        "logs:CreateLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:PutResourcePolicy",
    } <= allowed


@pytest.mark.parametrize(("tags", "stop_on"), [(TAGS, []), ({}, [ALARM])])
def test_an_experiment_without_brake_or_fence_is_refused(
    stack: cdk.Stack, tags: dict[str, str], stop_on: list[str]
) -> None:
    with pytest.raises(ValueError, match="a brake and a fence"):
        FaultInjection(stack, "Faults", tags=tags, zone="a", stop_on=stop_on, log_group=logs.LogGroup(stack, "Log"))
