"""Compute: the to-do API."""

from hashlib import sha256

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from config.sections.compute import Api
from constructs_lib.api_canary import ApiCanary
from constructs_lib.api_clients import ApiClients
from constructs_lib.api_gateway_logging import ApiGatewayLogging
from constructs_lib.api_name import ApiName
from constructs_lib.api_routes import AnswerCache, Route
from constructs_lib.gradual_release import GradualRelease
from constructs_lib.health_check import HealthCheck
from constructs_lib.remediation import allow_remediation
from constructs_lib.secure_function import SecureFunction
from constructs_lib.serverless_api import ServerlessApi
from constructs_lib.table import Table
from constructs_lib.tiered_vpc import TieredVpc
from constructs_lib.user_directory import UserDirectory
from constructs_lib.web_acl import WebAcl
from infra.stack_settings import stack_settings
from services.bundles import bundle_path
from services.todo_api import schemas

ROUTES = (
    Route(method="GET", path="/todos", query=("limit", "cursor")),
    Route(method="POST", path="/todos", body=("CreateTodo", schemas.CREATE_TODO)),
    Route(method="GET", path="/todos/{id}"),
    Route(method="PATCH", path="/todos/{id}", body=("UpdateTodo", schemas.UPDATE_TODO)),
    Route(method="DELETE", path="/todos/{id}"),
    Route(
        method="GET",
        path="/health",
        open_because="Whoever checks that the API is up has no identity; the answer tells nothing else.",
        public=True,
    ),
)


class ComputeStack(cdk.Stack):
    """The API, the function behind it, and the check that it answers after a deployment."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        access_log_bucket: s3.IBucket,
        network: TieredVpc,
        tables: dict[str, Table],
        users: UserDirectory | None,
        web_acl: WebAcl,
        data_key: kms.IKey,
        logs_key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        api = environment.compute.api
        table = tables[api.table]
        bundle = bundle_path("todo_api")
        todo_function = SecureFunction(
            self,
            "TodoFunction",
            description="Answers the to-do API",
            code=lambda_.Code.from_asset(str(bundle)),
            handler="todo_api.handler.handler",
            environment={
                "ALLOWED_ORIGINS": " ".join(environment.edge.allowed_origins),
                "TABLE_NAME": table.table.table_name,
                "POWERTOOLS_SERVICE_NAME": "todo-api",
                "POWERTOOLS_METRICS_NAMESPACE": f"{environment.project}/{environment.name}",
            },
            encryption_key=data_key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
            memory_mib=api.memory_mib,
            reserved_concurrency=api.reserved_concurrency,
            subnets=network.private_subnets,
            timeout=cdk.Duration.seconds(api.timeout_seconds),
            vpc=network.vpc,
        )
        table.grant_read_write(todo_function.grantee)
        todo_function.function.connections.allow_to_any_ipv4(
            ec2.Port.tcp(443), "AWS APIs, through endpoints or the egress"
        )

        answering: lambda_.FunctionBase = todo_function.function
        if api.release != "all-at-once":
            answering = GradualRelease(
                self, "TodoRelease", function=todo_function.function, name="the to-do API", strategy=api.release
            ).alias
        elif environment.monitoring.remediation.mode != "off":  # it changes the function, not a version
            allow_remediation(todo_function.function)

        gateway_logging = ApiGatewayLogging(self, "ApiGatewayLogging")
        self.todo_api = ServerlessApi(
            self,
            "TodoApi",
            description=f"To-do API of {environment.project} {environment.name}",
            name=f"{self.stack_name}-todo",
            allowed_origins=environment.edge.allowed_origins,
            asks_for_key=api.usage_plan is not None and api.usage_plan.asks_for_key,
            authorization=api.authorization,
            burst_limit=api.burst_limit,
            cache=AnswerCache(size_gb=api.cache.size_gb, ttl=cdk.Duration.seconds(api.cache.ttl_seconds))
            if api.cache
            else None,
            function=answering,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
            rate_limit_per_second=api.rate_limit_per_second,
            routes=ROUTES,
            user_pool=users.pool if users else None,
        )
        self.todo_api.api.deployment_stage.node.add_dependency(gateway_logging)
        self.canary = self._extras(environment, api, access_log_bucket, data_key)
        web_acl.protect(self, "TodoApiFirewall", resource_arn=self.todo_api.stage_arn)
        health_check = HealthCheck(
            self,
            "TodoApiAnswers",
            url=f"{self.todo_api.url}health",
            releases={
                "Bundle": sha256(bundle.read_bytes()).hexdigest(),
                "Deployment": self.todo_api.deployment_id,
            },
            timeout=cdk.Duration.minutes(2),
            encryption_key=data_key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )
        self.functions = {"TodoFunction": todo_function, "TodoApiAnswers": health_check.checker}
        self.api_url = cdk.CfnOutput(
            self, "TodoApiUrl", value=self.todo_api.url, description="Address of the to-do API"
        )

    def _extras(
        self, environment: Environment, api: Api, access_log_bucket: s3.IBucket, data_key: kms.IKey
    ) -> ApiCanary | None:
        """Make what the configuration adds to the API: a name, callers with keys, and who asks from outside."""
        self.certificate_arn: str | None = None
        made, url = self.todo_api.api, self.todo_api.url
        if api.domain and environment.edge.zone:
            zone = environment.edge.zone
            name = ApiName(self, "TodoApiName", name=api.domain, zone_id=zone.id, zone_name=zone.name, api=made)
            self.certificate_arn, url = name.certificate_arn, name.url
        if plan := api.usage_plan:
            ApiClients(
                self,
                "TodoApiClients",
                name=f"{self.stack_name}-todo",
                api=made,
                clients=plan.clients,
                rate_limit_per_second=plan.rate_limit_per_second,
                burst_limit=plan.burst_limit,
                requests_per_day=plan.requests_per_day,
            )
        if not api.canary:
            return None
        return ApiCanary(
            self,
            "TodoApiCanary",
            name=f"{self.stack_name}-todo".lower(),
            url=f"{url}health",
            every=cdk.Duration.minutes(api.canary.every_minutes),
            kept=cdk.Duration.days(api.canary.kept_days),
            encryption_key=data_key,
            access_log_bucket=access_log_bucket,
            retain_data=environment.retain_data,
        )
