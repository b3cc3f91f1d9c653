"""Restores an Aurora cluster beside the one in use, with its instances, network, keys and protection.

A restored cluster has no instances, takes the default security group and parameter group unless others are given, and
has no managed password (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-restore-snapshot.html).
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from scripts.aws import Aws, AwsError, code_of
from scripts.recovery.alarms import copy_alarms
from scripts.recovery.journal import Journal, Step
from scripts.recovery.stores import Origin, Store
from scripts.recovery.waiting import wait

KEPT = (
    "BacktrackWindow",
    "CopyTagsToSnapshot",
    "DBSubnetGroupName",
    "DeletionProtection",
    "EnableCloudwatchLogsExports",
    "EnableIAMDatabaseAuthentication",
    "Engine",
    "KmsKeyId",
    "Port",
    "ServerlessV2ScalingConfiguration",
    "Tags",
    "VpcSecurityGroupIds",
    "DBClusterParameterGroupName",
)
"""What a restore takes, under the names that it takes them by."""

INSTANCE_KEPT = (
    "AutoMinorVersionUpgrade",
    "DBInstanceClass",
    "DBParameterGroupName",
    "EnablePerformanceInsights",
    "Engine",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "PerformanceInsightsKMSKeyId",
    "PromotionTier",
    "PubliclyAccessible",
)


def back_up(aws: Aws, cluster: str, name: str, *, seconds: float) -> str:
    """Make the snapshot `name` and return its name when it can be restored."""
    rds = aws.client("rds")
    rds.create_db_cluster_snapshot(DBClusterIdentifier=cluster, DBClusterSnapshotIdentifier=name)

    def available() -> Any:
        found = rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=name)["DBClusterSnapshots"][0]
        return True if found["Status"] == "available" else f"{found.get('PercentProgress', 0)} %"

    wait(f"taking a snapshot of {cluster}", available, seconds=seconds)
    return name


def restore_steps(aws: Aws, store: Store, target: str, *, origin: Origin, seconds: float) -> list[Step]:
    """Return the steps that restore `store` as the cluster `target`: from `origin`."""
    return [
        Step("settings", f"note the settings of {store.physical_id}", partial(_note_settings, aws, store)),
        Step(
            "restore",
            f"restore {store.physical_id} {origin.said}, as {target}",
            partial(_restore, aws, store, target, origin),
        ),
        Step("wait", f"wait until {target} is available", partial(_wait, aws, target, seconds)),
        Step("instances", "add the instances, as many and as large", partial(_add_instances, aws, target, seconds)),
        Step("password", "have RDS manage a new master password", partial(_manage_password, aws, target, seconds)),
        Step(
            "alarms",
            f"copy the alarms of {store.physical_id}",
            partial(copy_alarms, aws, ("DBClusterIdentifier", store.physical_id), target),
        ),
        Step("verify", "compare network, keys, protection and instances", partial(_verify, aws, target)),
    ]


def swap_names(aws: Aws, live: str, restored: str, aside: str, *, seconds: float) -> None:
    """Give `live`'s name to `restored`, and `live` the name `aside`: endpoints follow names, so clients follow too.

    Instances swap theirs likewise, which reboots them: CloudFormation goes on with those in use. The same call with
    `restored` and `aside` exchanged undoes it.
    """
    pairs = list(zip(_instances_of(aws, live), _instances_of(aws, restored), strict=False))
    for old, new in ((live, aside), (restored, live)):
        _rename(aws, old, new, seconds=seconds)
    for known, made in pairs:
        spare = f"{made[:55]}-spare"
        for old, new in ((known, spare), (made, known), (spare, made)):
            _rename_instance(aws, old, new, seconds=seconds)


def aside_of(aws: Aws, live: str) -> str:
    """Return the newest cluster that `live` was swapped with."""
    pages = aws.client("rds").get_paginator("describe_db_clusters").paginate()
    names = [one["DBClusterIdentifier"] for page in pages for one in page["DBClusters"]]
    before = [name for name in names if name.startswith(f"{live[:40]}-before-")]
    if not before:
        raise AwsError(f"{live} was never cut over: no cluster is called {live[:40]}-before-...")
    return str(max(before))


def _rename(aws: Aws, old: str, new: str, *, seconds: float) -> None:
    rds = aws.client("rds")
    if _exists(aws, new) and not _exists(aws, old):
        return  # an earlier run did it
    rds.modify_db_cluster(DBClusterIdentifier=old, NewDBClusterIdentifier=new, ApplyImmediately=True)
    _available(aws, new, seconds)


def _instances_of(aws: Aws, cluster: str) -> list[str]:
    """Return the names of a cluster's instances, the writer's first."""
    found = aws.client("rds").describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"][0]
    members = sorted(
        found["DBClusterMembers"], key=lambda one: (not one["IsClusterWriter"], one["DBInstanceIdentifier"])
    )
    return [one["DBInstanceIdentifier"] for one in members]


def _rename_instance(aws: Aws, old: str, new: str, *, seconds: float) -> None:
    from botocore.exceptions import ClientError

    rds = aws.client("rds")
    rds.modify_db_instance(DBInstanceIdentifier=old, NewDBInstanceIdentifier=new, ApplyImmediately=True)

    def ready() -> Any:
        try:
            status = rds.describe_db_instances(DBInstanceIdentifier=new)["DBInstances"][0]["DBInstanceStatus"]
        except ClientError as error:
            if code_of(error) not in ("DBInstanceNotFound", "DBInstanceNotFoundFault"):
                raise
            return "not there yet"
        return True if status == "available" else status

    wait(f"waiting for {new}", ready, seconds=seconds)


def _exists(aws: Aws, cluster: str) -> bool:
    from botocore.exceptions import ClientError

    try:
        aws.client("rds").describe_db_clusters(DBClusterIdentifier=cluster)
    except ClientError as error:
        if code_of(error) == "DBClusterNotFoundFault":
            return False
        raise
    return True


def _note_settings(aws: Aws, store: Store, _: Journal) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        return _settings_of(aws, store.physical_id)
    except ClientError as error:
        if code_of(error) != "DBClusterNotFoundFault":
            raise
        raise AwsError(
            f"the cluster {store.physical_id} is gone, and with it its settings: deploy the data stack with the "
            "snapshot first (docs/runbooks/restore.md, A cluster that is gone)"
        ) from None


def _settings_of(aws: Aws, cluster: str) -> dict[str, Any]:
    rds = aws.client("rds")
    found = rds.describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"][0]
    renamed = {
        "DBClusterParameterGroupName": found.get("DBClusterParameterGroup"),
        "DBSubnetGroupName": found.get("DBSubnetGroup"),
        "EnableCloudwatchLogsExports": found.get("EnabledCloudwatchLogsExports"),
        "EnableIAMDatabaseAuthentication": found.get("IAMDatabaseAuthenticationEnabled"),
        "ServerlessV2ScalingConfiguration": _scaling(found),
        "Tags": [tag for tag in found.get("TagList", []) if not tag["Key"].startswith("aws:")],
        "VpcSecurityGroupIds": [one["VpcSecurityGroupId"] for one in found.get("VpcSecurityGroups", [])],
    }
    members = sorted(found.get("DBClusterMembers", []), key=lambda one: not one["IsClusterWriter"])
    return {
        "cluster": {key: value for key in KEPT if (value := renamed.get(key, found.get(key))) not in (None, [], {})},
        "instances": [_instance(rds, member["DBInstanceIdentifier"]) for member in members],
        "secret_key": found.get("MasterUserSecret", {}).get("KmsKeyId"),
        "managed_password": bool(found.get("MasterUserSecret")),
        "retention_days": found.get("BackupRetentionPeriod"),
    }


def _scaling(cluster: Mapping[str, Any]) -> dict[str, Any]:
    scaling = cluster.get("ServerlessV2ScalingConfiguration", {})
    return {key: scaling[key] for key in ("MinCapacity", "MaxCapacity", "SecondsUntilAutoPause") if key in scaling}


def _instance(rds: Any, name: str) -> dict[str, Any]:
    found = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    groups = found.get("DBParameterGroups") or [{}]
    renamed = {
        "DBParameterGroupName": groups[0].get("DBParameterGroupName"),
        "EnablePerformanceInsights": found.get("PerformanceInsightsEnabled"),
        "PerformanceInsightsKMSKeyId": found.get("PerformanceInsightsKMSKeyId"),
    }
    return {key: value for key in INSTANCE_KEPT if (value := renamed.get(key, found.get(key))) is not None}


def _restore(aws: Aws, store: Store, target: str, origin: Origin, journal: Journal) -> None:
    if _exists(aws, target):
        return  # an earlier run asked for it and stopped before it could say so
    rds, settings = aws.client("rds"), journal.result("settings")["cluster"]
    if origin.backup:
        rds.restore_db_cluster_from_snapshot(DBClusterIdentifier=target, SnapshotIdentifier=origin.backup, **settings)
    else:
        moment: dict[str, Any] = {"RestoreToTime": origin.at} if origin.at else {"UseLatestRestorableTime": True}
        without_engine = {key: value for key, value in settings.items() if key != "Engine"}
        rds.restore_db_cluster_to_point_in_time(
            DBClusterIdentifier=target, SourceDBClusterIdentifier=store.physical_id, **moment, **without_engine
        )


def _available(aws: Aws, cluster: str, seconds: float) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    def ask() -> Any:
        try:
            found = aws.client("rds").describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"][0]
        except ClientError as error:
            if code_of(error) == "DBClusterNotFoundFault":
                return "not there yet"
            raise
        return found if found["Status"] == "available" else found["Status"]

    answer: dict[str, Any] = wait(f"waiting for {cluster}", ask, seconds=seconds)
    return answer


def _wait(aws: Aws, target: str, seconds: float, _: Journal) -> dict[str, Any]:
    return {"arn": _available(aws, target, seconds)["DBClusterArn"]}


def _add_instances(aws: Aws, target: str, seconds: float, journal: Journal) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    rds, names = aws.client("rds"), []
    for number, settings in enumerate(journal.result("settings")["instances"], start=1):
        names.append(f"{target}-{number}")
        try:
            rds.create_db_instance(DBInstanceIdentifier=names[-1], DBClusterIdentifier=target, **settings)
        except ClientError as error:
            if code_of(error) not in ("DBInstanceAlreadyExists", "DBInstanceAlreadyExistsFault"):
                raise

    def ready() -> Any:
        found = [rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0] for name in names]
        waiting = [one["DBInstanceIdentifier"] for one in found if one["DBInstanceStatus"] != "available"]
        return f"{len(names) - len(waiting)} of {len(names)}" if waiting else True

    wait(f"adding instances to {target}", ready, seconds=seconds)
    return {"instances": names}


def _manage_password(aws: Aws, target: str, seconds: float, journal: Journal) -> None:
    settings = journal.result("settings")
    if settings["managed_password"]:
        key = {"MasterUserSecretKmsKeyId": settings["secret_key"]} if settings["secret_key"] else {}
        aws.client("rds").modify_db_cluster(
            DBClusterIdentifier=target,
            ManageMasterUserPassword=True,
            BackupRetentionPeriod=settings["retention_days"],
            ApplyImmediately=True,
            **key,
        )
        _available(aws, target, seconds)


def _verify(aws: Aws, target: str, journal: Journal) -> dict[str, Any]:
    wanted, found = journal.result("settings"), _settings_of(aws, target)
    wrong = [
        f"{name} is {found['cluster'].get(name)!r} instead of {value!r}"
        for name, value in wanted["cluster"].items()
        if found["cluster"].get(name) != value
    ]
    if len(found["instances"]) != len(wanted["instances"]):
        wrong.append(f"it has {len(found['instances'])} instances instead of {len(wanted['instances'])}")
    if wrong:
        raise AwsError(f"{target} is restored and not as it was: {'; '.join(wrong)}")
    return {"instances": len(found["instances"])}
