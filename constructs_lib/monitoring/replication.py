"""What is copied to another region: objects that did not arrive, tables whose replica falls behind."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb

from constructs_lib.bucket_replication import RULE
from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Metric


def monitor_replication(monitoring: Monitoring, *, name: str, source: str, target: str) -> None:
    """Watch the copies that a BucketReplication makes of the bucket `source` in the bucket `target`."""
    alarm = Alarm(
        kind="replication-failed",
        severity="P2",
        summary=f"Objects of {name} could not be copied to the recovery region.",
        metric=Metric(
            namespace="AWS/S3",
            name="OperationsFailedReplication",
            statistic="Sum",
            dimensions={"SourceBucket": source, "DestinationBucket": target, "RuleId": RULE},
        ),
        threshold=0,
        periods=1,
    )
    monitoring.watch(name, [alarm], board="operations")


def monitor_table_replica(
    monitoring: Monitoring, table: dynamodb.ITable, *, name: str, region: str, most_behind: cdk.Duration
) -> None:
    """Watch how far the replica in `region` is behind."""
    own = {"TableName": table.table_name, "ReceivingRegion": region}
    alarm = Alarm(
        kind="table-replica-behind",
        severity="P2",
        summary=f"The replica of {name} in {region} is more than {most_behind.to_seconds()} s behind.",
        metric=Metric(namespace="AWS/DynamoDB", name="ReplicationLatency", dimensions=own, label="Replica behind, ms"),
        threshold=most_behind.to_milliseconds(),
    )
    monitoring.watch(name, [alarm])
