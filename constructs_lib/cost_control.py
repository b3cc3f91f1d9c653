"""Money: a budget, and a look-out for days that cost more than usual."""

import json
from collections.abc import Mapping

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_ce as ce
from constructs import Construct

from constructs_lib.monitoring import Severity

THRESHOLDS: tuple[tuple[str, int, Severity], ...] = (
    ("ACTUAL", 50, "P3"),
    ("ACTUAL", 80, "P3"),
    ("ACTUAL", 100, "P2"),
    ("FORECASTED", 100, "P2"),
)
"""What is compared with the budget, at which percentage of it, and how urgent that is."""


class CostControl(Construct):
    """A monthly budget over all that the account costs, and alarms on unusual costs. Neither has a charge.

    An account can have only one monitor of AWS services: give its ARN as `anomaly_monitor_arn` where there is one, or
    the deployment fails. Changing `tags` replaces the monitor that is made here, and with it what it has learned.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        topics: Mapping[Severity, str],
        monthly_budget_usd: float,
        anomaly_usd: float,
        anomaly_monitor_arn: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Tell `topics` (ARNs by severity), which must let budgets and costalerts publish."""
        super().__init__(scope, construct_id)
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=name,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=monthly_budget_usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        comparison_operator="GREATER_THAN",
                        notification_type=kind,
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[
                        budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topics[severity])
                    ],
                )
                for kind, percent, severity in THRESHOLDS
            ],
            resource_tags=[
                budgets.CfnBudget.ResourceTagProperty(key=key, value=value) for key, value in (tags or {}).items()
            ],
        )
        given = [ce.CfnAnomalyMonitor.ResourceTagProperty(key=key, value=value) for key, value in (tags or {}).items()]
        monitor = anomaly_monitor_arn or (
            ce.CfnAnomalyMonitor(
                self,
                "Monitor",
                monitor_name=name,
                monitor_type="DIMENSIONAL",
                monitor_dimension="SERVICE",
                resource_tags=given,
            ).attr_monitor_arn
        )
        ce.CfnAnomalySubscription(
            self,
            "Anomalies",
            subscription_name=name,
            monitor_arn_list=[monitor],
            # Topics can be told at once only; summaries of a day or a week go by e-mail.
            frequency="IMMEDIATE",
            subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(type="SNS", address=topics["P3"])],
            threshold_expression=json.dumps(
                {
                    "Dimensions": {
                        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                        "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                        "Values": [f"{anomaly_usd:g}"],
                    }
                }
            ),
            resource_tags=[
                ce.CfnAnomalySubscription.ResourceTagProperty(key=key, value=value)
                for key, value in (tags or {}).items()
            ],
        )
