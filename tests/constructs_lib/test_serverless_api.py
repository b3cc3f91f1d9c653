"""The gateway: what it refuses by itself, and what it leaves to the function."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from constructs_lib.api_routes import AnswerCache, Route
from constructs_lib.serverless_api import ServerlessApi

ROUTES = (
    Route(method="GET", path="/things", query=("limit",)),
    Route(method="POST", path="/things", body=("NewThing", {"type": "object", "required": ["name"]})),
    Route(method="GET", path="/things/{id}"),
    Route(method="GET", path="/health", public=True, open_because="Whoever checks has no identity to show."),
)


def api(
    stack: cdk.Stack,
    key: kms.Key,
    *,
    authorization: str = "aws-iam",
    origins: tuple[str, ...] = (),
    users: bool = False,
    **options: Any,
) -> Template:
    function = lambda_.Function(
        stack,
        "Answers",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
    )
    ServerlessApi(
        stack,
        "Api",
        allowed_origins=origins,
        authorization=authorization,
        burst_limit=20,
        description="Things",
        function=function,
        log_key=key,
        log_retention_days=30,
        name="things",
        rate_limit_per_second=10,
        routes=ROUTES,
        user_pool=cognito.UserPool(stack, "Pool") if users else None,
        **options,
    )
    return Template.from_stack(stack)


def methods(template: Template) -> list[dict[str, Any]]:
    return [method["Properties"] for method in template.find_resources("AWS::ApiGateway::Method").values()]


def test_every_route_but_the_public_one_asks_who_is_calling(stack: cdk.Stack, key: kms.Key) -> None:
    found = methods(api(stack, key))
    assert sorted(method["AuthorizationType"] for method in found) == ["AWS_IAM", "AWS_IAM", "AWS_IAM", "NONE"]


def test_an_open_api_asks_nobody(stack: cdk.Stack, key: kms.Key) -> None:
    assert {method["AuthorizationType"] for method in methods(api(stack, key, authorization="none"))} == {"NONE"}


def test_every_route_but_the_public_one_asks_for_an_access_token(stack: cdk.Stack, key: kms.Key) -> None:
    found = methods(api(stack, key, authorization="cognito", users=True))
    asking = [method for method in found if method["AuthorizationType"] == "COGNITO_USER_POOLS"]
    assert len(asking) == 3
    assert all("AuthorizerId" in method for method in asking)
    assert all(method["AuthorizationScopes"] == ["openid", "aws.cognito.signin.user.admin"] for method in asking)


def test_tokens_of_nobodys_directory_are_not_accepted(stack: cdk.Stack, key: kms.Key) -> None:
    with pytest.raises(ValueError, match="user_pool must be given where authorization is cognito, got None"):
        api(stack, key, authorization="cognito")


@pytest.mark.parametrize(("authorization", "refusals"), [("cognito", 1), ("none", 1), ("aws-iam", 0)])
def test_an_unknown_route_is_not_found_rather_than_forbidden(
    stack: cdk.Stack, key: kms.Key, authorization: str, refusals: int
) -> None:
    template = api(stack, key, authorization=authorization, users=True)
    told = {"ResponseType": "MISSING_AUTHENTICATION_TOKEN", "StatusCode": "404"}
    assert len(template.find_resources("AWS::ApiGateway::GatewayResponse", {"Properties": told})) == refusals


def test_bodies_are_checked_before_the_function_runs(stack: cdk.Stack, key: kms.Key) -> None:
    template = api(stack, key)
    template.has_resource_properties(
        "AWS::ApiGateway::Model",
        {"Schema": {"type": "object", "required": ["name"]}, "ContentType": "application/json"},
    )
    template.has_resource_properties(
        "AWS::ApiGateway::RequestValidator", {"ValidateRequestBody": True, "ValidateRequestParameters": True}
    )
    assert all("RequestValidatorId" in method for method in methods(template))


def test_requests_are_throttled_traced_and_logged_with_our_key(stack: cdk.Stack, key: kms.Key) -> None:
    template = api(stack, key)
    template.has_resource_properties(
        "AWS::ApiGateway::Stage",
        {
            "AccessLogSetting": Match.any_value(),
            "MethodSettings": [
                Match.object_like({"LoggingLevel": "ERROR", "ThrottlingRateLimit": 10, "ThrottlingBurstLimit": 20})
            ],
            "TracingEnabled": True,
        },
    )
    groups = [group["Properties"] for group in template.find_resources("AWS::Logs::LogGroup").values()]
    assert len(groups) == 2
    assert all("KmsKeyId" in group and group["RetentionInDays"] == 30 for group in groups)


def test_what_the_gateway_refuses_is_a_problem_too(stack: cdk.Stack, key: kms.Key) -> None:
    template = api(stack, key)
    for kind in ("DEFAULT_4XX", "DEFAULT_5XX"):
        template.has_resource_properties(
            "AWS::ApiGateway::GatewayResponse",
            {
                "ResponseParameters": {"gatewayresponse.header.Content-Type": "'application/problem+json'"},
                "ResponseType": kind,
            },
        )


def test_only_this_api_may_invoke_the_function(stack: cdk.Stack, key: kms.Key) -> None:
    template = api(stack, key)
    template.resource_count_is("AWS::Lambda::Permission", 1)
    template.has_resource_properties(
        "AWS::Lambda::Permission", {"Principal": "apigateway.amazonaws.com", "SourceArn": Match.any_value()}
    )


@pytest.mark.parametrize(("origins", "preflights"), [((), 0), (("https://app.example.com",), 4)])
def test_browsers_of_the_named_origins_alone_may_call(
    stack: cdk.Stack, key: kms.Key, origins: tuple[str, ...], preflights: int
) -> None:
    found = methods(api(stack, key, origins=origins))
    asked = [method for method in found if method["HttpMethod"] == "OPTIONS"]
    assert len(asked) == preflights
    for method in asked:
        headers = method["Integration"]["IntegrationResponses"][0]["ResponseParameters"]
        assert headers["method.response.header.Access-Control-Allow-Origin"] == "'https://app.example.com'"


def test_without_a_cache_nothing_is_kept(stack: cdk.Stack, key: kms.Key) -> None:
    template = api(stack, key)
    template.has_resource_properties("AWS::ApiGateway::Stage", {"CacheClusterEnabled": Match.absent()})
    assert not any("CacheKeyParameters" in method["Integration"] for method in methods(template))


def test_a_cache_is_encrypted_and_keeps_callers_apart(stack: cdk.Stack, key: kms.Key) -> None:
    cache = AnswerCache(size_gb="0.5", ttl=cdk.Duration.seconds(5))
    template = api(stack, key, authorization="cognito", users=True, cache=cache)
    (stage,) = template.find_resources("AWS::ApiGateway::Stage").values()
    assert (stage["Properties"]["CacheClusterEnabled"], stage["Properties"]["CacheClusterSize"]) == (True, "0.5")
    settings = {one["ResourcePath"]: one for one in stage["Properties"]["MethodSettings"]}
    assert sorted(settings) == ["/*", "/~1things", "/~1things~1{id}"]
    assert "CachingEnabled" not in settings["/*"]
    for path in ("/~1things", "/~1things~1{id}"):
        kept = settings[path]
        assert (kept["HttpMethod"], kept["CachingEnabled"], kept["CacheDataEncrypted"]) == ("GET", True, True)
        assert (kept["CacheTtlInSeconds"], kept["ThrottlingRateLimit"], kept["LoggingLevel"]) == (5, 10, "ERROR")
    keys = [found["Integration"].get("CacheKeyParameters") for found in methods(template)]
    caller = "method.request.header.Authorization"
    assert [one for one in keys if one] == [
        [caller, "method.request.querystring.limit"],
        [caller, "method.request.path.id"],
    ]


def test_every_route_but_the_public_one_asks_for_a_key_where_the_plan_does(stack: cdk.Stack, key: kms.Key) -> None:
    asked = [
        method["ApiKeyRequired"] for method in methods(api(stack, key, asks_for_key=True)) if "ApiKeyRequired" in method
    ]
    assert asked == [True, True, True]
