"""Pipeline: where the source is, and which environments a push goes through."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from config.sections.base import Name, Section, unique


class Pipeline(Section):
    """A delivery pipeline, hosted in the account of the environment that has this section."""

    repository: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$")]
    """GitHub repository as OWNER/NAME."""

    branch: Annotated[str, StringConstraints(min_length=1, max_length=255)] = "main"
    """Branch whose pushes are delivered."""

    connection_arn: Annotated[
        str,
        StringConstraints(
            pattern=r"^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:[0-9]{12}:connection/[0-9a-f-]+$"
        ),
    ]
    """CodeConnections connection to GitHub; somebody completes its handshake once in the console."""

    stages: Annotated[tuple[Name, ...], Field(min_length=1)] = ("dev", "staging", "prod")
    """Environments in the order in which a push reaches them."""

    approval_before: tuple[Name, ...] = ("prod",)
    """Environments that wait for a person's approval."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not unique(self.stages):
            raise ValueError(f"stages must differ from each other, got {self.stages}")
        if strangers := set(self.approval_before) - set(self.stages):
            raise ValueError(f"approval_before must name stages, got {', '.join(sorted(strangers))}")
        return self
