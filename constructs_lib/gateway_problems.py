"""What API Gateway refuses by itself, in the words of a problem (RFC 9457)."""

from aws_cdk import aws_apigateway as apigateway

PROBLEM = '{"type":"about:blank","title":$context.error.messageString,"instance":"$context.requestId"}'
NOT_VALID = (
    '{"type":"about:blank","title":$context.error.messageString,'
    '"detail":"$context.error.validationErrorString","instance":"$context.requestId"}'
)
"""The one refusal that says more than its title."""
NO_SUCH_ROUTE = '{"type":"about:blank","title":"There is no such route","instance":"$context.requestId"}'


def answer_refusals_as_problems(api: apigateway.RestApi, *, signed: bool) -> None:
    """Shape what the gateway refuses by itself like the function's own errors.

    "Missing authentication token" is what API Gateway says of a path or method that does not exist, with 403;
    where requests are not signed, it means nothing else.
    """
    if not signed:
        api.add_gateway_response(
            "NoSuchRoute",
            type=apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN,
            status_code="404",
            response_headers={"Content-Type": "'application/problem+json'"},
            templates={"application/json": NO_SUCH_ROUTE},
        )
    for kind, problem in (
        (apigateway.ResponseType.BAD_REQUEST_BODY, NOT_VALID),
        (apigateway.ResponseType.DEFAULT_4_XX, PROBLEM),
        (apigateway.ResponseType.DEFAULT_5_XX, PROBLEM),
    ):
        api.add_gateway_response(
            kind.response_type.title().replace("_", ""),
            type=kind,
            response_headers={"Content-Type": "'application/problem+json'"},
            templates={"application/json": problem},
        )
