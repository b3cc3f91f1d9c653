"""The function behind a shifting rule: what ECS moved stays where it is, whatever the template changes."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from constructs_lib.traffic_rule.runtime import handler

Properties = dict[str, Any]


def path(value: str) -> list[dict[str, Any]]:
    return [{"Field": "path-pattern", "PathPatternConfig": {"Values": [value]}}]


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


@pytest.fixture
def elb() -> Any:
    return boto3.client("elbv2")


@pytest.fixture
def listeners(elb: Any) -> list[str]:
    """Two listeners of one load balancer."""
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for n, zone in enumerate("ab")
    ]
    balancer = elb.create_load_balancer(Name="lb", Subnets=[subnet["SubnetId"] for subnet in subnets])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    return [
        elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=port, DefaultActions=[action])["Listeners"][0][
            "ListenerArn"
        ]
        for port in (80, 81)
    ]


@pytest.fixture
def groups(elb: Any) -> list[str]:
    """Blue, green and another one."""
    vpc = boto3.client("ec2").create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    made = [
        elb.create_target_group(Name=name, Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip")
        for name in ("blue", "green", "new")
    ]
    return [each["TargetGroups"][0]["TargetGroupArn"] for each in made]


@pytest.fixture
def properties(listeners: list[str], groups: list[str]) -> Properties:
    return {
        "ListenerArn": listeners[0],
        "Priority": "5",
        "Conditions": path("/a"),
        "TargetGroupArns": groups[:2],
    }


@pytest.fixture
def shifted(elb: Any, properties: Properties) -> str:
    """A rule whose requests a deployment has moved to the other target group."""
    rule = handler.apply(elb, {"RequestType": "Create", "ResourceProperties": properties})
    elb.modify_rule(RuleArn=rule, Actions=handler.forward(properties, [0, 100]))
    return rule


def update(elb: Any, rule: str, properties: Properties, **changes: Any) -> str:
    return handler.apply(
        elb,
        {
            "RequestType": "Update",
            "PhysicalResourceId": rule,
            "ResourceProperties": properties | changes,
            "OldResourceProperties": properties,
        },
    )


def described(elb: Any, rule: str) -> dict[str, Any]:
    return dict(elb.describe_rules(RuleArns=[rule])["Rules"][0])


def weights(elb: Any, rule: str) -> dict[str, int]:
    targets = described(elb, rule)["Actions"][0]["ForwardConfig"]["TargetGroups"]
    return {target["TargetGroupArn"].split("/")[1]: int(target["Weight"]) for target in targets}


def test_all_requests_begin_at_the_first_target_group(elb: Any, properties: Properties) -> None:
    rule = handler.apply(elb, {"RequestType": "Create", "ResourceProperties": properties})
    assert weights(elb, rule) == {"blue": 1, "green": 0}


@pytest.mark.parametrize("changes", [{"Conditions": path("/b")}, {"Priority": "7"}, {}])
def test_a_change_of_the_template_leaves_requests_where_the_deployment_moved_them(
    elb: Any, properties: Properties, shifted: str, changes: Properties
) -> None:
    assert update(elb, shifted, properties, **changes) == shifted
    assert weights(elb, shifted) == {"blue": 0, "green": 100}
    now = described(elb, shifted)
    wanted = properties | changes
    assert now["Priority"] == wanted["Priority"]
    assert now["Conditions"][0]["PathPatternConfig"] == wanted["Conditions"][0]["PathPatternConfig"]


def test_another_listener_gets_a_rule_with_the_live_weights(
    elb: Any, properties: Properties, shifted: str, listeners: list[str]
) -> None:
    other = update(elb, shifted, properties, ListenerArn=listeners[1])
    assert other != shifted
    assert weights(elb, other) == {"blue": 0, "green": 100}


def test_other_target_groups_take_the_live_weights_over(
    elb: Any, properties: Properties, shifted: str, groups: list[str]
) -> None:
    assert update(elb, shifted, properties, TargetGroupArns=[groups[0], groups[2]]) == shifted
    assert weights(elb, shifted) == {"blue": 0, "new": 100}


def test_deleting_what_never_came_to_be_is_no_error(elb: Any, shifted: str) -> None:
    for rule in (shifted, "none"):
        handler.apply(elb, {"RequestType": "Delete", "PhysicalResourceId": rule, "ResourceProperties": {}})
    with pytest.raises(elb.exceptions.RuleNotFoundException):
        described(elb, shifted)


def test_cloudformation_hears_of_a_failure(monkeypatch: pytest.MonkeyPatch, properties: Properties) -> None:
    heard: list[tuple[Any, ...]] = []
    monkeypatch.setattr(handler, "answer", lambda *told: heard.append(told))
    handler.handler(
        {
            "RequestType": "Create",
            "ResourceProperties": properties | {"ListenerArn": "arn:aws:elasticloadbalancing:us-east-1:1:listener/no"},
        },
        None,
    )
    ((_, status, reason, rule),) = heard
    assert (status, rule) == ("FAILED", "none")
    assert "ListenerNotFound" in reason
