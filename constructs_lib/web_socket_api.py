"""A WebSocket API in front of one function: signed connections, logged, throttled."""

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge
from constructs_lib.secure_log_group import SecureLogGroup

STAGE = "v1"
ASKED = "API Gateway asks who is there when a connection is made; this comes over that connection."
ROUTES = ("$connect", "$disconnect", "$default")
FORMAT = {
    "requestId": "$context.requestId",
    "ip": "$context.identity.sourceIp",
    "caller": "$context.identity.caller",
    "requestTime": "$context.requestTime",
    "eventType": "$context.eventType",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "connectionId": "$context.connectionId",
}


class WebSocketApi(Construct):
    """The API. Whoever connects signs the request (SigV4); what follows belongs to that connection."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        function: lambda_.IFunction,
        rate_limit_per_second: int,
        burst_limit: int,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        self.api = apigatewayv2.CfnApi(
            self,
            "Resource",
            name=name,
            protocol_type="WEBSOCKET",
            route_selection_expression="$request.body.action",
        )
        logs = SecureLogGroup(self, "AccessLogs", encryption_key=log_key, retention_days=log_retention_days)
        integration = apigatewayv2.CfnIntegration(
            self,
            "Function",
            api_id=self.api.ref,
            integration_type="AWS_PROXY",
            integration_uri=stack.format_arn(
                service="apigateway",
                account="lambda",
                resource="path",
                resource_name=f"2015-03-31/functions/{function.function_arn}/invocations",
            ),
        )
        for key in ROUTES:
            route = apigatewayv2.CfnRoute(
                self,
                f"On{key.removeprefix('$').title()}",
                api_id=self.api.ref,
                route_key=key,
                authorization_type="AWS_IAM" if key == "$connect" else "NONE",
                target=f"integrations/{integration.ref}",
            )
            if key != "$connect":
                acknowledge(
                    route,
                    ["AwsSolutions-APIG4"],
                    reason=ASKED,
                )
            if key == "$default":
                accept_finding(route, "identity.api-asks-who", reason=ASKED)
        self.stage = apigatewayv2.CfnStage(
            self,
            "Stage",
            api_id=self.api.ref,
            stage_name=STAGE,
            auto_deploy=True,
            access_log_settings={
                "destinationArn": logs.log_group.log_group_arn,
                "format": stack.to_json_string(FORMAT),
            },
            default_route_settings={
                "detailedMetricsEnabled": True,
                "loggingLevel": "ERROR",
                "throttlingBurstLimit": burst_limit,
                "throttlingRateLimit": rate_limit_per_second,
            },
        )
        self._arn = stack.format_arn(service="execute-api", resource=self.api.ref, resource_name=STAGE)
        function.add_permission(
            f"{construct_id}Invoke",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=stack.format_arn(service="execute-api", resource=self.api.ref, resource_name="*"),
        )

    @property
    def connections_arn(self) -> str:
        """What a function names that sends to every connection."""
        return f"{self._arn}/POST/@connections/*"

    @property
    def callback_url(self) -> str:
        """Where messages to connections are posted."""
        stack = cdk.Stack.of(self)
        return f"https://{self.api.ref}.execute-api.{stack.region}.{stack.url_suffix}/{STAGE}"
