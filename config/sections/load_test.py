"""Load test: workers on Fargate that `load-test --workers` starts, and that are gone when it ends."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import Section
from config.sections.containers import Image, fargate_offers


class LoadTest(Section):
    """What load tests run on when one machine is not enough. Nothing runs, or costs, between them."""

    image: Image
    """Image of scripts/load, built for `architecture`."""

    architecture: Literal["arm64", "x86-64"] = "arm64"
    """Processor; arm64 costs a fifth less."""

    max_workers: Annotated[int, Field(ge=1, le=100)] = 10
    """Workers of one test, at most. Each plays some hundred users."""

    cpu_units: Literal[256, 512, 1024, 2048, 4096] = 1024
    """CPU of a worker, which uses one vCPU; 1,024 units are one."""

    memory_mib: int = 2048
    """Memory of a worker: what Fargate offers with its CPU."""

    report_days: Annotated[int, Field(ge=7, le=3_650)] = 30
    """Days that the reports of tests are kept."""

    @model_validator(mode="after")
    def _size_is_offered(self) -> Self:
        """Fargate offers some memory with some CPU."""
        fits, rule = fargate_offers(self.cpu_units, self.memory_mib)
        self._require(fits, "memory_mib", rule)
        return self
