"""Pipeline: where the source is, and which environments a push goes through."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.sections.base import Matches, Name, Section, unique
from config.sections.images import BuiltImage


class Pipeline(Section):
    """A delivery pipeline, hosted in the account of the environment that has this section."""

    repository: Annotated[str, Matches(r"[A-Za-z0-9-]+/[A-Za-z0-9_.-]+", "OWNER/NAME")]
    """GitHub repository."""

    branch: Annotated[
        str,
        Matches(
            r"(?!.*(//|\.\.|@\{))[A-Za-z0-9_][A-Za-z0-9_./#@+=,-]{0,254}(?<![./])",
            "the name of a branch, of letters, digits and _./#@+=,-",
        ),
    ] = "main"
    """Branch whose pushes are delivered."""

    connection_arn: Annotated[
        str,
        Matches(
            r"arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:[0-9]{12}:connection/[0-9a-f-]+",
            "arn:aws:codeconnections:REGION:ACCOUNT:connection/ID",
        ),
    ]
    """CodeConnections connection to GitHub; somebody completes its handshake once in the console."""

    stages: Annotated[tuple[Name, ...], Field(min_length=1)] = ("dev", "staging", "prod")
    """Environments in the order in which a push reaches them."""

    together: tuple[Annotated[tuple[Name, ...], Field(min_length=2)], ...] = ()
    """Groups of stages, next to each other in `stages`, that a push reaches at the same time: the same platform in
    several regions. One approval is for all of a group, and all go on when all are proved."""

    images: tuple[BuiltImage, ...] = ()
    """Images that are built, scanned and pushed before anything is deployed."""

    approval_before: tuple[Name, ...] = ("prod",)
    """Environments that wait for a person's approval."""

    checks_drift: bool = True
    """Whether a push stops before an environment that waits for approval and that somebody changed by hand: the
    deployment would take that back, or fail on it."""

    load_tested: tuple[Name, ...] = ()
    """Environments that take a short load after each deployment, and must keep the service levels under it."""

    watch_minutes: Annotated[int, Field(ge=0, le=45)] = 10
    """How long the alarms of an environment that waits for approval are watched after its deployment; one that goes
    off takes the deployment back."""

    @property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """The stages in order, those together that a push reaches at the same time."""
        groups = {name: group for group in self.together for name in group}
        return tuple(dict.fromkeys(groups.get(name, (name,)) for name in self.stages))

    @model_validator(mode="after")
    def _stages_named_once(self) -> Self:
        """A push reaches an environment once, and only stages can wait for approval or be tested."""
        for field in ("stages", "approval_before", "load_tested"):
            self._require(unique(getattr(self, field)), field, "must differ from each other")
        for field in ("approval_before", "load_tested"):
            self._require(
                set(getattr(self, field)) <= set(self.stages), field, f"must name stages ({', '.join(self.stages)})"
            )
        return self

    @model_validator(mode="after")
    def _groups_are_neighbours(self) -> Self:
        """What a push reaches at the same time stands together, and an image is built once."""
        grouped = {name for group in self.together for name in group}
        ordered = [name for wave in self.waves for name in wave]
        rule = f"must be groups of stages in their order, each stage in one group ({', '.join(self.stages)})"
        self._require(grouped <= set(self.stages) and ordered == list(self.stages), "together", rule)
        self._require(unique(image.id for image in self.images), "images", "must have different ids")
        return self
