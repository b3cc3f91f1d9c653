"""WAF: what web ACLs block and let through."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric


def monitor_web_acl(
    monitoring: Monitoring, *, metric_name: str, name: str, region: str | None, blocked_per_5_minutes: int
) -> None:
    """Watch for a wave of blocked requests. An ACL of CloudFront has no `region`; its metrics are in us-east-1."""
    own = {"WebACL": metric_name, "Rule": "ALL"} | ({"Region": region} if region else {})
    blocked, allowed = (
        Metric(namespace="AWS/WAFV2", name=which, statistic="Sum", dimensions=own)
        for which in ("BlockedRequests", "AllowedRequests")
    )
    alarm = Alarm(
        kind="blocked-requests",
        severity="P3",
        summary=f"{name} blocks more than {blocked_per_5_minutes} requests in five minutes.",
        metric=blocked,
        threshold=blocked_per_5_minutes,
    )
    monitoring.watch(
        name,
        [alarm],
        graphs=[Graph(title="Allowed and blocked", metrics=[allowed, blocked], board="security")],
        board="security",
    )
