"""What can be done: each remedy looks first, changes one thing, and leaves every other setting as it is.

The three have the same four verbs: `resource`, `plan`, `is_done`, `apply`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .alarms import Alarm
from .decisions import NothingError

CHANGED_MEANWHILE = ("PreconditionFailedException", "ResourceConflictException")
FUNCTION = (frozenset({"AWS/Lambda"}), ("FunctionName",))
SERVICE = (frozenset({"AWS/ECS", "ECS/ContainerInsights"}), ("ClusterName", "ServiceName"))
Change = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """How far a remedy may go, and the tag that lets it touch a resource."""

    tag: tuple[str, str]
    memory_ceiling_mib: int


class FunctionRemedy:
    """What the two remedies of functions share: which one, may it, is it at rest, change it if nobody else did."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def resource(self, alarm: Alarm) -> tuple[str, ...]:
        """Return what the alarm is about, from its dimensions."""
        return alarm.resource(*FUNCTION)

    def settings(self, resource: tuple[str, ...], limits: Limits) -> dict[str, Any]:
        """Return how the function is set. Raises NothingError unless it is tagged and at rest."""
        (name,) = resource
        found: dict[str, Any] = self.client.get_function_configuration(FunctionName=name)
        _require_tag(self.client.list_tags(Resource=found["FunctionArn"])["Tags"], limits.tag)
        if found.get("LastUpdateStatus") == "InProgress":
            raise NothingError("an update of the function is under way")
        if self.client.list_aliases(FunctionName=name)["Aliases"]:
            raise NothingError("callers reach a published version, which nothing but a deployment changes")
        return found

    def update(self, resource: tuple[str, ...], revision: str, **setting: Any) -> None:
        """Change one setting. Raises NothingError where somebody else was faster."""
        (name,) = resource
        try:
            # Only what is named changes, and only if the revision is still the one that was read.
            self.client.update_function_configuration(FunctionName=name, RevisionId=revision, **setting)
        except self.client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in CHANGED_MEANWHILE:
                raise NothingError("somebody else changed the function meanwhile") from error
            raise


class RaiseMemory(FunctionRemedy):
    """Doubles a function's memory, and with it its share of a processor, up to the ceiling."""

    def plan(self, resource: tuple[str, ...], limits: Limits) -> Change:
        """Return the change. Raises NothingError where none is allowed, or none is needed."""
        settings = self.settings(resource, limits)
        memory = settings["MemorySize"]
        if memory >= limits.memory_ceiling_mib:
            raise NothingError(f"the function has {memory} MiB already, and {limits.memory_ceiling_mib} is the ceiling")
        raised = min(memory * 2, limits.memory_ceiling_mib)
        return {"memory_mib": raised, "memory_mib_before": memory, "revision": settings["RevisionId"]}

    def is_done(self, resource: tuple[str, ...], change: Change) -> bool:
        """Whether a change that was begun took place."""
        settings = self.client.get_function_configuration(FunctionName=resource[0])
        return bool(settings["MemorySize"] == change["memory_mib"])

    def apply(self, resource: tuple[str, ...], change: Change) -> None:
        """Make the change."""
        self.update(resource, change["revision"], MemorySize=change["memory_mib"])


class RecycleFunction(FunctionRemedy):
    """Retires a function's execution environments: a changed description starts new ones."""

    MARK = re.compile(r" \(recycled [0-9TZ:.+-]+\)$")
    LONGEST = 256

    def plan(self, resource: tuple[str, ...], limits: Limits) -> Change:
        """Return the change. Raises NothingError where none is allowed, or none is needed."""
        settings = self.settings(resource, limits)
        mark = f" (recycled {datetime.now(UTC).isoformat(timespec='seconds')})"
        before = self.MARK.sub("", settings.get("Description", ""))
        if len(before) + len(mark) > self.LONGEST:
            raise NothingError("the function's description leaves no room for the mark that recycles it")
        return {"description": before + mark, "revision": settings["RevisionId"]}

    def is_done(self, resource: tuple[str, ...], change: Change) -> bool:
        """Whether a change that was begun took place."""
        settings = self.client.get_function_configuration(FunctionName=resource[0])
        return bool(settings.get("Description") == change["description"])

    def apply(self, resource: tuple[str, ...], change: Change) -> None:
        """Make the change."""
        self.update(resource, change["revision"], Description=change["description"])


class RedeployService:
    """Replaces all tasks of an ECS service with new ones of the same task definition."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def resource(self, alarm: Alarm) -> tuple[str, ...]:
        """Return what the alarm is about, from its dimensions."""
        return alarm.resource(*SERVICE)

    def plan(self, resource: tuple[str, ...], limits: Limits) -> Change:
        """Return the change. Raises NothingError where none is allowed, or none is needed."""
        service = self._service(resource)
        _require_tag({tag["key"]: tag["value"] for tag in service.get("tags", [])}, limits.tag)
        if len(service["deployments"]) > 1 or service["deployments"][0].get("rolloutState") == "IN_PROGRESS":
            raise NothingError("a deployment of the service is under way")
        if service["runningCount"] >= service["desiredCount"]:
            raise NothingError("the service runs all its tasks by now")
        return {"task_definition": service["taskDefinition"], "deployment_before": service["deployments"][0]["id"]}

    def is_done(self, resource: tuple[str, ...], change: Change) -> bool:
        """Whether a change that was begun took place."""
        ids = [deployment["id"] for deployment in self._service(resource)["deployments"]]
        return bool(change["deployment_before"] != ids[0])

    def apply(self, resource: tuple[str, ...], change: Change) -> None:
        """Make the change."""
        cluster, name = resource
        self.client.update_service(cluster=cluster, service=name, forceNewDeployment=True)

    def _service(self, resource: tuple[str, ...]) -> dict[str, Any]:
        cluster, name = resource
        found = self.client.describe_services(cluster=cluster, services=[name], include=["TAGS"])["services"]
        if not found or found[0]["status"] != "ACTIVE":
            raise NothingError("there is no such service")
        service: dict[str, Any] = found[0]
        return service


def _require_tag(tags: Mapping[str, str], tag: tuple[str, str]) -> None:
    key, value = tag
    if tags.get(key) != value:
        raise NothingError(f"the resource is not tagged {key}={value}")


REMEDIES: Mapping[str, tuple[str, type[RaiseMemory | RecycleFunction | RedeployService]]] = {
    "raise-memory": ("lambda", RaiseMemory),
    "recycle-function": ("lambda", RecycleFunction),
    "redeploy-service": ("ecs", RedeployService),
}
"""By name: the API that it needs, and what it does."""
