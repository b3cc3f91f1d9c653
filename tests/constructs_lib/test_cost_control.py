"""Somebody is told when the account costs more than it should, or more than usual."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from constructs_lib.cost_control import CostControl
from constructs_lib.monitoring import Severity

TOPICS: dict[Severity, str] = {
    severity: f"arn:aws:sns:us-east-1:111122223333:{severity}" for severity in ("P0", "P1", "P2", "P3")
}
MONITOR = "arn:aws:ce::111122223333:anomalymonitor/1"


def template_of(stack: cdk.Stack, anomaly_monitor_arn: str | None = None) -> Template:
    CostControl(
        stack,
        "Cost",
        name="test",
        topics=TOPICS,
        monthly_budget_usd=200,
        anomaly_usd=20,
        anomaly_monitor_arn=anomaly_monitor_arn,
        tags={"environment": "test"},
    )
    return Template.from_stack(stack)


@pytest.mark.parametrize(
    ("kind", "percent", "severity"),
    [("ACTUAL", 50, "P3"), ("ACTUAL", 80, "P3"), ("ACTUAL", 100, "P2"), ("FORECASTED", 100, "P2")],
)
def test_the_budget_tells_at_each_threshold(stack: cdk.Stack, kind: str, percent: int, severity: Severity) -> None:
    (budget,) = template_of(stack).find_resources("AWS::Budgets::Budget").values()
    (told,) = [
        one["Subscribers"]
        for one in budget["Properties"]["NotificationsWithSubscribers"]
        if (one["Notification"]["NotificationType"], one["Notification"]["Threshold"]) == (kind, percent)
    ]
    assert told == [{"SubscriptionType": "SNS", "Address": TOPICS[severity]}]


def test_an_unusual_day_is_told_from_its_price_on(stack: cdk.Stack) -> None:
    template = template_of(stack)
    (subscription,) = template.find_resources("AWS::CE::AnomalySubscription").values()
    threshold = json.loads(subscription["Properties"]["ThresholdExpression"])
    assert threshold["Dimensions"]["Values"] == ["20"]
    template.resource_count_is("AWS::CE::AnomalyMonitor", 1)


def test_an_account_that_has_a_monitor_gets_no_second_one(stack: cdk.Stack) -> None:
    template = template_of(stack, MONITOR)
    template.resource_count_is("AWS::CE::AnomalyMonitor", 0)
    template.has_resource_properties("AWS::CE::AnomalySubscription", {"MonitorArnList": [MONITOR]})
