"""Restores a cluster of Aurora or DocumentDB beside the one in use, with its instances, network, keys and protection.

A restored cluster has no instances, takes the default security group and parameter group unless others are given, and
has no managed password (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-restore-snapshot.html).
DocumentDB has the same API, whose operations take fewer parameters: each is given those that it takes.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from scripts.aws import Aws, AwsError, code_of
from scripts.recovery.alarms import copy_alarms
from scripts.recovery.journal import Journal, Step
from scripts.recovery.stores import Origin, Store
from scripts.recovery.waiting import wait

SERVICES = {"cluster": "rds", "document-cluster": "docdb"}
"""The API of each kind of store."""

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
    "CACertificateIdentifier",
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


def back_up(aws: Aws, cluster: str, name: str, *, service: str = "rds", seconds: float) -> str:
    """Make the snapshot `name` and return its name when it can be restored."""
    rds = aws.client(service)
    rds.create_db_cluster_snapshot(DBClusterIdentifier=cluster, DBClusterSnapshotIdentifier=name)

    def available() -> Any:
        found = rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=name)["DBClusterSnapshots"][0]
        return True if found["Status"] == "available" else f"{found.get('PercentProgress', 0)} %"

    wait(f"taking a snapshot of {cluster}", available, seconds=seconds)
    return name


def restore_steps(aws: Aws, store: Store, target: str, *, origin: Origin, seconds: float) -> list[Step]:
    """Return the steps that restore `store` as the cluster `target`: from `origin`."""
    rds = aws.client(SERVICES[store.kind])
    return [
        Step("settings", f"note the settings of {store.physical_id}", partial(_note_settings, rds, store)),
        Step(
            "restore",
            f"restore {store.physical_id} {origin.said}, as {target}",
            partial(_restore, rds, store, target, origin),
        ),
        Step("wait", f"wait until {target} is available", partial(_wait, rds, target, seconds)),
        Step("instances", "add the instances, as many and as large", partial(_add_instances, rds, target, seconds)),
        Step("password", "have AWS manage a new master password", partial(_manage_password, rds, target, seconds)),
        Step(
            "alarms",
            f"copy the alarms of {store.physical_id}",
            partial(copy_alarms, aws, ("DBClusterIdentifier", store.physical_id), target),
        ),
        Step("verify", "compare network, keys, protection and instances", partial(_verify, rds, target)),
    ]


def swap_names(
    aws: Aws, live: str, restored: str, aside: str, *, service: str = "rds", seconds: float, journal: Journal
) -> None:
    """Give `live`'s name to `restored`, and `live` the name `aside`: endpoints follow names, so clients follow too.

    Instances swap theirs likewise, which reboots them: CloudFormation goes on with those in use. The same call with
    `restored` and `aside` exchanged undoes it. `journal` remembers how far it is: between two renames nothing has the
    name that clients use, so that a run that stopped must be able to go on.
    """
    rds = aws.client(service)
    renames: list[list[str]] = journal.mark("renames") or _renames(rds, live, restored, aside)
    journal.set_mark("renames", renames)
    for number in range(journal.mark("renamed") or 0, len(renames)):
        kind, old, new = renames[number]
        (_rename if kind == "cluster" else _rename_instance)(rds, old, new, seconds=seconds)
        journal.set_mark("renamed", number + 1)


def _renames(rds: Any, live: str, restored: str, aside: str) -> list[list[str]]:
    """Return every rename as its kind, the old name and the new one, in order."""
    renames = [["cluster", live, aside], ["cluster", restored, live]]
    for known, made in zip(_instances_of(rds, live), _instances_of(rds, restored), strict=False):
        spare = f"{made[:55]}-spare"
        renames += [["instance", known, spare], ["instance", made, known], ["instance", spare, made]]
    return renames


def aside_of(aws: Aws, live: str, *, service: str = "rds") -> str:
    """Return the newest cluster that `live` was swapped with."""
    pages = aws.client(service).get_paginator("describe_db_clusters").paginate()
    names = [one["DBClusterIdentifier"] for page in pages for one in page["DBClusters"]]
    before = [name for name in names if name.startswith(f"{live[:40]}-before-")]
    if not before:
        raise AwsError(f"{live} was never cut over: no cluster is called {live[:40]}-before-...")
    return str(max(before))


def _rename(rds: Any, old: str, new: str, *, seconds: float) -> None:
    if _exists(rds, new) and not _exists(rds, old):
        return  # an earlier run did it
    rds.modify_db_cluster(DBClusterIdentifier=old, NewDBClusterIdentifier=new, ApplyImmediately=True)
    _available(rds, new, seconds)


def _instances_of(rds: Any, cluster: str) -> list[str]:
    """Return the names of a cluster's instances, the writer's first."""
    found = rds.describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"][0]
    members = sorted(
        found["DBClusterMembers"], key=lambda one: (not one["IsClusterWriter"], one["DBInstanceIdentifier"])
    )
    return [one["DBInstanceIdentifier"] for one in members]


def _rename_instance(rds: Any, old: str, new: str, *, seconds: float) -> None:
    from botocore.exceptions import ClientError

    try:
        rds.modify_db_instance(DBInstanceIdentifier=old, NewDBInstanceIdentifier=new, ApplyImmediately=True)
    except ClientError as error:
        if code_of(error) not in ("DBInstanceNotFound", "DBInstanceNotFoundFault"):
            raise  # an earlier run asked for it, and stopped before it could say so

    def ready() -> Any:
        try:
            status = rds.describe_db_instances(DBInstanceIdentifier=new)["DBInstances"][0]["DBInstanceStatus"]
        except ClientError as error:
            if code_of(error) not in ("DBInstanceNotFound", "DBInstanceNotFoundFault"):
                raise
            return "not there yet"
        return True if status == "available" else status

    wait(f"waiting for {new}", ready, seconds=seconds)


def _exists(rds: Any, cluster: str) -> bool:
    from botocore.exceptions import ClientError

    try:
        rds.describe_db_clusters(DBClusterIdentifier=cluster)
    except ClientError as error:
        if code_of(error) == "DBClusterNotFoundFault":
            return False
        raise
    return True


def _note_settings(rds: Any, store: Store, _: Journal) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        return _settings_of(rds, store.physical_id)
    except ClientError as error:
        if code_of(error) != "DBClusterNotFoundFault":
            raise
        raise AwsError(
            f"the cluster {store.physical_id} is gone, and with it its settings: deploy the data stack with the "
            "snapshot first (docs/runbooks/restore.md, A cluster that is gone)"
        ) from None


def _settings_of(rds: Any, cluster: str) -> dict[str, Any]:
    found = rds.describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"][0]
    renamed = {
        "DBClusterParameterGroupName": found.get("DBClusterParameterGroup"),
        "DBSubnetGroupName": found.get("DBSubnetGroup"),
        "EnableCloudwatchLogsExports": found.get("EnabledCloudwatchLogsExports"),
        "EnableIAMDatabaseAuthentication": found.get("IAMDatabaseAuthenticationEnabled"),
        "ServerlessV2ScalingConfiguration": _scaling(found),
        "Tags": [tag for tag in _tags(rds, found) if not tag["Key"].startswith("aws:")],
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


def _tags(rds: Any, cluster: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the tags of a cluster, which DocumentDB tells only who asks for them."""
    if "TagList" in cluster:
        return list(cluster["TagList"])
    return list(rds.list_tags_for_resource(ResourceName=cluster["DBClusterArn"])["TagList"])


def _taken(rds: Any, operation: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `settings` that `operation` has parameters for."""
    parameters = rds.meta.service_model.operation_model(operation).input_shape.members
    return {name: value for name, value in settings.items() if name in parameters}


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


def _restore(rds: Any, store: Store, target: str, origin: Origin, journal: Journal) -> None:
    if _exists(rds, target):
        return  # an earlier run asked for it and stopped before it could say so
    settings = journal.result("settings")["cluster"]
    if origin.backup:
        rds.restore_db_cluster_from_snapshot(
            DBClusterIdentifier=target,
            SnapshotIdentifier=origin.backup,
            **_taken(rds, "RestoreDBClusterFromSnapshot", settings),
        )
    else:
        moment: dict[str, Any] = {"RestoreToTime": origin.at} if origin.at else {"UseLatestRestorableTime": True}
        rds.restore_db_cluster_to_point_in_time(
            DBClusterIdentifier=target,
            SourceDBClusterIdentifier=store.physical_id,
            **moment,
            **_taken(rds, "RestoreDBClusterToPointInTime", settings),
        )


def _available(rds: Any, cluster: str, seconds: float) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    def ask() -> Any:
        try:
            found = rds.describe_db_clusters(DBClusterIdentifier=cluster)["DBClusters"][0]
        except ClientError as error:
            if code_of(error) == "DBClusterNotFoundFault":
                return "not there yet"
            raise
        return found if found["Status"] == "available" else found["Status"]

    answer: dict[str, Any] = wait(f"waiting for {cluster}", ask, seconds=seconds)
    return answer


def _wait(rds: Any, target: str, seconds: float, journal: Journal) -> dict[str, Any]:
    made = _available(rds, target, seconds)
    group = journal.result("settings")["cluster"].get("DBClusterParameterGroupName")
    if group and made.get("DBClusterParameterGroup") != group:  # DocumentDB takes none when it restores to a moment
        rds.modify_db_cluster(DBClusterIdentifier=target, DBClusterParameterGroupName=group, ApplyImmediately=True)
        _available(rds, target, seconds)
    return {"arn": made["DBClusterArn"]}


def _add_instances(rds: Any, target: str, seconds: float, journal: Journal) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    names = []
    for number, settings in enumerate(journal.result("settings")["instances"], start=1):
        names.append(f"{target}-{number}")
        try:
            taken = _taken(rds, "CreateDBInstance", settings)
            rds.create_db_instance(DBInstanceIdentifier=names[-1], DBClusterIdentifier=target, **taken)
        except ClientError as error:
            if code_of(error) not in ("DBInstanceAlreadyExists", "DBInstanceAlreadyExistsFault"):
                raise

    def ready() -> Any:
        found = [rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0] for name in names]
        waiting = [one["DBInstanceIdentifier"] for one in found if one["DBInstanceStatus"] != "available"]
        return f"{len(names) - len(waiting)} of {len(names)}" if waiting else True

    wait(f"adding instances to {target}", ready, seconds=seconds)
    return {"instances": names}


def _manage_password(rds: Any, target: str, seconds: float, journal: Journal) -> None:
    settings = journal.result("settings")
    if settings["managed_password"]:
        key = {"MasterUserSecretKmsKeyId": settings["secret_key"]} if settings["secret_key"] else {}
        rds.modify_db_cluster(
            DBClusterIdentifier=target,
            ManageMasterUserPassword=True,
            BackupRetentionPeriod=settings["retention_days"],
            ApplyImmediately=True,
            **key,
        )
        _available(rds, target, seconds)


def _verify(rds: Any, target: str, journal: Journal) -> dict[str, Any]:
    wanted, found = journal.result("settings"), _settings_of(rds, target)
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
