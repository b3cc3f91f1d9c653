"""The one way to watch a resource: a verb per kind of resource makes its alarms and its widgets."""

from collections.abc import Callable
from typing import Any, TypeVar

import aws_cdk as cdk
import cdk_monitoring_constructs as cmc
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

RUNBOOK = "docs/runbooks/alarms.md"
T = TypeVar("T")


class Monitoring(Construct):
    """Alarms and a dashboard. Every alarm publishes to `topic` and names its section of the runbook."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        topic: sns.ITopic,
        runbook_url: str = RUNBOOK,
    ) -> None:
        """Name alarms and dashboard after `name`; descriptions link sections of the page at `runbook_url`."""
        super().__init__(scope, construct_id)
        self._runbook_url = runbook_url
        self.facade = cmc.MonitoringFacade(
            self,
            "Facade",
            alarm_factory_defaults=cmc.AlarmFactoryDefaults(
                actions_enabled=True,
                alarm_name_prefix=name,
                action=cmc.SnsAlarmActionStrategy(on_alarm_topic=topic, on_ok_topic=topic),
                datapoints_to_alarm=3,
                evaluation_periods=3,
            ),
            dashboard_factory=cmc.DefaultDashboardFactory(
                self,
                "Dashboards",
                dashboard_name_prefix=name,
                create_summary_dashboard=False,
                create_alarm_dashboard=False,
            ),
        )

    def monitor_function(
        self,
        function: lambda_.IFunction,
        *,
        name: str,
        timeout: cdk.Duration,
        error_percent: float,
        duration_percent: float,
    ) -> None:
        """Watch errors, throttles and durations near the time limit."""
        self.facade.monitor_lambda_function(
            lambda_function=function,
            alarm_friendly_name=name,
            human_readable_name=name,
            add_fault_rate_alarm=self.alarm(
                cmc.ErrorRateThreshold,
                "function-errors",
                "P1",
                f"More than {error_percent:g} % of the invocations of {name} fail.",
                max_error_rate=error_percent / 100,
            ),
            add_throttles_count_alarm=self.alarm(
                cmc.ErrorCountThreshold,
                "function-throttles",
                "P2",
                f"{name} is refused executions: its reserved concurrency is used up.",
                max_error_count=0,
            ),
            add_latency_p99_alarm=self.alarm(
                cmc.LatencyThreshold,
                "function-duration",
                "P2",
                f"{name} takes more than {duration_percent:g} % of its time limit.",
                max_latency=cdk.Duration.millis(timeout.to_milliseconds() * duration_percent // 100),
            ),
        )

    def monitor_dead_letters(self, queue: sqs.IQueue, *, name: str) -> None:
        """Watch for the first message in a dead-letter queue."""
        self.facade.monitor_sqs_queue(
            queue=queue,
            alarm_friendly_name=name,
            human_readable_name=name,
            add_queue_max_size_alarm=self.alarm(
                cmc.MaxMessageCountThreshold,
                "dead-letters",
                "P1",
                f"Work was given up and lies in {name}.",
                max_message_count=0,
                datapoints_to_alarm=1,
                evaluation_periods=1,
            ),
        )

    def monitor_api(
        self,
        api: apigateway.RestApi,
        *,
        name: str,
        server_error_percent: float,
        client_error_percent: float,
        latency_p99: cdk.Duration,
    ) -> None:
        """Watch failed and refused requests and the latency of the slowest hundredth."""
        self.facade.monitor_api_gateway(
            api=api,
            api_stage=api.deployment_stage.stage_name,
            alarm_friendly_name=name,
            human_readable_name=name,
            add5_xx_fault_rate_alarm=self.alarm(
                cmc.ErrorRateThreshold,
                "api-server-errors",
                "P1",
                f"More than {server_error_percent:g} % of the requests to {name} fail.",
                max_error_rate=server_error_percent / 100,
            ),
            add4_xx_error_rate_alarm=self.alarm(
                cmc.ErrorRateThreshold,
                "api-client-errors",
                "P3",
                f"More than {client_error_percent:g} % of the requests to {name} are refused.",
                max_error_rate=client_error_percent / 100,
            ),
            add_latency_p99_alarm=self.alarm(
                cmc.LatencyThreshold,
                "api-latency",
                "P2",
                f"The slowest hundredth of the requests to {name} takes over {latency_p99.to_milliseconds()} ms.",
                max_latency=latency_p99,
            ),
        )

    def monitor_table(self, table: dynamodb.ITable, *, name: str) -> None:
        """Watch refused reads and writes, and DynamoDB's own errors."""
        throttled = f"DynamoDB refuses requests to {name}: a hot key, or a burst beyond what on-demand had seen."
        self.facade.monitor_dynamo_table(
            table=table,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            alarm_friendly_name=name,
            human_readable_name=name,
            add_read_throttled_events_count_alarm=self.alarm(
                cmc.ThrottledEventsThreshold,
                "table-throttles",
                "P2",
                throttled,
                max_throttled_events_threshold=0,
            ),
            add_write_throttled_events_count_alarm=self.alarm(
                cmc.ThrottledEventsThreshold,
                "table-throttles",
                "P2",
                throttled,
                max_throttled_events_threshold=0,
            ),
            add_system_error_count_alarm=self.alarm(
                cmc.ErrorCountThreshold,
                "table-errors",
                "P2",
                f"DynamoDB fails requests to {name}.",
                max_error_count=0,
            ),
        )

    def monitor_web_acl(self, acl: wafv2.CfnWebACL, *, name: str, region: str, blocked_per_5_minutes: int) -> None:
        """Watch for a wave of blocked requests."""
        self.facade.monitor_web_application_firewall_acl_v2(
            acl=acl,
            region=region,
            alarm_friendly_name=name,
            human_readable_name=name,
            add_blocked_requests_count_alarm=self.alarm(
                cmc.ErrorCountThreshold,
                "blocked-requests",
                "P3",
                f"{name} blocks more than {blocked_per_5_minutes} requests in five minutes.",
                max_error_count=blocked_per_5_minutes,
            ),
        )

    def alarm(
        self, threshold: Callable[..., T], kind: str, severity: str, summary: str, /, **values: Any
    ) -> dict[str, T]:
        """Make the threshold of one alarm, with what every alarm says: severity, what is wrong, what to do."""
        description = f"{severity}: {summary} Runbook: {self._runbook_url}#{kind}"
        return {severity: threshold(alarm_description_override=description, **values)}
