"""DynamoDB tables: refused reads and writes, and DynamoDB's own errors."""

from aws_cdk import aws_dynamodb as dynamodb

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Formula, Graph, Metric

OPERATIONS = ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
"""What the latency is shown for, and what DynamoDB's errors are counted over: the metric exists by operation only."""


def monitor_table(monitoring: Monitoring, table: dynamodb.ITable, *, name: str) -> None:
    """Watch a table on demand."""
    own = {"TableName": table.table_name}
    alarms = [
        *(
            Alarm(
                name=f"table-throttles-{kind.lower()}s",
                kind="table-throttles",
                severity="P2",
                summary=f"DynamoDB refuses {kind.lower()}s of {name}: a hot key, or a burst beyond what it had seen.",
                metric=Metric(
                    namespace="AWS/DynamoDB",
                    name=f"{kind}ThrottleEvents",
                    statistic="Sum",
                    dimensions=own,
                    label=f"Refused {kind.lower()}s",
                ),
                threshold=0,
            )
            for kind in ("Read", "Write")
        ),
        Alarm(
            kind="table-errors",
            severity="P2",
            summary=f"DynamoDB fails requests to {name}.",
            metric=_errors(own),
            threshold=0,
        ),
    ]
    latencies = [
        Metric(
            namespace="AWS/DynamoDB",
            name="SuccessfulRequestLatency",
            statistic="p99",
            dimensions={**own, "Operation": operation},
            label=operation,
        )
        for operation in OPERATIONS
    ]
    used = [
        Metric(
            namespace="AWS/DynamoDB",
            name=f"Consumed{kind}CapacityUnits",
            statistic="Sum",
            dimensions=own,
            label=f"{kind} units",
        )
        for kind in ("Read", "Write")
    ]
    monitoring.watch(
        name,
        alarms,
        graphs=[
            Graph(title=f"{name}: latency p99, ms", metrics=latencies, board="performance"),
            Graph(title=f"{name}: capacity used", metrics=used, board="cost"),
        ],
    )


def _errors(own: dict[str, str]) -> Formula:
    """Their sum over the operations; an operation that nobody called counts as none."""
    failed = {
        operation.lower(): Metric(
            namespace="AWS/DynamoDB",
            name="SystemErrors",
            statistic="Sum",
            dimensions={**own, "Operation": operation},
        )
        for operation in OPERATIONS
    }
    return Formula(
        expression=" + ".join(f"FILL({name}, 0)" for name in failed), metrics=failed, label="Errors of DynamoDB"
    )
