"""Resilient: enough of each, and a deployment that fails stops by itself."""

from collections.abc import Iterator

from infra.assembly.model import describe, targets_in
from infra.assembly.values import at, at_least, is_true
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise

FEWEST_PERCENT = 50
CLUSTERS = {
    "AWS::RDS::DBCluster": "AWS::RDS::DBInstance",
    "AWS::DocDB::DBCluster": "AWS::DocDB::DBInstance",
    "AWS::Neptune::DBCluster": "AWS::Neptune::DBInstance",
}


@promise("resilient.readers", "Every database cluster has as many readers as the config says, beside its writer.")
def readers(context: Context) -> Iterator[Finding]:
    """A reader is what the cluster fails over to."""
    if not context.policy.min_readers:
        return
    for kind, member_kind in CLUSTERS.items():
        members = list(context.of_type(member_kind))
        for cluster in context.of_type(kind):
            if "DBClusterInstanceClass" in cluster.resolved:
                continue  # a Multi-AZ cluster brings its own two readers
            own = [m for m in members if any(t.resource is cluster for t in targets_in(m.get("DBClusterIdentifier")))]
            named = [
                m for m in members if m.get("DBClusterIdentifier") == cluster.get("DBClusterIdentifier", default=0)
            ]
            count = len({*own, *named}) - 1
            if count < context.policy.min_readers:
                message = f"{max(count, 0)} readers beside the writer instead of {context.policy.min_readers}"
                yield Finding(cluster, "DBInstance", message)


@promise("resilient.tasks", "Every container service runs as many tasks as the config says, also at its quietest.")
def tasks(context: Context) -> Iterator[Finding]:
    """Both the service's own count and the lower limit of its scaling."""
    minimum = context.policy.min_tasks
    if not minimum:
        return
    targets = [
        t for t in context.of_type("AWS::ApplicationAutoScaling::ScalableTarget") if t.get("ServiceNamespace") == "ecs"
    ]
    scaled = {reference.resource for target in targets for reference in targets_in(target.get("ResourceId"))}
    for target in targets:
        if not at_least(target.get("MinCapacity"), minimum):
            yield Finding(target, "MinCapacity", f"must be >= {minimum}, is {describe(target.get('MinCapacity'))}")
    for service in context.of_type("AWS::ECS::Service"):
        count = service.get("DesiredCount")
        if service.get("SchedulingStrategy") == "DAEMON" or (count is None and service in scaled):
            continue
        if not at_least(count, minimum):
            yield Finding(service, "DesiredCount", f"must be >= {minimum}, is {describe(count)}")
        kept = service.get("DeploymentConfiguration", "MinimumHealthyPercent", default=100)
        if not at_least(kept, FEWEST_PERCENT):
            message = f"must be >= {FEWEST_PERCENT}, is {describe(kept)}: a deployment would stop too many"
            yield Finding(service, "DeploymentConfiguration.MinimumHealthyPercent", message)


@promise(
    "resilient.circuit-breaker",
    "A deployment of a container service that fails stops by itself and is rolled back.",
)
def circuit_breaker(context: Context) -> Iterator[Finding]:
    """CodeDeploy brings its own."""
    place = "DeploymentConfiguration.DeploymentCircuitBreaker"
    for service in context.of_type("AWS::ECS::Service"):
        if service.get("DeploymentController", "Type", default="ECS") != "ECS":
            continue
        for name in ("Enable", "Rollback"):
            if not any(map(is_true, at(service.resolved, f"{place}.{name}"))):
                yield Finding(service, f"{place}.{name}", "is not on")
