"""A REST API in front of one function: logged, traced, throttled, validated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge, in_packs
from constructs_lib.secure_log_group import SecureLogGroup

STAGE = "v1"
PROBLEM = (
    '{"type":"about:blank","title":$context.error.messageString,'
    '"detail":"$context.error.validationErrorString","instance":"$context.requestId"}'
)
AUTHORIZATION = {
    "aws-iam": apigateway.AuthorizationType.IAM,
    "cognito": apigateway.AuthorizationType.COGNITO,
    "none": apigateway.AuthorizationType.NONE,
}

TOKEN_SCOPES = ("openid", "aws.cognito.signin.user.admin")
"""An access token carries the first where the user signed in on Cognito's pages, the second where by its API. Asking
for one of them refuses ID tokens, which are for the application that the user signed in to, not for an API."""
NO_SUCH_ROUTE = '{"type":"about:blank","title":"There is no such route","instance":"$context.requestId"}'


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method of one path. `body` is the JSON Schema that the gateway checks before the function runs."""

    method: str
    path: str
    query: Sequence[str] = ()
    body: tuple[str, Mapping[str, Any]] | None = None
    open_because: str = "The environment asks for an open API: it runs on this machine only."
    public: bool = False


class ServerlessApi(Construct):
    """The gateway. Replacing it changes its address."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        function: lambda_.IFunction,
        routes: Sequence[Route],
        authorization: str,
        allowed_origins: Sequence[str],
        rate_limit_per_second: int,
        burst_limit: int,
        log_key: kms.IKey,
        log_retention_days: int,
        user_pool: cognito.IUserPool | None = None,
    ) -> None:
        """Make the API; `authorization` (cognito, aws-iam or none) holds for every route that is not public.

        Raises:
            ValueError: `authorization` is cognito, and there is no `user_pool` whose tokens to accept.
        """
        if (authorization == "cognito") > (user_pool is not None):
            raise ValueError(f"user_pool must be given where authorization is cognito, got {user_pool}")
        super().__init__(scope, construct_id)
        access_logs = SecureLogGroup(self, "AccessLogs", encryption_key=log_key, retention_days=log_retention_days)
        self.api = apigateway.RestApi(
            self,
            "Resource",
            rest_api_name=name,
            description=description,
            cloud_watch_role=False,
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            default_integration=_proxy_to(function),
            default_cors_preflight_options=apigateway.CorsOptions(
                allow_origins=list(allowed_origins),
                allow_headers=[
                    "authorization",
                    "content-type",
                    "idempotency-key",
                    "x-amz-date",
                    "x-amz-security-token",
                ],
                max_age=cdk.Duration.hours(1),
            )
            if allowed_origins
            else None,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                access_log_destination=apigateway.LogGroupLogDestination(access_logs.log_group),
                access_log_format=apigateway.AccessLogFormat.json_with_standard_fields(
                    caller=True,
                    http_method=True,
                    ip=True,
                    protocol=True,
                    request_time=True,
                    resource_path=True,
                    response_length=True,
                    status=True,
                    user=True,
                ),
                client_certificate_id=apigateway.CfnClientCertificate(self, "ClientCertificate").ref,
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                metrics_enabled=True,
                throttling_rate_limit=rate_limit_per_second,
                throttling_burst_limit=burst_limit,
                tracing_enabled=True,
            ),
        )
        permission = lambda_.CfnPermission(
            function,
            f"{construct_id}Invoke",
            action="lambda:InvokeFunction",
            function_name=function.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=self.api.arn_for_execute_api(),
        )
        self.api.deployment_stage.node.add_dependency(permission)  # never a stage that calls what it may not
        # API Gateway writes its execution log to this name; made here, it has a key and a retention.
        execution_logs = SecureLogGroup(
            self,
            "ExecutionLogs",
            encryption_key=log_key,
            retention_days=log_retention_days,
            log_group_name=f"API-Gateway-Execution-Logs_{self.api.rest_api_id}/{STAGE}",
        )
        self.api.deployment_stage.node.add_dependency(execution_logs)
        self._answer_refusals_as_problems(signed=authorization == "aws-iam")
        self._authorizer = (
            # Its generated name would hold the path, and so make another deployment in a pipeline than outside.
            apigateway.CognitoUserPoolsAuthorizer(
                self, "Users", authorizer_name="users", cognito_user_pools=[user_pool]
            )
            if user_pool and authorization == "cognito"
            else None
        )
        self._add_routes(routes, AUTHORIZATION[authorization])
        self._acknowledge()

    @property
    def stage_arn(self) -> str:
        """ARN of the stage, as WAF names it."""
        return self.api.deployment_stage.stage_arn

    @property
    def deployment_id(self) -> str:
        """Id of the deployment that the stage serves; it changes with the API's definition."""
        deployment = self.api.latest_deployment
        if deployment is None:
            raise RuntimeError("the API has no deployment of its own")
        return deployment.deployment_id

    @property
    def host(self) -> str:
        """Host name of the API, without its stage."""
        return f"{self.api.rest_api_id}.execute-api.{cdk.Stack.of(self).region}.amazonaws.com"

    @property
    def url(self) -> str:
        """Address of the API, with a trailing slash."""
        return self.api.url

    def _add_routes(self, routes: Sequence[Route], authorization: apigateway.AuthorizationType) -> None:
        validator = self.api.add_request_validator(
            "Validator", validate_request_body=True, validate_request_parameters=True
        )
        for route in routes:
            open_to_all = route.public or authorization is apigateway.AuthorizationType.NONE
            asks_token = self._authorizer and not open_to_all
            method = self.api.root.resource_for_path(route.path).add_method(
                route.method,
                authorization_scopes=list(TOKEN_SCOPES) if asks_token else None,
                authorizer=self._authorizer if asks_token else None,
                authorization_type=apigateway.AuthorizationType.NONE if open_to_all else authorization,
                request_models={"application/json": self._model(*route.body)} if route.body else None,
                request_parameters={f"method.request.querystring.{name}": False for name in route.query},
                request_validator=validator,
            )
            if open_to_all:
                acknowledge(method, ["AwsSolutions-APIG4"], reason=route.open_because)
            if route.public and authorization is not apigateway.AuthorizationType.NONE:
                accept_finding(method, "identity.api-asks-who", reason=route.open_because)
            if not asks_token:
                acknowledge(
                    method,
                    ["AwsSolutions-COG4"],
                    reason=route.open_because if open_to_all else "Callers are AWS principals, signed with SigV4.",
                )

    def _model(self, name: str, schema: Mapping[str, Any]) -> apigateway.IModel:
        model = apigateway.CfnModel(
            self, name, rest_api_id=self.api.rest_api_id, content_type="application/json", schema=schema
        )
        return apigateway.Model.from_model_name(self, f"{name}Reference", model.ref)

    def _answer_refusals_as_problems(self, *, signed: bool) -> None:
        """Shape what the gateway refuses by itself like the function's own errors (RFC 9457).

        "Missing authentication token" is what API Gateway says of a path or method that does not exist, with 403;
        where requests are not signed, it means nothing else.
        """
        if not signed:
            self.api.add_gateway_response(
                "NoSuchRoute",
                type=apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN,
                status_code="404",
                response_headers={"Content-Type": "'application/problem+json'"},
                templates={"application/json": NO_SUCH_ROUTE},
            )
        for kind in (apigateway.ResponseType.DEFAULT_4_XX, apigateway.ResponseType.DEFAULT_5_XX):
            self.api.add_gateway_response(
                kind.response_type.title().replace("_", ""),
                type=kind,
                response_headers={"Content-Type": "'application/problem+json'"},
                templates={"application/json": PROBLEM},
            )

    def _acknowledge(self) -> None:
        acknowledge(
            self.api.deployment_stage,
            in_packs("APIGWCacheEnabledAndEncrypted"),
            reason="Answers differ by caller: a shared cache would hand one caller's items to another.",
        )


def _proxy_to(function: lambda_.IFunction) -> apigateway.Integration:
    """Return the integration that hands the whole request to `function`.

    LambdaIntegration would do, but for the logical id of its permission: it holds the construct path, which is
    another under a pipeline's Stage.
    """
    stack = cdk.Stack.of(function)
    return apigateway.Integration(
        type=apigateway.IntegrationType.AWS_PROXY,
        integration_http_method="POST",
        uri=stack.format_arn(
            service="apigateway",
            account="lambda",
            resource="path",
            resource_name=f"2015-03-31/functions/{function.function_arn}/invocations",
        ),
    )
