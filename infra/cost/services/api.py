"""API Gateway: REST, HTTP and WebSocket APIs, and their caches."""

from collections.abc import Iterator

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, Free, fixed, hours, priced, text, usage


@priced("AWS::ApiGateway::RestApi")
def rest_api(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Requests, and the answers that leave AWS."""
    yield usage("requests", "apigw.rest", context.assume("api_requests_millions", "1M requests"))
    yield usage("data out", "egress", context.assume("api_egress_gb", "GB"))


@priced("AWS::ApiGatewayV2::Api")
def http_or_websocket_api(resource: Resource, context: Context) -> Iterator[Answer]:
    """An HTTP API bills requests; a WebSocket API bills messages and connected minutes."""
    if text(resource, "ProtocolType", default="HTTP") == "WEBSOCKET":
        messages = context.assume("websocket_messages_millions", "1M messages")
        minutes = context.assume("websocket_minutes_millions", "1M minutes")
        yield usage("messages", "apigw.websocket_messages", messages)
        yield usage("connected minutes", "apigw.websocket_minutes", minutes)
    else:
        yield usage("requests", "apigw.http", context.assume("api_requests_millions", "1M requests"))
    yield usage("data out", "egress", context.assume("api_egress_gb", "GB"))


@priced("AWS::ApiGateway::Stage")
def stage(resource: Resource, _context: Context) -> Iterator[Answer]:
    """A stage is free; its cache is billed by the hour, by size."""
    if text(resource, "CacheClusterEnabled", default="false").lower() != "true":
        yield Free("billed as requests of its API")
        return
    size = text(resource, "CacheClusterSize", default="0.5")
    yield fixed("cache", f"apigw.cache_{size}.hour", hours())
