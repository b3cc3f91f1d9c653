"""Compute: the serverless to-do API, and services in containers."""

from typing import Annotated, Literal

from pydantic import Field

from config.sections.base import LogRetentionDays, ResourceId, Section
from config.sections.containers import Containers


class Api(Section):
    """The REST API and the function behind it."""

    table: ResourceId = "Todos"
    """Id of the table (in `data.tables`) that holds the items."""

    authorization: Literal["cognito", "aws-iam", "none"] = "cognito"
    """Who may call: `cognito` asks for an access token of a user in `data.users`; `aws-iam` asks for a signed request
    (SigV4) and a policy that allows execute-api:Invoke; `none` is open to whoever reaches the address."""

    rate_limit_per_second: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Sustained requests a second before API Gateway answers 429."""

    burst_limit: Annotated[int, Field(ge=1, le=5_000)] = 200
    """Requests at once before API Gateway answers 429."""

    memory_mib: Annotated[int, Field(ge=128, le=10_240)] = 512
    """Memory of the function; its share of CPU grows with it."""

    timeout_seconds: Annotated[int, Field(ge=1, le=29)] = 10
    """Time limit of one request; API Gateway gives up after 29 seconds."""

    reserved_concurrency: Annotated[int, Field(ge=1, le=1_000)] = 50
    """Executions at once, at most: taken from the account's quota and kept for this function. AWS leaves 100 of
    the quota to the other functions, so it needs a quota of this and 100 more."""


class Compute(Section):
    """What runs."""

    log_retention_days: LogRetentionDays = 30
    """Days that logs of functions and of API access are kept."""

    api: Api = Api()
    """The to-do API."""

    containers: Containers = Containers()
    """Services on Fargate."""
