"""Calls to ministack's own service API, with parameters shaped after botocore's model of it."""

import json
import os
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.model import Shape

from emulator import ministack_internals as ministack

_SCALARS: dict[str, Callable[[Any], Any]] = {
    "boolean": lambda value: str(value).lower() == "true",
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
}
_creating = threading.Lock()


def call(service: str, operation: str, properties: dict[str, Any] | None = None, /, **parameters: Any) -> Any:
    """Call an operation as the account and region of the stack that is being deployed.

    `properties` are a template's: those which the operation has no parameter for are left out, and values
    get the type that the operation wants (templates write 5 as "5", true as "true", a policy as an object).
    `parameters` are the operation's own, and win.
    """
    client = _client(service, ministack.account(), ministack.region())
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape
    shaped = {**fit(properties or {}, shape), **fit(parameters, shape)} if shape else {}
    return getattr(client, operation)(**shaped)


def fit(value: Any, shape: Shape) -> Any:
    """Return a template's value in the shape that the API wants: names, nesting and scalar types."""
    match shape.type_name:
        case "structure":
            given = {key.lower(): item for key, item in value.items() if item is not None}
            return {
                name: fit(given[name.lower()], member)
                for name, member in shape.members.items()
                if name.lower() in given
            }
        case "list":
            return [fit(item, shape.member) for item in value]
        case "map":
            pairs = {tag["Key"]: tag["Value"] for tag in value} if isinstance(value, list) else value
            return {key: fit(item, shape.value) for key, item in pairs.items()}
        case "boolean" | "integer" | "long" | "float" | "double" as kind:
            return _SCALARS[kind](value)
        case "string" if not isinstance(value, str):
            return json.dumps(value)
    return value


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


@cache
def _client(service: str, account: str, region: str) -> Any:
    with _creating:  # botocore's sessions are not thread-safe, and stacks deploy side by side
        return _session().create_client(
            service,
            endpoint_url=f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="emulator",  # noqa: S106 (ministack takes any)
            config=Config(inject_host_prefix=False, retries={"total_max_attempts": 1}, read_timeout=900),
        )
