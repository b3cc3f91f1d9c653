"""A restore drill of a cluster: copies it, restores it beside with all that it had, measures, and removes the copy.

Nothing in it is lost on purpose, and no row is looked at, since only the network reaches it: a restore test does that
every month (`backup.restore_tests`), and compares the canaries of every day.
"""

import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.aws import Aws, code_of
from scripts.console import progress
from scripts.recovery import clusters
from scripts.recovery.drill import Outcome
from scripts.recovery.journal import Journal, run
from scripts.recovery.stores import Origin, Store
from scripts.recovery.waiting import wait

NO_ROWS = "network, keys, protection and instances were compared; its rows are compared by the monthly restore test"


def drill_cluster(aws: Aws, store: Store, *, folder: Path, seconds: float) -> Outcome:
    """Drill a cluster of Aurora or DocumentDB. It takes as long as a restore, and costs what the copy costs."""
    service = clusters.SERVICES[store.kind]
    target = f"{store.physical_id[:36]}-drill-{datetime.now(UTC):%Y%m%d%H%M%S}"
    journal = Journal(folder / f"{target}.state.json", asked={"drill": target, "store": store.id})
    begun = time.monotonic()
    try:
        backup = clusters.back_up(aws, store.physical_id, target, service=service, seconds=seconds)
        lost = time.monotonic()
        steps = clusters.restore_steps(aws, store, target, origin=Origin(backup), seconds=seconds)
        run(steps, journal, told=lambda step, _: progress.print(f"[dim]{step.does}[/]", soft_wrap=True))
        recovered = time.monotonic()
    finally:
        _remove(aws, service, target, journal, seconds=seconds)
    journal.path.unlink()
    return Outcome(store.id, store.kind, 0, 0, recovered - lost, lost - begun, [NO_ROWS])


def _remove(aws: Aws, service: str, target: str, journal: Journal, *, seconds: float) -> None:
    """Remove whatever there is of the copy: alarms, instances, cluster, snapshot."""
    from botocore.exceptions import ClientError

    rds = aws.client(service)
    if alarms := journal.result("alarms").get("alarms"):
        aws.client("cloudwatch").delete_alarms(AlarmNames=alarms)

    def gone() -> Any:
        try:
            status: str = rds.describe_db_clusters(DBClusterIdentifier=target)["DBClusters"][0]["Status"]
        except ClientError as error:
            if code_of(error) == "DBClusterNotFoundFault":
                return True
            raise
        return status

    with suppress(rds.exceptions.DBClusterNotFoundFault):
        found = rds.describe_db_clusters(DBClusterIdentifier=target)["DBClusters"][0]
        rds.modify_db_cluster(DBClusterIdentifier=target, DeletionProtection=False, ApplyImmediately=True)
        for member in found["DBClusterMembers"]:
            rds.delete_db_instance(DBInstanceIdentifier=member["DBInstanceIdentifier"])
        rds.delete_db_cluster(DBClusterIdentifier=target, SkipFinalSnapshot=True)
        wait(f"removing {target}", gone, seconds=seconds)
    with suppress(rds.exceptions.DBClusterSnapshotNotFoundFault):
        rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=target)
