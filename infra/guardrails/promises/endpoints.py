"""Reachability without the internet: what has no way out finds every API of AWS at an endpoint of its VPC."""

from collections.abc import Iterator

from infra.assembly.model import Resource, Target, describe
from infra.assembly.values import at, listed
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.endpoints import BY_LAMBDA, BY_OTHERS, ENDPOINTS, GATEWAYS, IN_THE_NETWORK
from infra.guardrails.registry import promise
from infra.guardrails.statements import matches

ENDPOINT, FUNCTION, SERVICE = "AWS::EC2::VPCEndpoint", "AWS::Lambda::Function", "AWS::ECS::Service"


@promise(
    "reachability.endpoints-instead-of-egress",
    "What stands in subnets without a way out finds an endpoint for every API of AWS that its role may call.",
)
def endpoints_instead_of_egress(context: Context) -> Iterator[Finding]:
    """A call to an API without one ends in a time-out, minutes later and somewhere else."""
    there = {_name(endpoint) for endpoint in context.of_type(ENDPOINT)}
    for workload, subnets in context.network.workload_subnets.items():
        if not subnets or any(context.network.default_routes(subnet) for subnet in subnets):
            continue
        for service, action in sorted(_called(context, workload).items()):
            wanted = (service,) if service in GATEWAYS else ENDPOINTS.get(service, ())
            if not wanted:
                yield Finding(workload, "Subnets", f"have no way out, and {action} has no endpoint that is known")
            for name in wanted:
                if name not in there:
                    yield Finding(workload, "Subnets", f"have no way out, and no endpoint {name} for {action}")


def _name(endpoint: Resource) -> str:
    """`ecr.api` of `com.amazonaws.us-east-1.ecr.api`."""
    service = describe(endpoint.get("ServiceName"))
    return service.split(".", 3)[-1] if service.count(".") >= 3 else service  # noqa: PLR2004 - com.amazonaws.REGION.


def _called(context: Context, workload: Resource) -> dict[str, str]:
    """The services that the workload's roles may call, each with one of the actions."""
    roles = set(_roles(workload))
    spared = (*IN_THE_NETWORK, *(BY_LAMBDA if workload.type == FUNCTION else BY_OTHERS))
    queue = _dead_letters(workload)
    found: dict[str, str] = {}
    for statement in context.statements:
        if statement.kind != "identity" or not statement.allows or not roles & _holders(statement.resource):
            continue
        if queue is not None and all(_resource(value) is queue for value in statement.resources):
            continue  # Lambda itself sends there
        for action in statement.actions:
            if not any(matches(pattern, action) for pattern in spared):
                found.setdefault(action.partition(":")[0].lower(), action)
    return found


def _roles(workload: Resource) -> Iterator[Resource]:
    """The roles of a function, of a service's tasks, of an instance."""
    for path in ("Role", "ServiceRole"):
        yield from _targets(workload, path)
    for task in _targets(workload, "TaskDefinition"):
        yield from _targets(task, "TaskRoleArn")
        yield from _targets(task, "ExecutionRoleArn")
    for profile in _targets(workload, "IamInstanceProfile"):
        yield from _targets(profile, "Roles.*")


def _holders(policy: Resource) -> set[Resource]:
    """The roles that a policy grants to: the role itself, or those that it is attached to."""
    return {policy, *_targets(policy, "Roles.*"), *_targets(policy, "RoleName")}


def _dead_letters(workload: Resource) -> Resource | None:
    return _resource(workload.get("DeadLetterConfig", "TargetArn"))


def _targets(resource: Resource, path: str) -> Iterator[Resource]:
    for value in at(resource.resolved, path):
        for one in listed(value):
            if (found := _resource(one)) is not None:
                yield found


def _resource(value: object) -> Resource | None:
    return value.resource if isinstance(value, Target) else None
