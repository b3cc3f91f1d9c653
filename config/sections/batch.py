"""Batch: jobs on Fargate that run when somebody submits them, and cost nothing until then."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import ResourceId, Section, unique
from config.sections.containers import EnvironmentName, Image, fargate_offers


class Job(Section):
    """A kind of job: what it runs, on how much."""

    id: ResourceId
    """Construct id and name of the job definition."""

    image: Image
    """Image, built for `architecture`."""

    command: Annotated[tuple[str, ...], Field(min_length=1)]
    """What runs. An exit code of 2 says that trying again is no use."""

    architecture: Literal["arm64", "x86-64"] = "arm64"
    """Processor; arm64 costs a fifth less."""

    cpu_units: Literal[256, 512, 1024, 2048, 4096, 8192, 16_384] = 256
    """CPU of a job; 1,024 units are one vCPU."""

    memory_mib: int = 512
    """Memory of a job: what Fargate offers with its CPU."""

    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    """Attempts in all, the first one included: Spot takes capacity away with two minutes' notice."""

    timeout_minutes: Annotated[int, Field(ge=1, le=20_160)] = 60
    """Time limit of an attempt."""

    environment: dict[EnvironmentName, Annotated[str, Field(max_length=4096)]] = Field(
        default_factory=dict, max_length=50
    )
    """Plain settings: never a secret."""

    buckets: tuple[ResourceId, ...] = ()
    """Buckets that it reads and writes; BUCKET_<ID> holds the name."""

    @model_validator(mode="after")
    def _size_is_offered(self) -> Self:
        """Fargate offers some memory with some CPU."""
        fits, rule = fargate_offers(self.cpu_units, self.memory_mib)
        self._require(fits, "memory_mib", rule)
        return self


class Batch(Section):
    """Jobs and the capacity they share; without any job, nothing of it is there."""

    jobs: tuple[Job, ...] = ()
    """Kinds of jobs."""

    spot: bool = True
    """Whether they run on Fargate Spot, for a third of the price."""

    max_vcpus: Annotated[int, Field(ge=1, le=4000)] = 16
    """vCPUs that all jobs together use at most; the others wait."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """Jobs are told apart."""
        names = [job.id for job in self.jobs]
        self._require(unique(names), "jobs", "must have different ids", names)
        return self
