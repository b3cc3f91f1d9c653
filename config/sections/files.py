"""Files that workloads share: EFS, as a list whose ids are a contract."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from config.sections.base import Matches, ResourceId, Section, no_lookalike, unique

LifecycleDays = Annotated[Literal[1, 7, 14, 30, 60, 90, 180, 270, 365], BeforeValidator(no_lookalike)]
"""Days that EFS counts to: the values that its lifecycle policies accept."""

PosixId = Annotated[int, Field(ge=1, le=4_294_967_295)]
"""Of a POSIX user or group; not 0, who is root."""


class Door(Section):
    """A folder, and the user as whom everybody works who comes in here. Changing it moves no file."""

    id: ResourceId
    """Construct id; workloads name the door by it."""

    path: Annotated[
        str,
        Matches(
            r"(?=.{2,100}$)(/(?!\.)[A-Za-z0-9._-]+){1,4}",
            "a path of 1-4 folders such as /uploads, at most 100 characters",
        ),
    ]
    """The folder; the first mount makes it."""

    uid: PosixId = 1000
    """POSIX user."""

    gid: PosixId = 1000
    """POSIX group."""

    permissions: Annotated[str, Matches(r"[0-7]{2}[0145]", "three octal digits such as 750, not writable for all")] = (
        "750"
    )
    """Permissions of the folder when it is made."""


class FileSystem(Section):
    """An EFS file system: encrypted with our key, over TLS and IAM only, mounted through its doors."""

    id: ResourceId
    """Construct id, never reused: changing it makes a new, empty file system."""

    doors: Annotated[tuple[Door, ...], Field(min_length=1)]
    """Ways in: one for each workload or purpose."""

    cold_after_days: LifecycleDays | None = 30
    """Days without a read after which a file moves to infrequent access; none: never. A read brings it back."""

    archive_after_days: LifecycleDays | None = 90
    """Days without a read after which a file moves to the archive; none: never."""

    @model_validator(mode="after")
    def _doors_differ(self) -> Self:
        """No two doors have the same id, or the same folder."""
        for field in ("id", "path"):
            values = [getattr(door, field) for door in self.doors]
            self._require(unique(values), "doors", f"must differ in {field}", values)
        own = [door.id for door in self.doors if door.id == "Access" or door.id.startswith("InIsolatedSubnet")]
        self._require(not own, "doors", "must have ids other than Access and InIsolatedSubnet...", own)
        return self

    @model_validator(mode="after")
    def _files_get_colder(self) -> Self:
        """The archive comes after infrequent access, and not without it."""
        archive, cold = self.archive_after_days, self.cold_after_days
        self._require(
            archive is None or cold is not None, "archive_after_days", "must be none where cold_after_days is none"
        )
        self._require(
            archive is None or cold is None or archive > cold,
            "archive_after_days",
            f"must be > {cold} (cold_after_days)",
        )
        return self
