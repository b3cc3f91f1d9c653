"""Functions, containers, queues, events and the doors to them."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from tests.guardrails.reference.data import Data
from tests.guardrails.reference.foundation import Foundation
from tests.guardrails.reference.network import HTTPS, Network


class Compute(cdk.Stack):
    """What runs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        network: Network,
        data: Data,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self.foundation, self.network, self.data = foundation, network, data
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption_master_key=foundation.key,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        self.jobs = sqs.Queue(
            self,
            "Jobs",
            encryption_master_key=foundation.key,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=3),
        )
        self.function = self._function("Api")
        self.worker = self._function("Worker")
        self.worker.add_event_source(sources.SqsEventSource(self.jobs, report_batch_item_failures=True))
        self.remedy = self._function("Remedy")
        data.table.grant_read_write_data(self.function)
        data.uploads.grant_read(self.function)
        self._api()
        self._events()
        self._containers()
        self._deployer()

    def _function(self, name: str) -> lambda_.Function:
        return lambda_.Function(
            self,
            name,
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=lambda_.Code.from_inline("def handler(event, context): return {}"),
            environment={"TABLE_NAME": self.data.table.table_name, "LOG_LEVEL": "INFO"},
            environment_encryption=self.foundation.key,
            log_group=self.foundation.log_group(self, f"{name}Logs"),
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=10,
            dead_letter_queue=self.dead_letters,
            vpc=self.network.vpc,
            vpc_subnets=self.network.private,
            security_groups=[self.data.clients],
        )

    def _api(self) -> None:
        logs = self.foundation.log_group(self, "ApiAccess")
        self.api = apigateway.RestApi(
            self,
            "RestApi",
            cloud_watch_role=False,
            deploy_options=apigateway.StageOptions(
                access_log_destination=apigateway.LogGroupLogDestination(logs),
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                tracing_enabled=True,
                throttling_rate_limit=100,
                throttling_burst_limit=50,
            ),
        )
        self.api.root.add_method(
            "GET",
            apigateway.LambdaIntegration(self.function),
            authorization_type=apigateway.AuthorizationType.IAM,
        )
        wafv2.CfnWebACLAssociation(
            self,
            "ApiFirewall",
            resource_arn=self.api.deployment_stage.stage_arn,
            web_acl_arn=self.foundation.web_acl.attr_arn,
        )

    def _events(self) -> None:
        remedy = targets.LambdaFunction(self.remedy, dead_letter_queue=self.dead_letters)
        events.Rule(
            self,
            "Remediation",
            event_pattern=events.EventPattern(source=["aws.cloudwatch"], detail_type=["CloudWatch Alarm State Change"]),
            targets=[remedy],
        )
        role = iam.Role(self, "ScheduleRole", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
        self.worker.grant_invoke(role)
        scheduler.CfnSchedule(
            self,
            "Nightly",
            flexible_time_window={"mode": "OFF"},
            schedule_expression="cron(0 2 * * ? *)",
            target={
                "arn": self.worker.function_arn,
                "roleArn": role.role_arn,
                "deadLetterConfig": {"arn": self.dead_letters.queue_arn},
            },
        )
        self.foundation.topic.add_subscription(
            subscriptions.LambdaSubscription(self.remedy, dead_letter_queue=self.dead_letters)
        )

    def _containers(self) -> None:
        cluster = ecs.Cluster(
            self, "Cluster", vpc=self.network.vpc, container_insights_v2=ecs.ContainerInsights.ENHANCED
        )
        task = ecs.FargateTaskDefinition(self, "Task", cpu=256, memory_limit_mib=512)
        task.add_volume(
            name="files",
            efs_volume_configuration=ecs.EfsVolumeConfiguration(
                file_system_id=self.data.files.file_system_id, transit_encryption="ENABLED"
            ),
        )
        container = task.add_container(
            "App",
            image=ecs.ContainerImage.from_registry("777788889999.dkr.ecr.us-east-1.amazonaws.com/app:1.0.0"),
            readonly_root_filesystem=True,
            logging=ecs.LogDrivers.aws_logs(stream_prefix="app", log_group=self.foundation.log_group(self, "AppLogs")),
            environment={"QUEUE_URL": self.jobs.queue_url},
            secrets={"DATABASE": ecs.Secret.from_secrets_manager(self._imported_secret())},
        )
        container.add_port_mappings(ecs.PortMapping(container_port=8080))
        group = self.network.group(self, "ServiceAccess")
        group.add_egress_rule(ec2.Peer.any_ipv4(), HTTPS, "AWS, through the NAT gateways")
        self.service = ecs.FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=task,
            desired_count=2,
            min_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            vpc_subnets=self.network.private,
            security_groups=[group],
        )
        scaling = self.service.auto_scale_task_count(min_capacity=2, max_capacity=6)
        scaling.scale_on_cpu_utilization("Cpu", target_utilization_percent=60)
        self._balancer()

    def _imported_secret(self) -> secretsmanager.ISecret:
        # Imported, so that its key's policy does not depend on this stack.
        return secretsmanager.Secret.from_secret_complete_arn(
            self, "DatabaseSecret", self.data.aurora.secret.secret_arn
        )

    def _balancer(self) -> None:
        group = self.network.group(self, "BalancerAccess")
        self.balancer = elbv2.ApplicationLoadBalancer(
            self,
            "Balancer",
            vpc=self.network.vpc,
            internet_facing=True,
            security_group=group,
            deletion_protection=True,
            drop_invalid_header_fields=True,
        )
        self.balancer.log_access_logs(self.foundation.access_logs)
        certificate = acm.Certificate.from_certificate_arn(
            self,
            "Certificate",
            f"arn:aws:acm:us-east-1:{self.account}:certificate/1f2e3d4c-0000-4000-8000-000000000000",
        )
        https = self.balancer.add_listener(
            "Https",
            port=443,
            certificates=[certificate],
            ssl_policy=elbv2.SslPolicy.RECOMMENDED_TLS,
            open=True,
        )
        https.add_targets("App", port=8080, targets=[self.service])
        self.balancer.add_redirect()
        wafv2.CfnWebACLAssociation(
            self,
            "BalancerFirewall",
            resource_arn=self.balancer.load_balancer_arn,
            web_acl_arn=self.foundation.web_acl.attr_arn,
        )

    def _deployer(self) -> None:
        provider = f"arn:aws:iam::{self.account}:oidc-provider/token.actions.githubusercontent.com"
        role = iam.Role(
            self,
            "Deployer",
            assumed_by=iam.WebIdentityPrincipal(
                provider,
                {
                    "StringEquals": {
                        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                        "token.actions.githubusercontent.com:sub": "repo:example/platform:ref:refs/heads/main",
                    }
                },
            ),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self.service.task_definition.task_role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            )
        )
