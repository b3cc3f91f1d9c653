"""The routes of a REST API, and which of their answers are kept in its cache."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_


@dataclass(frozen=True, kw_only=True)
class AnswerCache:
    """How much memory for answers to GET, and for how long they are given again."""

    size_gb: str
    ttl: cdk.Duration


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method of one path. `body` is the JSON Schema that the gateway checks before the function runs."""

    method: str
    path: str
    query: Sequence[str] = ()
    body: tuple[str, Mapping[str, Any]] | None = None
    open_because: str = "The environment asks for an open API: it runs on this machine only."
    public: bool = False

    @property
    def cacheable(self) -> bool:
        """Whether its answers may be given again."""
        return self.method == "GET" and not self.public

    @property
    def key(self) -> list[str]:
        """What tells answers apart: whoever asks, and what for."""
        names = [part.strip("{}") for part in self.path.split("/") if part.startswith("{")]
        return [
            "method.request.header.Authorization",
            *(f"method.request.path.{name}" for name in names),
            *(f"method.request.querystring.{name}" for name in self.query),
        ]


def cached(cache: AnswerCache, routes: Sequence[Route], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a stage with a cache; those of one method replace all that the stage says of it."""
    of_method = apigateway.MethodDeploymentOptions(
        caching_enabled=True, cache_data_encrypted=True, cache_ttl=cache.ttl, **settings
    )
    return {
        "cache_cluster_enabled": True,
        "cache_cluster_size": cache.size_gb,
        "method_options": {f"{route.path}/{route.method}": of_method for route in routes if route.cacheable},
    }


def proxy_to(function: lambda_.IFunction, *, cache_key: Sequence[str] = ()) -> apigateway.Integration:
    """Return the integration that hands the whole request to `function`.

    LambdaIntegration would do, but for the logical id of its permission: it holds the construct path, which is
    another under a pipeline's Stage.
    """
    stack = cdk.Stack.of(function)
    return apigateway.Integration(
        type=apigateway.IntegrationType.AWS_PROXY,
        integration_http_method="POST",
        options=apigateway.IntegrationOptions(cache_key_parameters=list(cache_key)) if cache_key else None,
        uri=stack.format_arn(
            service="apigateway",
            account="lambda",
            resource="path",
            resource_name=f"2015-03-31/functions/{function.function_arn}/invocations",
        ),
    )
