"""Compute: the serverless to-do API, and services in containers."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import Days, LogRetentionDays, ResourceId, Section, unique
from config.sections.batch import Batch
from config.sections.containers import Containers
from config.sections.edge import HostName
from config.sections.load_test import LoadTest
from config.sections.messages import Messages
from config.sections.web_socket import WebSocket


class AnswerCache(Section):
    """A cache of answers to GET, encrypted and kept apart by caller. It is billed by the hour, used or not."""

    size_gb: Literal["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"] = "0.5"
    """Memory of the cache; changing it empties the cache."""

    ttl_seconds: Annotated[int, Field(ge=1, le=3_600)] = 5
    """How old an answer may be: for so long a caller may read what was before a change, its own included."""


class UsagePlan(Section):
    """Callers with a key each, and what they may ask for together. A key says who is counted, not who may call."""

    clients: Annotated[tuple[ResourceId, ...], Field(min_length=1, max_length=100)]
    """Who gets an API key. Its value is made by AWS: `aws apigateway get-api-key --api-key ID --include-value`."""

    asks_for_key: bool = True
    """Whether every route but the public ones asks for a key (`x-api-key`), beside the authorization. Off: keys can be
    handed out before they are asked for. The front end has none."""

    rate_limit_per_second: Annotated[int, Field(ge=1, le=10_000)] = 50
    """Sustained requests a second of each key."""

    burst_limit: Annotated[int, Field(ge=1, le=5_000)] = 100
    """Requests at once of each key."""

    requests_per_day: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    """Requests of each key in a day; none: as many as come."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """Each client has one key."""
        self._require(unique(self.clients), "clients", "must differ from each other")
        return self


class Canary(Section):
    """A program that asks the API for its health from outside, day and night; AWS bills each run."""

    every_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    """Time between two runs."""

    kept_days: Days = 30
    """Days that what a run saw is kept."""


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

    release: Literal["canary", "linear", "all-at-once"] = "canary"
    """How a new version of the function takes over: `canary` with a tenth of the requests for five minutes, `linear`
    with a tenth more every minute; an error meanwhile rolls the deployment back. `all-at-once` does not wait: callers
    reach the function itself, whose memory remediation may then raise."""

    domain: HostName | None = None
    """Name that the API answers to as well, below `edge.zone`: https://DOMAIN/v1; none: the one that AWS gives."""

    cache: AnswerCache | None = None
    """A cache before the function; none: every request reaches it."""

    usage_plan: UsagePlan | None = None
    """Callers with keys and limits of their own; none: `rate_limit_per_second` holds for all of them together."""

    canary: Canary | None = None
    """What asks from outside whether the API answers; none: the check after each deployment, and the alarms."""

    memory_mib: Annotated[int, Field(ge=128, le=10_240)] = 512
    """Memory of the function; its share of CPU grows with it."""

    timeout_seconds: Annotated[int, Field(ge=1, le=29)] = 10
    """Time limit of one request; API Gateway gives up after 29 seconds."""

    reserved_concurrency: Annotated[int, Field(ge=1, le=1_000)] = 50
    """Executions at once, at most: taken from the account's quota and kept for this function. AWS leaves 100 of
    the quota to the other functions, so it needs a quota of this and 100 more."""

    @model_validator(mode="after")
    def _cache_can_hit(self) -> Self:
        """A signed request is like no other, so no answer to one would be found again."""
        rule = "must be none where authorization is aws-iam: no signed request is like another"
        self._require(self.cache is None or self.authorization != "aws-iam", "cache", rule, "a cache")
        return self


class Compute(Section):
    """What runs."""

    log_retention_days: LogRetentionDays = 30
    """Days that logs of functions and of API access are kept."""

    api: Api = Api()
    """The to-do API."""

    containers: Containers = Containers()
    """Services on Fargate."""

    web_socket: WebSocket | None = None
    """The API over which clients stay connected; none: there is none."""

    batch: Batch = Batch()
    """Jobs on Fargate that run when they are submitted."""

    messages: Messages = Messages()
    """Queues, the event bus, schedules."""

    load_test: LoadTest | None = None
    """Workers of load tests; none: they run where the verb is typed."""

    @model_validator(mode="after")
    def _queues_are_worked_off(self) -> Self:
        """Services name queues that exist, each queue is worked off by one, and who publishes has a bus."""
        queues, place = {queue.id: queue for queue in self.messages.queues}, "containers.services"
        workers = [queue.id for queue in self.messages.queues if queue.function]
        for service in self.containers.services:
            named = [*service.sends, *([service.works_off] if service.works_off else [])]
            unknown = sorted(set(named) - set(queues))
            rule = (
                f"must name queues of compute.messages.queues ({', '.join(queues) or 'there is none'}) in {service.id}"
            )
            self._require(not unknown, place, rule, unknown)
            workers += [service.works_off] if service.works_off else []
            rule = f"must not publish without compute.messages.bus ({service.id})"
            self._require(not service.publishes or self.messages.bus is not None, place, rule, service.publishes)
        for name in queues:
            count = workers.count(name)
            self._require(
                count == 1, "messages.queues", f"must be worked off by one service or function ({name})", count
            )
        return self
