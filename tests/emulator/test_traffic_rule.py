"""The rule of a service that shifts its requests, kept by a function of ours (aws/aws-cdk#36649), as it is deployed."""

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_kms as kms

from constructs_lib.traffic_rule import TrafficRules
from tests.emulator.local_cloud import Cloud
from tests.emulator.synthesised import new_stack, resources

pytestmark = pytest.mark.emulator


def service(cloud: Cloud, folder: Path, *, path: str, priority: int) -> dict[str, Any]:
    """A load balancer with a rule for a path; blue has all requests at first."""
    stack = new_stack(folder)
    key = kms.Key(stack, "Key")
    vpc = ec2.Vpc(stack, "Vpc", availability_zones=["us-east-1a", "us-east-1b"], nat_gateways=0)
    balancer = elbv2.ApplicationLoadBalancer(stack, "Balancer", vpc=vpc)
    listener = elbv2.CfnListener(
        stack,
        "Listener",
        load_balancer_arn=balancer.load_balancer_arn,
        port=80,
        protocol="HTTP",
        default_actions=[{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "404"}}],
    )
    groups = [
        elbv2.CfnTargetGroup(stack, name, port=8080, protocol="HTTP", target_type="ip", vpc_id=vpc.vpc_id).ref
        for name in ("Blue", "Green")
    ]
    rules = TrafficRules(stack, "Rules", listener=listener, encryption_key=key, log_key=key, log_retention_days=1)
    condition = {"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}
    rules.add(stack, "Rule", priority=priority, conditions=[condition], target_group_arns=groups)
    return resources(stack, cloud, folder)


def test_a_changed_path_and_priority_change_the_rule_that_is_there(cloud: Cloud, tmp_path: Path) -> None:
    """The emulator's rules have no weights: that they stay is proven on the function itself."""
    balancing = cloud.api("elbv2")
    first = service(cloud, tmp_path / "first", path="/old/*", priority=5)
    made = cloud.deploy(first, {"Listener": {"Ref": "Listener"}})

    def rule() -> dict[str, Any]:
        found = balancing.describe_rules(ListenerArn=made["Listener"])["Rules"]
        (own,) = [one for one in found if one["Priority"] != "default"]
        return dict(own)

    before = rule()
    assert (before["Priority"], before["Conditions"][0]["Values"]) == ("5", ["/old/*"])
    cloud.deploy(service(cloud, tmp_path / "second", path="/new/*", priority=7), name=made["stack"])
    after = rule()
    assert (after["Priority"], after["Conditions"][0]["Values"]) == ("7", ["/new/*"])
    assert after["RuleArn"] == before["RuleArn"]
    cloud.destroy(made["stack"])
    assert (
        not [one for one in balancing.describe_listeners()["Listeners"] if one["ListenerArn"] == made["Listener"]]
        if balancing.describe_load_balancers()["LoadBalancers"]
        else True
    )
