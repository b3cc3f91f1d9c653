"""Containers: the services on Fargate, and the load balancer in front of them."""

from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import Matches, ResourceId, Section
from config.sections.container_traffic import Deployment, Route, Scaling

FARGATE_MEMORY_MIB = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16_384 + 1, 1024),
    4096: range(8192, 30_720 + 1, 1024),
    8192: range(16_384, 61_440 + 1, 4096),
    16_384: range(32_768, 122_880 + 1, 8192),
}
"""CPU units and the memory that Fargate offers with them (ECS developer guide, task size)."""

STACKS = 16
"""Stacks that services are spread over. Changing it moves services, which replaces them."""
SERVICES_PER_STACK = 20
"""At about 22 resources a service, CloudFormation's 500 a stack hold no more."""
MOST_SERVICES = 150
"""Each leaves an output in the stack of the load balancer, of 200 that CloudFormation takes."""
MOST_TARGET_GROUPS = 100
"""Of a load balancer: a quota of AWS that cannot be raised. Its rules have the same."""

EnvironmentName = Annotated[str, Matches(r"[A-Z][A-Z0-9_]{0,127}", "an upper-case name such as LOG_LEVEL")]
IMAGE_TAG = r":(?!latest(?![\w.-]))\w[\w.-]{0,127}"
IMAGE_DIGEST = r"@sha256:[0-9a-f]{64}"
Image = Annotated[
    str,
    Field(max_length=512),
    Matches(
        rf"([A-Z][A-Za-z0-9]{{1,31}}|[a-z0-9][a-z0-9._-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)+)"
        rf"({IMAGE_TAG}({IMAGE_DIGEST})?|{IMAGE_DIGEST})",
        "REGISTRY/NAME, or the id of a repository, with a tag other than latest, or a digest",
    ),
]
UrlPath = Annotated[
    str, Matches(r"/[A-Za-z0-9_./~\"'@:+&%=-]{0,127}", "a path that begins with a slash, such as /health")
]


def fargate_offers(cpu_units: int, memory_mib: int) -> tuple[bool, str]:
    """Return whether Fargate offers that memory with that CPU, and the rule in words."""
    offered = FARGATE_MEMORY_MIB[cpu_units]
    step = f" in steps of {offered.step}" if isinstance(offered, range) else f" ({', '.join(map(str, offered))})"
    return memory_mib in offered, f"must be {offered[0]} to {offered[-1]}{step} with {cpu_units} cpu_units (Fargate)"


class ContainerService(Section):
    """A service on Fargate. Everything that a production service needs comes with it."""

    id: ResourceId
    """Construct id and name of the service, never reused: changing it makes a new service."""

    image: Image
    """Image, such as 111122223333.dkr.ecr.us-east-1.amazonaws.com/reports:1.4.0, or Images:1.4.0 of the repository
    `Images` in `data.image_repositories`; built for `architecture`. For a process that is not root to write to /tmp,
    the image declares it: `VOLUME ["/tmp"]`."""

    command: tuple[str, ...] = ()
    """What runs instead of the image's own command."""

    architecture: Literal["arm64", "x86-64"] = "arm64"
    """Processor; arm64 costs a fifth less."""

    cpu_units: Literal[256, 512, 1024, 2048, 4096, 8192, 16_384] = 256
    """CPU of a task; 1,024 units are one vCPU. The collector of traces shares it."""

    memory_mib: int = 512
    """Memory of a task: what Fargate offers with its CPU."""

    min_tasks: Annotated[int, Field(ge=0, le=1000)] = 1
    """Tasks that it never goes below; production asks for two."""

    max_tasks: Annotated[int, Field(ge=1, le=1000)] = 4
    """Tasks that it never goes beyond."""

    spot_percent: Annotated[int, Field(ge=0, le=100)] = 0
    """Share of the tasks on Fargate Spot, which costs a third and may be taken away with two minutes' notice."""

    port: Annotated[int, Field(ge=1024, le=65_535)] | None = 8080
    """Where it listens; none: nowhere. A process that is not root cannot listen below 1024."""

    user: Annotated[
        str, Matches(r"[1-9][0-9]{0,8}(:[1-9][0-9]{0,8})?", "a number, or two as USER:GROUP; not 0, which is root")
    ] = "10001:10001"
    """Who the process is."""

    route: Route | None = None
    """Requests that it gets from the load balancer; none: it is internal."""

    health_path: UrlPath = "/health"
    """Path that answers 200 to the load balancer while a task can take requests."""

    health_command: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    """Command in the container that succeeds while it is well; none: the process alone decides."""

    start_seconds: Annotated[int, Field(ge=0, le=300)] = 30
    """Time to start in which a failing check does not count."""

    stop_seconds: Annotated[int, Field(ge=2, le=120)] = 30
    """Time from being asked to stop to being stopped, in which it ends what it does."""

    environment: dict[EnvironmentName, Annotated[str, Field(max_length=4096)]] = Field(
        default_factory=dict, max_length=50
    )
    """Plain settings, which anybody may read in the template: never a secret."""

    secrets: dict[EnvironmentName, ResourceId] = Field(default_factory=dict, max_length=50)
    """Variables that hold a secret: id of the secret (in `compute.containers.secrets` or
    `security.secrets`) by name of the variable."""

    settings: dict[EnvironmentName, ResourceId] = Field(default_factory=dict, max_length=50)
    """Variables that hold a plain setting of Parameter Store as it was when the task started: id of the setting (in
    `security.settings`) by name of the variable."""

    tables: tuple[ResourceId, ...] = ()
    """Tables that it reads and writes; TABLE_<ID> holds the name."""

    buckets: tuple[ResourceId, ...] = ()
    """Buckets that it reads and writes; BUCKET_<ID> holds the name."""

    databases: tuple[ResourceId, ...] = ()
    """Databases that it signs in to as the application's user, with IAM; DATABASE_<ID>_HOST, _PORT, _NAME and _USER say
    how."""

    caches: tuple[ResourceId, ...] = ()
    """Caches that it signs in to, with IAM; CACHE_<ID>_HOST, _PORT, _NAME and _USER say how."""

    migrates: tuple[ResourceId, ...] = ()
    """Those of `databases` whose schema it changes when it starts, as the user for migrations: DATABASE_<ID>_MIGRATOR,
    and _DIRECT_HOST and _DIRECT_PORT where a proxy is."""

    sends: tuple[ResourceId, ...] = ()
    """Queues (in `compute.messages.queues`) that it sends to; QUEUE_<ID>_URL holds the address."""

    works_off: ResourceId | None = None
    """Queue that it works off; QUEUE_<ID>_URL holds the address."""

    publishes: bool = False
    """Whether it puts events on the bus of `compute.messages`; BUS_NAME holds its name."""

    calls: tuple[ResourceId, ...] = ()
    """Services that it calls directly, by the name SERVICE.NAMESPACE."""

    deployment: Deployment = Deployment()
    """How a new version takes over."""

    scaling: Scaling = Scaling()
    """When it grows."""

    allows_shell: bool = False
    """Whether people may open a shell in a task (ECS Exec); what they type is logged. Production refuses it."""

    tracing: bool = True
    """Whether a collector beside the process sends its traces (OTLP at localhost:4317) to X-Ray."""

    instrumentation: Literal["none", "python"] = "none"
    """Whether AWS's OpenTelemetry is laid beside a Python process when it starts, so that it traces
    `monitoring.traced_percent` of its requests, calls of AWS and queries without a change of the image. Where the
    image sets PYTHONPATH, give it in `environment` again."""

    @property
    def shifts(self) -> bool:
        """Whether deployments move requests from one set of tasks to another."""
        return self.deployment.strategy != "rolling"

    @model_validator(mode="after")
    def _size_is_offered(self) -> Self:
        """Fargate offers some memory with some CPU."""
        fits, rule = fargate_offers(self.cpu_units, self.memory_mib)
        self._require(fits, "memory_mib", rule)
        self._require(self.max_tasks >= self.min_tasks, "max_tasks", f"must be >= {self.min_tasks} (min_tasks)")
        fits = self.tracing or self.instrumentation == "none"
        self._require(fits, "instrumentation", "must be none without tracing: nobody takes the traces")
        return self

    @model_validator(mode="after")
    def _route_fits(self) -> Self:
        """Requests need a port to go to; shifting and counting them needs a route."""
        self._require(not self.route or self.port is not None, "port", "must be given where a route is")
        self._require(
            not self.shifts or self.route is not None,
            "route",
            f"must be given for a {self.deployment.strategy} deployment",
        )
        self._require(
            self.scaling.requests_per_task is None or (self.route is not None and not self.shifts),
            "scaling.requests_per_task",
            "must be none without the route of a rolling service",
        )
        self._require(
            self.scaling.messages_per_task is None or self.works_off is not None,
            "scaling.messages_per_task",
            "must be none without works_off",
        )
        unknown = sorted(set(self.migrates) - set(self.databases))
        self._require(not unknown, "migrates", "must be databases that it signs in to (databases)", unknown)
        both = sorted(set(self.environment) & set(self.secrets))
        self._require(not both, "secrets", "must not name variables that environment sets", both)
        both = sorted({*self.environment, *self.secrets} & set(self.settings))
        self._require(not both, "settings", "must not name variables that environment or secrets set", both)
        return self


class LoadBalancer(Section):
    """The load balancer that services with a route stand behind; there is none without such a service."""

    certificate_arn: (
        Annotated[
            str,
            Matches(
                r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]{36}",
                "arn:aws:acm:REGION:ACCOUNT:certificate/ID",
            ),
        ]
        | None
    ) = None
    """Certificate of its domain, in the environment's region. With it, it speaks HTTPS only; without, plain HTTP, and
    then only CloudFront may reach it, which speaks HTTPS to the world."""

    cloudfront_prefix_list_id: Annotated[str, Matches(r"pl-[0-9a-f]{8,17}", "an id such as pl-3b927c52")] | None = None
    """Id, in the region, of the prefix list com.amazonaws.global.cloudfront.origin-facing (`aws ec2
    describe-managed-prefix-lists`). With it, only CloudFront may reach the load balancer; without, everybody."""

    idle_timeout_seconds: Annotated[int, Field(ge=1, le=4000)] = 60
    """Time after which a silent connection is closed; services keep theirs open for longer."""


class Containers(Section):
    """Services on Fargate; without any, nothing of it is there or costs anything."""

    services: Annotated[tuple[ContainerService, ...], Field(max_length=MOST_SERVICES)] = ()
    """The services. Order does not matter; ids do."""

    load_balancer: LoadBalancer = LoadBalancer()
    """What stands in front of those with a route."""

    secrets: tuple[ResourceId, ...] = ()
    """Secrets of the services. Each begins as a random text; whoever owns it writes its value."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """Ids, priorities and conditions are each one service's."""
        self._unique("services", "have different ids", [service.id for service in self.services])
        self._unique("secrets", "differ from each other", list(self.secrets))
        routes = [service.route for service in self.services if service.route]
        self._unique("services", "have routes with different priorities", [route.priority for route in routes])
        places = [(host, path) for route in routes for host in route.hosts or ("",) for path in route.paths or ("",)]
        self._unique("services", "have routes that no other service has", [f"{host}{path}" for host, path in places])
        return self

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        """Services that a service calls are there."""
        called = {service.id: service for service in self.services}
        for service in self.services:
            for name in service.calls:
                fits = name in called and name != service.id and called[name].port and not called[name].shifts
                self._require(bool(fits), "services", "must call other services, which have a port and roll", name)
        return self

    @model_validator(mode="after")
    def _quotas_hold(self) -> Self:
        """The load balancer and the stacks take so many services, and no more."""
        groups = sum(1 + service.shifts for service in self.services if service.route)
        self._require(
            groups <= MOST_TARGET_GROUPS,
            "services",
            f"must need at most {MOST_TARGET_GROUPS} target groups (one a route, two where it shifts)",
            groups,
        )
        for number, services in services_by_stack(self.services).items():
            self._require(
                len(services) <= SERVICES_PER_STACK,
                "services",
                f"must put at most {SERVICES_PER_STACK} into stack {number}: give one another id",
                [service.id for service in services],
            )
        exposed = any(service.route for service in self.services)
        balancer = self.load_balancer
        self._require(
            not exposed or bool(balancer.certificate_arn or balancer.cloudfront_prefix_list_id),
            "load_balancer.certificate_arn",
            "must be given where a service has a route, or cloudfront_prefix_list_id must",
        )
        return self

    def _unique(self, field: str, rule: str, values: list[object] | list[str] | list[int]) -> None:
        twice = sorted({str(value) for value in values if values.count(value) > 1})  # type: ignore[arg-type]
        self._require(not twice, field, f"must {rule}", twice)


def repository_of(image: str) -> str | None:
    """Return the id of the repository that an image names; none: it names a registry."""
    return image.partition("@")[0].partition(":")[0] if image[0].isupper() else None


def services_by_stack(services: tuple[ContainerService, ...]) -> dict[int, tuple[ContainerService, ...]]:
    """Return the services of each stack that has any, by its number: a service's id alone decides where it is."""
    by_stack: dict[int, list[ContainerService]] = {}
    for service in services:
        by_stack.setdefault(int(sha256(service.id.encode()).hexdigest(), 16) % STACKS, []).append(service)
    return {number: tuple(by_stack[number]) for number in sorted(by_stack)}
