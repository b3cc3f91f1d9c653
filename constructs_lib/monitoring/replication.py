"""S3 replication: objects that did not reach the other region."""

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
