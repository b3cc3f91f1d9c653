"""What the monitoring stack watches beside single resources: objectives, what the application counts, money."""

from config import Environment
from constructs_lib.monitoring import Graph, Metric, Monitoring
from constructs_lib.monitoring.api import api_objectives
from constructs_lib.monitoring.slo import monitor_objectives
from constructs_lib.secure_function import SecureFunction
from constructs_lib.serverless_api import ServerlessApi

DAY_SECONDS = 86_400
SIX_HOURS_SECONDS = 21_600
TODO_SERVICE = "todo-api"
"""What the to-do function calls itself in its metrics."""

INCIDENT = ("TodoApi/api-server-errors", "TodoFunction/function-errors")
"""Alarms that page as one with the objectives of the API, where it has objectives."""


def watch_money(monitoring: Monitoring) -> None:
    """Show what the account has cost this month; CloudWatch has that in us-east-1 alone."""
    charges = Metric(
        namespace="AWS/Billing",
        name="EstimatedCharges",
        statistic="Maximum",
        dimensions={"Currency": "USD"},
        label="USD so far this month",
        region="us-east-1",
    )
    graph = Graph(title="Charges", metrics=[charges], board="cost", period_seconds=SIX_HOURS_SECONDS)
    monitoring.watch("Account", graphs=[graph])


def watch_business(monitoring: Monitoring, environment: Environment) -> None:
    """Watch what the to-do API counts itself."""
    limits = environment.monitoring.thresholds

    def counted(name: str) -> Metric:
        namespace = f"{environment.project}/{environment.name}"
        return Metric(namespace=namespace, name=name, statistic="Sum", dimensions={"service": TODO_SERVICE})

    monitoring.add_custom_metric(
        "Business",
        title="Items created",
        metric=counted("ItemsCreated"),
        kind="items-created",
        summary=f"More than {limits.items_created_per_5_minutes} items were created in five minutes.",
        above=limits.items_created_per_5_minutes,
    )
    if limits.active_users_per_day:
        monitoring.add_custom_metric(
            "Business",
            title="Active users in a day",
            metric=counted("ActiveUsers"),
            kind="active-users",
            summary=f"Fewer than {limits.active_users_per_day} people used the API in a day.",
            below=limits.active_users_per_day,
            period_seconds=DAY_SECONDS,
        )
    else:
        graph = Graph(
            title="Active users in a day", metrics=[counted("ActiveUsers")], board="main", period_seconds=DAY_SECONDS
        )
        monitoring.watch("Business", graphs=[graph])


def watch_objectives(
    monitoring: Monitoring, environment: Environment, api: ServerlessApi, function: SecureFunction
) -> None:
    """Watch what users may expect of the API, where the environment promises anything."""
    if slo := environment.monitoring.slo:
        monitor_objectives(
            monitoring,
            name="TodoApi",
            minimum_requests=slo.minimum_requests,
            objectives=api_objectives(
                api.api,
                function.function,
                availability_percent=slo.availability_percent,
                error_percent=slo.error_percent,
                latency_ms=slo.latency_ms,
                latency_percent=slo.latency_percent,
            ),
            part_of_incident=INCIDENT,
        )
