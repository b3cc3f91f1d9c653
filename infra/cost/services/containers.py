"""Fargate: services, batch jobs, and the cluster around them."""

from collections.abc import Iterator
from typing import Any

from infra.assembly import Resource
from infra.cost.rules import (
    Answer,
    Context,
    Factor,
    Free,
    UnknownValueError,
    Unpriced,
    fixed,
    hours,
    items,
    mentioned,
    number,
    priced,
    text,
    usage,
)

CPU_UNITS_PER_VCPU = 1024
MIB_PER_GIB = 1024
FREE_STORAGE_GIB = 20


@priced("AWS::ECS::Service")
def service(resource: Resource, context: Context) -> Iterator[Answer]:
    """The tasks it never goes below, split between Fargate and Spot, and the average of those above them."""
    strategy = _strategy(resource, context)
    if not strategy:
        yield Unpriced("tasks", "runs on EC2 instances of the cluster")
        return
    definition = next(iter(mentioned(resource.get("TaskDefinition"))), None)
    if definition is None:
        yield Unpriced("tasks", "its task definition is not part of the assembly")
        return
    tasks = _minimum(resource, context)
    on_demand = _on_demand(strategy, tasks)
    extra = context.assume("service_tasks_above_minimum", "tasks")
    marginal = _on_demand(strategy, tasks + 1) - on_demand
    for provider, count, share in (
        ("fargate", on_demand, marginal),
        ("fargate_spot", tasks - on_demand, 1 - marginal),
    ):
        if count:
            yield from _tasks(definition, provider, "fixed", Factor(count, "tasks"))
        if extra.value and share:
            yield from _tasks(definition, provider, "usage", extra._replace(value=extra.value * share))
    network = resource.get("NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp")
    if network == "ENABLED" and tasks:
        yield fixed("public IPv4 addresses", "public_ipv4", Factor(tasks, "tasks"), hours())


def _tasks(definition: Resource, provider: str, bucket: str, count: Factor) -> Iterator[Answer]:
    architecture = text(definition, "RuntimePlatform", "CpuArchitecture", default="X86_64")
    price = f"{provider}.{'arm' if architecture == 'ARM64' else 'x86'}"
    charge = fixed if bucket == "fixed" else usage
    name = "Spot tasks" if provider == "fargate_spot" else "tasks"
    name = name if bucket == "fixed" else f"{name} above the minimum"
    vcpu = Factor(number(definition, "Cpu") / CPU_UNITS_PER_VCPU, "vCPU")
    memory = Factor(number(definition, "Memory") / MIB_PER_GIB, "GB")
    yield charge(f"{name}: vCPU", f"{price}.vcpu_hour", count, vcpu, hours())
    yield charge(f"{name}: memory", f"{price}.gb_hour", count, memory, hours())
    storage = number(definition, "EphemeralStorage", "SizeInGiB", default=FREE_STORAGE_GIB) - FREE_STORAGE_GIB
    if storage > 0:
        yield charge(f"{name}: storage", "fargate.ephemeral_gb_hour", count, Factor(storage, "GB"), hours())


def _strategy(resource: Resource, context: Context) -> list[dict[str, Any]]:
    """Its capacity providers, those of its cluster, or Fargate by launch type; empty: EC2."""
    own = items(resource, "CapacityProviderStrategy")
    if own:
        return own
    if text(resource, "LaunchType", default="") == "FARGATE":
        return [{"CapacityProvider": "FARGATE", "Weight": 1}]
    for home in mentioned(resource.get("Cluster")):
        associations = context.pointing_at(home, "AWS::ECS::ClusterCapacityProviderAssociations", "Cluster")
        for holder in (home, *associations):
            if default := items(holder, "DefaultCapacityProviderStrategy"):
                return default
    return []


def _minimum(resource: Resource, context: Context) -> float:
    """Tasks that auto scaling keeps at least, or the desired count without auto scaling."""
    for target in context.pointing_at(resource, "AWS::ApplicationAutoScaling::ScalableTarget", "ResourceId"):
        return number(target, "MinCapacity")
    return number(resource, "DesiredCount", default=1)


def _on_demand(strategy: list[dict[str, Any]], tasks: float) -> float:
    """Of `tasks`, those that ECS puts on Fargate itself: base counts first, the rest by weight."""
    try:
        shares = [
            (str(item["CapacityProvider"]), float(item.get("Base", 0)), float(item.get("Weight", 0)))
            for item in strategy
        ]
    except (KeyError, TypeError, ValueError):
        raise UnknownValueError("CapacityProviderStrategy is known only at deploy time") from None
    based = min(sum(base for _, base, _ in shares), tasks)
    weights = sum(weight for _, _, weight in shares) or 1
    return sum(
        min(base, tasks) + (tasks - based) * weight / weights
        for provider, base, weight in shares
        if provider != "FARGATE_SPOT"
    )


@priced("AWS::ECS::Cluster")
def cluster(resource: Resource, _context: Context) -> Iterator[Answer]:
    """A cluster is free; Container Insights bills its observations."""
    settings = {item.get("Name"): item.get("Value") for item in items(resource, "ClusterSettings")}
    if settings.get("containerInsights") in ("enabled", "enhanced"):
        yield Unpriced("Container Insights", "no sourced price for its observations and metrics")
    else:
        yield Free("a cluster has no charge; its tasks are billed")


@priced("AWS::Batch::JobDefinition")
def batch_job(resource: Resource, context: Context) -> Iterator[Answer]:
    """A job on Fargate is billed as a task while it runs; on Spot for less, which its definition does not say."""
    if "FARGATE" not in items(resource, "PlatformCapabilities"):
        yield Unpriced("jobs", "runs on EC2 instances")
        return
    needs = items(resource, "ContainerProperties", "ResourceRequirements")
    wanted = {str(need.get("Type")): float(need.get("Value", 0)) for need in needs}
    running = context.assume("batch_job_hours", "h")
    architecture = text(resource, "ContainerProperties", "RuntimePlatform", "CpuArchitecture", default="X86_64")
    price = f"fargate.{'arm' if architecture == 'ARM64' else 'x86'}"
    yield usage("jobs: vCPU", f"{price}.vcpu_hour", running, Factor(wanted.get("VCPU", 0), "vCPU"))
    memory = Factor(wanted.get("MEMORY", 0) / MIB_PER_GIB, "GB")
    yield usage("jobs: memory", f"{price}.gb_hour", running, memory)
