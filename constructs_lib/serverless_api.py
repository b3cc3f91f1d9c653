"""A REST API in front of one function: logged, traced, throttled, validated."""

from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge, in_packs
from constructs_lib.api_routes import AnswerCache, Route, cached, proxy_to
from constructs_lib.gateway_problems import answer_refusals_as_problems
from constructs_lib.secure_log_group import SecureLogGroup

STAGE = "v1"
AUTHORIZATION = {
    "aws-iam": apigateway.AuthorizationType.IAM,
    "cognito": apigateway.AuthorizationType.COGNITO,
    "none": apigateway.AuthorizationType.NONE,
}

TOKEN_SCOPES = ("openid", "aws.cognito.signin.user.admin")
"""An access token carries the first where the user signed in on Cognito's pages, the second where by its API. Asking
for one of them refuses ID tokens, which are for the application that the user signed in to, not for an API."""


class ServerlessApi(Construct):
    """The gateway. Replacing it changes its address."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        function: lambda_.FunctionBase,
        routes: Sequence[Route],
        authorization: str,
        allowed_origins: Sequence[str],
        rate_limit_per_second: int,
        burst_limit: int,
        log_key: kms.IKey,
        log_retention_days: int,
        user_pool: cognito.IUserPool | None = None,
        asks_for_key: bool = False,
        cache: AnswerCache | None = None,
    ) -> None:
        """Make the API; `authorization` (cognito, aws-iam or none) holds for every route that is not public.

        So does `asks_for_key`, for a key of a usage plan. A `cache` keeps answers to GET apart by who asks.

        Raises:
            ValueError: `authorization` is cognito, and there is no `user_pool` whose tokens to accept.
        """
        if (authorization == "cognito") > (user_pool is not None):
            raise ValueError(f"user_pool must be given where authorization is cognito, got {user_pool}")
        super().__init__(scope, construct_id)
        self._function, self._asks_for_key, self._cache = function, asks_for_key, cache
        settings: dict[str, Any] = {
            "logging_level": apigateway.MethodLoggingLevel.ERROR,
            "metrics_enabled": True,
            "throttling_rate_limit": rate_limit_per_second,
            "throttling_burst_limit": burst_limit,
        }
        access_logs = SecureLogGroup(self, "AccessLogs", encryption_key=log_key, retention_days=log_retention_days)
        self.api = apigateway.RestApi(
            self,
            "Resource",
            rest_api_name=name,
            description=description,
            cloud_watch_role=False,
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            default_integration=proxy_to(function),
            default_cors_preflight_options=apigateway.CorsOptions(
                allow_origins=list(allowed_origins),
                allow_headers=[
                    "authorization",
                    "content-type",
                    "idempotency-key",
                    *(["x-api-key"] if asks_for_key else []),
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
                tracing_enabled=True,
                **settings,
                **(cached(cache, routes, settings) if cache else {}),
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
        answer_refusals_as_problems(self.api, signed=authorization == "aws-iam")
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
            kept = self._cache is not None and route.cacheable
            method = self.api.root.resource_for_path(route.path).add_method(
                route.method,
                proxy_to(self._function, cache_key=route.key) if kept else None,
                api_key_required=True if self._asks_for_key and not route.public else None,
                authorization_scopes=list(TOKEN_SCOPES) if asks_token else None,
                authorizer=self._authorizer if asks_token else None,
                authorization_type=apigateway.AuthorizationType.NONE if open_to_all else authorization,
                request_models={"application/json": self._model(*route.body)} if route.body else None,
                request_parameters={f"method.request.querystring.{name}": False for name in route.query}
                | ({name: ".path." in name for name in route.key} if kept else {}),
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

    def _acknowledge(self) -> None:
        acknowledge(
            self.api.deployment_stage,
            in_packs("APIGWCacheEnabledAndEncrypted"),
            reason="Answers differ by caller: only routes whose answers are told apart by caller are ever cached.",
        )
