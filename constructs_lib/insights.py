"""Where to look first: questions to the logs that are asked at every incident, and traces of what went wrong."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_logs as logs
from aws_cdk import aws_xray as xray
from constructs import Construct

LONGEST_NAME = 32
"""Of an X-Ray group or rule."""

OF_FUNCTIONS: Mapping[str, str] = {
    "errors": """
fields @timestamp, service, correlation_id, message, exception_name, exception
| filter level in ["ERROR", "CRITICAL"]
| sort @timestamp desc
| limit 100""",
    "answers-by-status": """
filter message = "Answered"
| stats count() as requests by status, method, bin(5m)
| sort requests desc""",
    "one-request": """
fields @timestamp, level, message, @message
| filter correlation_id = "{{request}}"
| sort @timestamp""",
    "slowest-invocations": """
filter @type = "REPORT"
| stats max(@duration) as slowest, pct(@duration, 99) as p99, pct(@duration, 50) as p50, count() as invocations
    by bin(5m)""",
    "cold-starts": """
filter @type = "REPORT" and ispresent(@initDuration)
| stats count() as starts, pct(@initDuration, 95) as p95 by @log, bin(1h)""",
    "memory-left": """
filter @type = "REPORT"
| stats max(@maxMemoryUsed / 1024 / 1024) as used_mib, max(@memorySize / 1024 / 1024) as given_mib by @log""",
}
OF_THE_TRAIL: Mapping[str, str] = {
    "who-was-refused": """
fields @timestamp
| filter errorCode in ["AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation"]
| stats count() as calls by userIdentity.arn, eventSource, eventName
| sort calls desc""",
    "who-changed-what": """
fields @timestamp, userIdentity.arn, eventSource, eventName, requestParameters.name
| filter readOnly = 0 and not ispresent(errorCode)
| sort @timestamp desc
| limit 200""",
}


class SavedQueries(Construct):
    """Questions to the logs, saved in CloudWatch under a folder. They have no charge of their own."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        folder: str,
        queries: Mapping[str, str],
        log_groups: Sequence[str],
    ) -> None:
        """Save each of `queries` for `log_groups` (names)."""
        super().__init__(scope, construct_id)
        for name, query in queries.items():
            logs.CfnQueryDefinition(
                self,
                "".join(part.title() for part in name.split("-")),
                name=f"{folder}/{name}",
                query_string=query.strip(),
                log_group_names=list(log_groups),
                parameters=[
                    logs.CfnQueryDefinition.QueryParameterProperty(
                        name="request", description="The request id that the caller was told", default_value="none"
                    )
                ]
                if "{{request}}" in query
                else None,
            )


class Traces(Construct):
    """How many requests are traced, and a group of those that failed or were slow."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str, sampled_percent: float, slow_ms: int) -> None:
        """Trace a request a second, and `sampled_percent` of the others; whoever calls may ask for a trace."""
        super().__init__(scope, construct_id)
        short = name[:LONGEST_NAME]
        xray.CfnGroup(
            self,
            "Group",
            group_name=short,
            filter_expression=f"fault = true OR error = true OR responsetime > {slow_ms / 1000:g}",
        )
        xray.CfnSamplingRule(
            self,
            "Sampling",
            sampling_rule=xray.CfnSamplingRule.SamplingRuleProperty(
                rule_name=short,
                version=1,
                # After rules that somebody adds for a while, before X-Ray's own (10,000).
                priority=9000,
                reservoir_size=1,
                fixed_rate=sampled_percent / 100,
                host="*",
                http_method="*",
                resource_arn="*",
                service_name="*",
                service_type="*",
                url_path="*",
            ),
        )
