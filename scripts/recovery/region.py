"""The steps that bring an environment up again in its recovery region, from its templates and configuration."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from config import Environment
from infra.assembly import Stack
from infra.recovery import Protection, duration

RUNBOOK = "docs/runbooks/disaster-recovery.md"
CUT_OVER = ("DynamoDB", "S3", "Aurora")
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
    there = lost.recovery_region
    yield Step(
        does=f"Decide ({RUNBOOK} says who does): with the region goes what was written since the last copy.",
        commands=(
            f"aws health describe-events --region us-east-1 --filter regions={lost.region},eventStatusCodes=open",
        ),
    )
    yield Step(
        does=f"Write config/{name}.py, and add {name} to ENVIRONMENTS in config/__init__.py.",
        content=_config_file(lost, name),
    )
    order = ", ".join(stack.name for stack in _in_order(stacks))
    yield Step(
        does=f"Deploy it: its stores come up empty. CDK keeps the order of the stacks, as of {order}.",
        commands=(f"npx cdk bootstrap aws://{lost.account or 'ACCOUNT'}/{there}", f"make deploy ENV={name}"),
    )
    yield from (_restore(lost, name, store) for store in stores)
    back = [store for store in stores if store.kind in CUT_OVER and store.after_a_region]
    cutover = f"python -m scripts cutover --environment {name}"
    yield Step(
        does="Put what was restored into use.",
        commands=(*(f"{cutover} --store {store.name} --to COPY" for store in back), f"make deploy ENV={name}"),
    )
    yield Step(
        does="Check it; then send the users there: by the records of the domain, or with the new address of the API.",
        commands=("python -m scripts smoke --url ADDRESS",),
    )
    worst = max((store.after_a_region[0].data_age_minutes for store in stores if store.after_a_region), default=0)
    yield Step(
        does=f"Say what was lost, at worst the last {duration(worst)}. Keep the old region's stores: the way back.",
    )


def _restore(lost: Environment, name: str, store: Protection) -> Step:
    if not store.after_a_region:
        return Step(does=f"{store.name} ({store.kind}) starts empty: nothing of it is outside the lost region.")
    best, region = store.after_a_region[0], lost.recovery_region
    what, age = f"{store.name} ({store.kind})", duration(best.data_age_minutes)
    if best.live:
        return Step(
            does=f"{what} lives on as a {best.means} in {region}, at most {age} behind: nothing to restore.",
            data_age_minutes=best.data_age_minutes,
        )
    newest = "--query 'sort_by(RecoveryPoints,&CreationDate)[-1].RecoveryPointArn'"
    vault = f"{lost.project}-{lost.name}-recovery"
    listing = f"aws backup list-recovery-points-by-backup-vault --region {region} --backup-vault-name {vault}"
    restore = f"python -m scripts restore --environment {name} --store {store.name} --backup RECOVERY_POINT_ARN"
    if store.kind == "S3":  # the verb brings objects back from their versions, and those stayed in the lost region
        restore = (
            f"aws backup start-restore-job --region {region} --recovery-point-arn RECOVERY_POINT_ARN "
            "--resource-type S3 --iam-role-arn BACKUP_ROLE_ARN --metadata "
            "DestinationBucketName=COPY,NewBucket=true,Encrypted=true,EncryptionType=SSE-KMS,KMSKey=DATA_KEY_ARN"
        )
    target = duration(lost.backup.recovery_time_target_minutes)
    return Step(
        does=f"Restore {what} from its {best.means}: data at most {age} old, back within {target}.",
        commands=(f"{listing} --by-resource-type {store.kind} {newest}", restore),
        data_age_minutes=best.data_age_minutes,
    )


def _in_order(stacks: Sequence[Stack]) -> list[Stack]:
    """Those that others need come first; what delivers is not needed."""
    left = {stack.construct_path: stack for stack in stacks if not stack.construct_path.startswith("Pipeline")}
    ordered: list[Stack] = []
    while left:
        ready = [key for key, stack in left.items() if not set(stack.dependencies) & left.keys()] or list(left)
        ordered += [left.pop(key) for key in ready]
    return ordered


def _config_file(lost: Environment, name: str) -> str:
    old = IPv4Network(str(lost.network.cidr))
    free = IPv4Network((int(old.network_address) ^ (1 << 23), old.prefixlen))
    return f'''"""{name}: {lost.name}, in its recovery region."""

from config.{lost.name} import environment as lost

environment = lost.but(
    name="{name}",
    region="{lost.recovery_region}",
    recovery_region="{lost.region}",
    network=lost.network.but(cidr="{free}"),
)
'''
