"""WebSocket: the API over which clients stay connected, and the function that keeps who they are."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from config import Environment
from config.sections.web_socket import WebSocket
from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.secure_function import SecureFunction
from constructs_lib.table import Table
from constructs_lib.web_socket_api import WebSocketApi
from infra.stack_settings import stack_settings
from services.bundles import SERVICES


class WebSocketStack(cdk.Stack):
    """The API, its function, and the way from it back to the clients."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: WebSocket,
        data_key: kms.IKey,
        logs_key: kms.IKey,
        tables: dict[str, Table],
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        table = tables[settings.table]
        function = SecureFunction(
            self,
            "Connections",
            description="Keeps who is connected, and answers what they say",
            code=lambda_.Code.from_asset(str(SERVICES / "connections"), exclude=["__pycache__"]),
            handler="handler.handler",
            timeout=cdk.Duration.seconds(10),
            memory_mib=256,
            reserved_concurrency=settings.reserved_concurrency,
            encryption_key=data_key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )
        api = WebSocketApi(
            self,
            "Api",
            name=f"{environment.project}-{environment.name}-socket",
            function=function.function,
            rate_limit_per_second=settings.rate_limit_per_second,
            burst_limit=settings.burst_limit,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )
        function.function.add_environment("TABLE_NAME", table.table.table_name)
        function.function.add_environment("CALLBACK_URL", api.callback_url)
        table.grant_read_write(function.grantee)
        function.role.allow("execute-api:ManageConnections", on=[api.connections_arn])
        acknowledge(
            function.role.policy,
            [f"AwsSolutions-IAM5[Resource::{as_written(self.resolve(api.connections_arn))}]"],
            reason="Connections get their ids when they are made; all of them belong to one stage.",
        )
        self.api_id = api.api.ref
        self.functions = {"Connections": function}
