"""What becomes of a physical resource that leaves its template: deletion policies and their defaults."""

from infra.assembly import Resource
from infra.changes.model import Change

DOCS = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference"
DELETION_POLICY = f"{DOCS}/aws-attribute-deletionpolicy.html"
UPDATE_REPLACE_POLICY = f"{DOCS}/aws-attribute-updatereplacepolicy.html"

#: The types for which CloudFormation can take a snapshot before it deletes.
SNAPSHOT_TYPES = frozenset(
    {
        "AWS::DocDB::DBCluster",
        "AWS::EC2::Volume",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::Neptune::DBCluster",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
    }
)


def deletion_policy(resource: Resource) -> str:
    """The policy in force; without one CloudFormation snapshots RDS stores and deletes everything else."""
    return resource.deletion_policy or _default(resource)


def update_replace_policy(resource: Resource) -> str:
    """What happens to the old physical resource after a replacement."""
    return resource.update_replace_policy or "Delete"


def _default(resource: Resource) -> str:
    standalone = resource.type == "AWS::RDS::DBInstance" and "DBClusterIdentifier" not in resource.properties
    return "Snapshot" if standalone or resource.type == "AWS::RDS::DBCluster" else "Delete"


def on_removal(resource: Resource) -> Change:
    """What CloudFormation does to `resource`, as deployed, when it leaves the template."""
    policy = deletion_policy(resource)
    if policy in ("Retain", "RetainExceptOnCreate") or _kept_with_its_stack(resource):
        return Change.RETAIN
    if policy == "Snapshot" and resource.type in SNAPSHOT_TYPES:
        return Change.DESTROY_SNAPSHOT
    return Change.DESTROY


def _kept_with_its_stack(resource: Resource) -> bool:
    """A nested stack that is retained keeps everything inside it."""
    parent = resource.stack.parent
    return parent is not None and on_removal(parent) is Change.RETAIN


#: How safe each policy is: a smaller number than before is a protection lost.
_STRENGTH = {"Delete": 0, "Snapshot": 1, "RetainExceptOnCreate": 2, "Retain": 2}


def weaker(before: str, after: str) -> bool:
    """Whether the policy `after` keeps less than `before`."""
    return _STRENGTH.get(after, 0) < _STRENGTH.get(before, 0)
