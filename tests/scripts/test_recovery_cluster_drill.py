"""A drill of a cluster restores it beside with all that it had, says what it did not look at, and leaves nothing."""

from pathlib import Path

import pytest

import config
from scripts.aws import Aws, AwsError
from scripts.drill import _plan
from scripts.recovery import clusters
from scripts.recovery.cluster_drill import NO_ROWS, drill_cluster
from scripts.recovery.stores import Store
from tests.scripts.test_recovery_clusters import SECONDS, store

__all__ = ["store"]


def left(aws: Aws) -> tuple[list[str], list[str], list[str]]:
    """Clusters, instances and snapshots of ours; automated ones go with their cluster, which moto does not do."""
    rds = aws.client("rds")
    return (
        [one["DBClusterIdentifier"] for one in rds.describe_db_clusters()["DBClusters"]],
        [one["DBInstanceIdentifier"] for one in rds.describe_db_instances()["DBInstances"]],
        [
            one["DBClusterSnapshotIdentifier"]
            for one in rds.describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
        ],
    )


def test_it_restores_measures_and_leaves_nothing_behind(aws: Aws, store: Store, tmp_path: Path) -> None:
    before = left(aws)
    outcome = drill_cluster(aws, store, folder=tmp_path, seconds=SECONDS)
    assert (outcome.store, outcome.kind, outcome.differences) == ("Orders", "cluster", 0)
    assert outcome.recovery_seconds > 0
    assert outcome.remarks == [NO_ROWS]
    assert left(aws) == before
    assert list(tmp_path.iterdir()) == []


def test_a_drill_that_fails_leaves_nothing_behind_either(
    aws: Aws,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def differs(*_: object) -> None:
        raise AwsError("it is not as it was")

    before = left(aws)
    monkeypatch.setattr(clusters, "_verify", differs)
    with pytest.raises(AwsError, match="it is not as it was"):
        drill_cluster(aws, store, folder=tmp_path, seconds=SECONDS)
    assert left(aws) == before


@pytest.mark.parametrize(("environment", "said"), [("local", "restores none"), ("staging", "take a snapshot")])
def test_the_emulator_says_that_it_has_no_clusters(environment: str, said: str) -> None:
    cluster = Store("Main", "cluster", "main")
    assert said in _plan(Aws(config.load(environment)), cluster, 1, 1)
