"""The steps that bring an environment up again in its recovery region, from its templates and configuration."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config import Environment
from infra.assembly import Stack, describe
from infra.assembly.values import at
from infra.recovery import Protection, duration
from scripts.recovery.takeover import edge_is_lost, named_after_region, written

RUNBOOK = "docs/runbooks/disaster-recovery.md"
LONGEST_GENERATED = 40
"""Characters of a bucket's generated name that CloudFormation takes from the stack and the logical id, at least."""
REGION_OF_IAM = "us-east-1"
"""Where roles are made, for every region; they work everywhere, without it."""
CUT_OVER = ("Aurora", "DocumentDB", "DynamoDB", "S3")
"""Kinds whose restored copy is put into use by `cutover`."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What to do, how, and how old the data is that it brings back."""

    does: str
    commands: tuple[str, ...] = ()
    #: A file to write.
    content: str = ""
    data_age_minutes: float | None = None


def steps(lost: Environment, name: str, stacks: Sequence[Stack], stores: Sequence[Protection]) -> Iterator[Step]:
    """The steps in order; the environment called `name` takes over from `lost`."""
    health = "us-east-2" if lost.region == "us-east-1" else "us-east-1"  # the two that AWS Health answers from
    yield Step(
        does=f"Decide ({RUNBOOK} says who does): with the region goes what was written since the last copy.",
        commands=(
            f"aws health describe-events --region {health} --filter regions={lost.region},eventStatusCodes=open",
        ),
    )
    yield Step(
        does=f"Write config/{name}.py, and add {name} to ENVIRONMENTS in config/__init__.py.{_to_replace(lost)}",
        content=written(lost, name),
    )
    here = [stack for stack in stacks if not (edge_is_lost(lost) and stack.construct_path in ("Edge", "Site"))]
    order = ", ".join(stack.name for stack in _in_order(here))
    early = " IAM is changed in the lost region alone: where it must not be waited for, do this beforehand."
    yield Step(
        does=f"Deploy it: its stores come up empty. CDK keeps the order of the stacks, as of {order}."
        + early * (lost.region == REGION_OF_IAM),
        commands=(
            f'make lock REASON="{name} takes over from {lost.name}"',
            f"make bootstrap ENV={name}",
            f"make deploy ENV={name}",
        ),
    )
    yield from (_restore(lost, name, store) for store in stores)
    back = [store for store in stores if _is_cut_over(lost, store)]
    cutover = f"python -m scripts cutover --environment {name}"
    yield Step(
        does="Put what was restored into use; each restore said what its COPY is called.",
        commands=(*(f"{cutover} --store {store.name} --to COPY" for store in back), f"make deploy ENV={name}"),
    )
    yield Step(
        does=f"Check it; then send the users there: {_way_of_users(lost, name)}.",
        commands=("python -m scripts smoke --outside --url ADDRESS",),
    )
    worst = max((store.after_a_region[0].data_age_minutes for store in stores if store.after_a_region), default=0)
    yield Step(
        does=f"Say what was lost, at worst the last {duration(worst)}. Keep the old region's stores: the way back.",
    )


def _to_replace(lost: Environment) -> str:
    fields = named_after_region(lost)
    return f" These name the lost region, give what stands for them in the new one: {', '.join(fields)}." * bool(fields)


def _way_of_users(lost: Environment, name: str) -> str:
    if edge_is_lost(lost):
        return f"the API has a new address, and the front end waits, since CloudFront is set up in {lost.region} alone"
    names = [one for one in (lost.edge.domain, lost.compute.api.domain) if one]
    if names:
        return f"take {' and '.join(names)} out of config/{lost.name}.py and its records, and write it into {name}.py"
    return "the front end and the API have new addresses"


def _is_cut_over(lost: Environment, store: Protection) -> bool:
    if not store.after_a_region or store.kind not in CUT_OVER or not _is_applications(lost, store):
        return False
    return not (store.kind == "S3" and store.after_a_region[0].live)  # its objects are copied into the new bucket


def _is_applications(lost: Environment, store: Protection) -> bool:
    """Whether the verbs know it: those of the data stack, by their ids."""
    return store.store.stack.name == f"{lost.project}-{lost.name}-data"


def _restore(lost: Environment, name: str, store: Protection) -> Step:
    what = f"{store.name} ({store.kind})"
    if not store.after_a_region:
        return Step(does=f"{what} starts empty: nothing of it is outside the lost region.")
    best, region = store.after_a_region[0], lost.recovery_region
    age, age_minutes = duration(best.data_age_minutes), best.data_age_minutes
    restore = f"python -m scripts restore --environment {name} --store {store.name} --backup"
    if not _is_applications(lost, store):
        return Step(does=f"{what} starts empty: a record of the lost environment, whose copies stay in the vault.")
    if best.live:
        commands = (
            (
                f"python -m scripts backup --environment {name} --store {store.name} --dry-run   # names BUCKET",
                f"aws s3 sync s3://{_replica_of(store)} s3://BUCKET --source-region {region} --region {region}",
            )
            if store.kind == "S3"
            else (
                f"aws dynamodb list-tables --region {region} --query {_begins_as(store)}   # names REPLICA",
                f"aws dynamodb create-backup --region {region} --table-name REPLICA --backup-name {name}",
                f"{restore} BACKUP_ARN",
            )
        )
        does = f"Fill {what} from its {best.means} in {region}, at most {age} behind, which has a key of its own."
        return Step(does=does, commands=commands, data_age_minutes=age_minutes)
    newest = f'--query "sort_by(RecoveryPoints[?{_is_of(store)}], &CreationDate)[-1].RecoveryPointArn"'
    vault = f"{lost.project}-{lost.name}-recovery"
    listing = f"aws backup list-recovery-points-by-backup-vault --region {region} --backup-vault-name {vault}"
    back = f"{restore} RECOVERY_POINT_ARN"
    if store.kind == "S3":  # the verb brings objects back from their versions, and those stayed in the lost region
        back = (
            f"aws backup start-restore-job --region {region} --recovery-point-arn RECOVERY_POINT_ARN "
            "--resource-type S3 --iam-role-arn BACKUP_ROLE_ARN --metadata "
            "DestinationBucketName=COPY,NewBucket=true,Encrypted=true,EncryptionType=SSE-KMS,KMSKey=DATA_KEY_ARN"
        )
    target = duration(lost.backup.recovery_time_target_minutes)
    return Step(
        does=f"Restore {what} from its {best.means}: data at most {age} old, back within {target}.",
        commands=(f"{listing} --by-resource-type {store.kind} {newest}", back),
        data_age_minutes=age_minutes,
    )


def _is_of(store: Protection) -> str:
    """Return what is true of the recovery points of this store, and of no other of its kind, in JMESPath."""
    resource = store.store
    generated = f"{resource.stack.name}-{resource.logical_id}"
    if cluster := resource.get("DBClusterIdentifier"):
        return f"ends_with(ResourceArn, ':{describe(cluster)}')"
    if store.kind == "EFS":  # its ARN has an id; the name that it carries is its tag
        return f"ResourceName == '{resource.stack.name}-{store.name.lower()}'"
    begins = f":table/{generated}" if store.kind == "DynamoDB" else f":::{generated.lower()[:LONGEST_GENERATED]}"
    return f"contains(ResourceArn, '{begins}')"


def _begins_as(table: Protection) -> str:
    return f"\"TableNames[?starts_with(@, '{table.store.stack.name}-{table.store.logical_id}')]\""


def _replica_of(bucket: Protection) -> str:
    (target, *_) = at(bucket.store.resolved, "ReplicationConfiguration.Rules.*.Destination.Bucket")
    return describe(target).rpartition(":")[2]


def _in_order(stacks: Sequence[Stack]) -> list[Stack]:
    """Those that others need come first; what delivers is not needed."""
    left = {stack.construct_path: stack for stack in stacks if not stack.construct_path.startswith("Pipeline")}
    ordered: list[Stack] = []
    while left:
        ready = [key for key, stack in left.items() if not set(stack.dependencies) & left.keys()] or list(left)
        ordered += [left.pop(key) for key in ready]
    return ordered
