"""What the picture shows: resources that a stranger asks about, grouped by stack, and the ways that data takes."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.assembly import Assembly, Resource, Stack

SHOWN: dict[str, tuple[str, str]] = {
    "AWS::ApiGateway::RestApi": ("api", "REST API"),
    "AWS::ApiGatewayV2::Api": ("api", "API"),
    "AWS::Backup::BackupPlan": ("backup", "backup plan"),
    "AWS::Backup::BackupVault": ("backup", "vault"),
    "AWS::Backup::RestoreTestingPlan": ("backup", "restore tests"),
    "AWS::Batch::JobQueue": ("batch", "job queue"),
    "AWS::CloudFront::Distribution": ("edge", "CloudFront"),
    "AWS::CloudTrail::Trail": ("trail", "audit trail"),
    "AWS::CodePipeline::Pipeline": ("pipeline", "pipeline"),
    "AWS::Cognito::UserPool": ("users", "user directory"),
    "AWS::DocDB::DBCluster": ("database", "DocumentDB"),
    "AWS::DynamoDB::GlobalTable": ("table", "DynamoDB table"),
    "AWS::DynamoDB::Table": ("table", "DynamoDB table"),
    "AWS::EC2::NatGateway": ("nat", "NAT gateway"),
    "AWS::EC2::VPC": ("network", "VPC"),
    "AWS::ECR::Repository": ("images", "image repository"),
    "AWS::ECS::Service": ("service", "Fargate service"),
    "AWS::EFS::FileSystem": ("files", "file system"),
    "AWS::ElastiCache::ReplicationGroup": ("cache", "cache"),
    "AWS::ElastiCache::ServerlessCache": ("cache", "cache"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("balancer", "load balancer"),
    "AWS::Events::EventBus": ("bus", "event bus"),
    "AWS::GuardDuty::Detector": ("findings", "GuardDuty"),
    "AWS::KMS::Key": ("key", "KMS key"),
    "AWS::Lambda::Function": ("function", "function"),
    "AWS::RDS::DBCluster": ("database", "Aurora cluster"),
    "AWS::S3::Bucket": ("bucket", "bucket"),
    "AWS::SNS::Topic": ("topic", "topic"),
    "AWS::SQS::Queue": ("queue", "queue"),
    "AWS::WAFv2::WebACL": ("firewall", "web ACL"),
    "AWS::CloudWatch::Alarm": ("alarm", "alarm"),
}
"""Icon and noun by resource type; what is not here is a detail of what is."""

TOGETHER = {"AWS::CloudWatch::Alarm", "AWS::EC2::NatGateway", "AWS::KMS::Key", "AWS::SNS::Topic"}
"""Drawn once for each stack, with their number."""

HELPERS = ("Provider", "CustomResource", "LogRetention", "Custom::", "AccessLogs", "DeadLetter", "Undelivered")
"""Parts of construct paths of what serves another resource only."""

WAYS = {
    "AWS::ApiGateway::Authorizer": ("RestApiId", "ProviderARNs", "asks"),
    "AWS::CloudTrail::Trail": ("", "S3BucketName", "writes"),
    "AWS::CloudWatch::Alarm": ("", "AlarmActions", "tell"),
    "AWS::EC2::FlowLog": ("ResourceId", "LogDestination", "flow logs"),
    "AWS::Events::Rule": ("EventBusName", "Targets", "events"),
    "AWS::Lambda::EventSourceMapping": ("EventSourceArn", "FunctionName", "feeds"),
    "AWS::Lambda::Permission": ("SourceArn", "FunctionName", "calls"),
    "AWS::WAFv2::WebACLAssociation": ("WebACLArn", "ResourceArn", "filters"),
}
"""Types that say a way: the property of its start (none: the resource itself), of its end, and what goes there."""

PLAIN = ("Resource", "Function", "Checker", "Default", "Service")
"""Construct ids that say nothing: what is above them has the name."""

ENTRANCES = ("edge", "firewall", "balancer", "api")
"""What people reach first, the first one that there is."""

KEPT = ("table", "bucket", "database", "files")
FIREWALL = "AWS::WAFv2::WebACL"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
RULES = ("AWS::ElasticLoadBalancingV2::ListenerRule", "Custom::TrafficRule")
DONE_TO = {"function": "calls", "topic": "tell"}
"""What a worker does to some things, whatever the action is called."""
READING = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "Receive", "Head")


@dataclass(frozen=True)
class Node:
    """Something in the picture."""

    id: str
    stack: str
    icon: str
    name: str
    noun: str


PEOPLE = Node("Outside/people", "Outside", "people", "People", "users and operators")


@dataclass(frozen=True, order=True)
class Edge:
    """A way that requests, events or data take."""

    source: str
    target: str
    says: str


@dataclass(frozen=True)
class Picture:
    """Nodes by stack, in the order of deployment, and what goes between them."""

    stacks: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    #: Region by stack, where it is not that of most.
    elsewhere: Mapping[str, str]
    #: What is drawn, and the region of most stacks.
    title: str = ""


def picture_of(assembly: Assembly) -> Picture:
    """Return the picture of the stacks directly under the App."""
    stacks = [stack for stack in assembly.stacks if not stack.stage and not stack.nested]
    shown: dict[int, Node] = {}
    for stack in stacks:
        for resource in stack.resources.values():
            if resource.type in SHOWN and not any(part in resource.construct_path for part in HELPERS):
                shown[id(resource)] = _node(stack, resource)
    order = [*dict.fromkeys((*ENTRANCES, "bus", "service", "function", *(icon for icon, _ in SHOWN.values())))]
    nodes = (
        PEOPLE,
        *sorted(dict.fromkeys(shown.values()), key=lambda node: (node.icon == "key", order.index(node.icon))),
    )
    found = _Edges(assembly, shown)
    edges = {edge for stack in stacks for edge in found.of(stack) if edge.source != edge.target} | _peoples(nodes)
    names = tuple(stack.construct_path for stack in stacks if any(one.stack == stack.construct_path for one in nodes))
    (home, _), *_ = Counter(stack.region for stack in stacks).most_common(1)
    elsewhere = {stack.construct_path: stack.region for stack in stacks if stack.region != home}
    project, named = stacks[0].tags.get("project", ""), stacks[0].tags.get("environment", "")
    title = f"{project} {named}, in {home}".strip().capitalize()
    return Picture((PEOPLE.stack, *names), nodes, tuple(sorted(edges)), elsewhere, title)


def _peoples(nodes: Iterable[Node]) -> set[Edge]:
    """What people reach, and what reaches people."""
    known = list(nodes)
    first = next((icon for icon in ENTRANCES if any(node.icon == icon for node in known)), "")
    asks = {Edge(PEOPLE.id, node.id, "requests") for node in known if node.icon == first}
    return asks | {Edge(node.id, PEOPLE.id, "alarms") for node in known if node.icon == "topic"}


def _node(stack: Stack, resource: Resource) -> Node:
    icon, noun = SHOWN[resource.type]
    name = stack.construct_path
    if resource.type in TOGETHER:
        number = sum(one.type == resource.type for one in stack.resources.values())
        return Node(f"{name}/{noun}", name, icon, f"{number} {noun}s" if number > 1 else noun, "")
    parts = [part for part in resource.construct_path.split("/")[1:] if part not in PLAIN] or [resource.logical_id]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", parts[-1]).split()
    said = " ".join(word.upper() if word in ("Acl", "Api", "Vpc") else word for word in words)
    return Node(resource.construct_path, name, icon, said, noun if noun.lower() != said.lower() else "")


class _Edges:
    """Follows what the templates say about who calls, reads, writes, delivers to and copies to whom."""

    def __init__(self, assembly: Assembly, shown: dict[int, Node]) -> None:
        self._assembly = assembly
        self._shown = shown

    def of(self, stack: Stack) -> Iterator[Edge]:
        """Yield the ways that the resources of a stack state."""
        for resource in stack.resources.values():
            if resource.type == "AWS::CloudFront::Distribution":
                ends = self._in(resource, "DistributionConfig")
                walls = [one for one in ends if one.type == FIREWALL]
                yield from self._ways(walls, [resource], "filters")
                yield from self._ways([resource], [one for one in ends if one not in walls], "requests")
            elif resource.type in WAYS:
                source, target, says = WAYS[resource.type]
                starts = self._in(resource, source) if source else [resource]
                yield from self._ways(starts, self._in(resource, target), says)
            elif resource.type in ("AWS::Lambda::Function", "AWS::ECS::Service"):
                yield from self._by_iam(resource)
                yield from self._ways(self._balancers(resource), [resource], "requests")
            elif resource.type == "AWS::Backup::BackupPlan":
                yield from self._backups(resource)

    def _in(self, resource: Resource, name: str) -> list[Resource]:
        """Return the resources that a property mentions."""
        return list(self._targets(resource, resource.properties.get(name)))

    def _ways(self, sources: Iterable[Resource], targets: Iterable[Resource], says: str) -> Iterator[Edge]:
        ends = [self._shown[id(one)].id for one in targets if id(one) in self._shown]
        for source in sources:
            if start := self._shown.get(id(source)):
                yield from (Edge(start.id, end, says) for end in ends)

    def _balancers(self, service: Resource) -> list[Resource]:
        """Return the load balancers of the listeners whose rules lead to the service, in whatever stack they are."""
        groups = set(self._in(service, "LoadBalancers"))
        rules = [one for one in self._assembly.of_type(*RULES) if groups & set(self._all_in(one))]
        listeners = [one for rule in rules for one in self._all_in(rule) if one.type == LISTENER]
        return [balancer for listener in listeners for balancer in self._in(listener, "LoadBalancerArn")]

    def _all_in(self, resource: Resource) -> list[Resource]:
        return list(self._targets(resource, resource.properties))

    def _backups(self, plan: Resource) -> Iterator[Edge]:
        for rule in plan.properties.get("BackupPlan", {}).get("BackupPlanRule", []):
            vaults = list(self._targets(plan, rule.get("TargetBackupVault")))
            yield from self._ways([plan], vaults, "fills")
            yield from self._ways(vaults, self._named(rule.get("CopyActions")), "copies")
        stores = [one for one in self._assembly.resources if '"Key": "backup"' in json.dumps(one.properties)]
        yield from self._ways([one for one in stores if SHOWN.get(one.type, ("",))[0] in KEPT], [plan], "backed up")

    def _named(self, value: Any) -> list[Resource]:
        """Return the vaults of other regions: they are named, not referred to."""
        said = json.dumps(value)
        vaults = self._assembly.of_type("AWS::Backup::BackupVault")
        return [one for one in vaults if (name := one.properties.get("BackupVaultName")) and f':{name}"' in said]

    def _targets(self, resource: Resource, value: Any) -> Iterator[Resource]:
        for one in self._assembly.targets(resource.stack, value) if value is not None else ():
            if one.type == "AWS::Lambda::Alias":  # stands for its function
                yield from self._in(one, "FunctionName")
            else:
                yield one

    def _by_iam(self, worker: Resource) -> Iterator[Edge]:
        """Yield what the worker's role lets it read or write."""
        start = self._shown.get(id(worker))
        for role in self._roles(worker) if start else ():
            for statement in self._statements(role):
                actions = [one.partition(":")[2] for one in _listed(statement.get("Action")) if isinstance(one, str)]
                says = "reads" if all(one.startswith(READING) for one in actions) else "writes"
                for target in self._targets(role, statement.get("Resource")):
                    end = self._shown.get(id(target))
                    if start and end and end.icon not in ("key", "network"):
                        yield Edge(start.id, end.id, DONE_TO.get(end.icon, says))

    def _roles(self, worker: Resource) -> list[Resource]:
        if worker.type == "AWS::Lambda::Function":
            return self._in(worker, "Role")
        tasks = self._in(worker, "TaskDefinition")
        return [role for task in tasks for role in self._in(task, "TaskRoleArn")]

    def _statements(self, role: Resource) -> Iterator[dict[str, Any]]:
        for policy in role.properties.get("Policies", []):
            yield from policy["PolicyDocument"]["Statement"]
        for one in role.stack.resources.values():
            if one.type in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy") and role in self._in(one, "Roles"):
                yield from one.properties["PolicyDocument"]["Statement"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
