"""A restored Aurora cluster is as its source was: network, keys, protection and instances; and names swap both ways."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from scripts.aws import Aws, AwsError
from scripts.recovery import clusters
from scripts.recovery.journal import Journal, run
from scripts.recovery.stores import Origin, Store

SECONDS = 5


@pytest.fixture
def store(aws: Aws) -> Store:
    ec2, rds = aws.client("ec2"), aws.client("rds")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ab")
    ]
    rds.create_db_subnet_group(DBSubnetGroupName="data", DBSubnetGroupDescription="data", SubnetIds=subnets)
    group = ec2.create_security_group(GroupName="db", Description="db", VpcId=vpc)["GroupId"]
    rds.create_db_cluster(
        DBClusterIdentifier="orders",
        Engine="aurora-postgresql",
        MasterUsername="root_user",
        MasterUserPassword="not-a-secret-1",
        DBSubnetGroupName="data",
        VpcSecurityGroupIds=[group],
        StorageEncrypted=True,
        KmsKeyId=aws.client("kms").create_key()["KeyMetadata"]["Arn"],
        DeletionProtection=True,
        EnableIAMDatabaseAuthentication=True,
        Port=5433,
        CopyTagsToSnapshot=True,
        Tags=[{"Key": "backup", "Value": "scheduled"}],
    )
    for name in ("orders-writer", "orders-reader"):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBClusterIdentifier="orders",
            Engine="aurora-postgresql",
            DBInstanceClass="db.r6g.large",
        )
    return Store("Orders", "cluster", "orders")


def restored(aws: Aws, store: Store, folder: Path, backup: str | None = None) -> Journal:
    journal = Journal(folder / "state.json", asked={})
    run(clusters.restore_steps(aws, store, "orders-restored", origin=Origin(backup), seconds=SECONDS), journal)
    return journal


def marked(aws: Aws) -> dict[str, list[str]]:
    """What each instance was marked with, by its name."""
    return {
        one["DBInstanceIdentifier"]: [tag["Value"] for tag in one["TagList"] if tag["Key"] == "was"]
        for one in aws.client("rds").describe_db_instances()["DBInstances"]
    }


def cluster(aws: Aws, name: str) -> dict[str, Any]:
    found: dict[str, Any] = aws.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    return found


def test_a_snapshot_comes_back_beside_with_network_key_protection_and_instances(
    aws: Aws, store: Store, tmp_path: Path
) -> None:
    snapshot = clusters.back_up(aws, "orders", "orders-now", seconds=SECONDS)
    restored(aws, store, tmp_path, snapshot)
    was, now = cluster(aws, "orders"), cluster(aws, "orders-restored")
    for name in ("DBSubnetGroup", "KmsKeyId", "Port", "DeletionProtection", "IAMDatabaseAuthenticationEnabled"):
        assert now[name] == was[name], name
    assert [one["VpcSecurityGroupId"] for one in now["VpcSecurityGroups"]] == [
        one["VpcSecurityGroupId"] for one in was["VpcSecurityGroups"]
    ]
    assert len(now["DBClusterMembers"]) == 2
    assert was["DBClusterMembers"]


def test_running_again_after_a_crash_finishes_the_same_restore(aws: Aws, store: Store, tmp_path: Path) -> None:
    snapshot = clusters.back_up(aws, "orders", "orders-now", seconds=SECONDS)
    steps = clusters.restore_steps(aws, store, "orders-restored", origin=Origin(snapshot), seconds=SECONDS)
    journal = Journal(tmp_path / "state.json", asked={})
    steps[0].run(journal)
    journal.keep("settings", steps[0].run(journal) or {})
    steps[1].run(journal)  # done, and the machine stopped before it was recorded
    restored(aws, store, tmp_path, snapshot)
    names = [one["DBClusterIdentifier"] for one in aws.client("rds").describe_db_clusters()["DBClusters"]]
    assert sorted(names) == ["orders", "orders-restored"]


def fresh(folder: Path) -> Journal:
    return Journal(folder / f"{uuid4().hex}.json", asked={})


@pytest.mark.parametrize("stopped", [(number, recorded) for number in range(8) for recorded in (True, False)])
def test_a_swap_that_stopped_anywhere_goes_on(
    aws: Aws, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: tuple[int, bool]
) -> None:
    stops_after, recorded = stopped  # after how many renames, and whether that was written down
    restored(aws, store, tmp_path, clusters.back_up(aws, "orders", "orders-now", seconds=SECONDS))
    before = {name: cluster(aws, name)["DbClusterResourceId"] for name in ("orders", "orders-restored")}
    state, real = tmp_path / "swap.json", Journal.set_mark

    def stop(journal: Journal, name: str, value: Any) -> None:
        if recorded:
            real(journal, name, value)
        if name == "renamed" and value > stops_after:
            raise KeyboardInterrupt
        if not recorded:
            real(journal, name, value)

    def swap() -> None:
        journal = Journal(state, asked={})
        clusters.swap_names(aws, "orders", "orders-restored", "orders-before-1", seconds=SECONDS, journal=journal)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "set_mark", stop)
        with pytest.raises(KeyboardInterrupt):
            swap()
    swap()
    assert cluster(aws, "orders")["DbClusterResourceId"] == before["orders-restored"]
    assert cluster(aws, "orders-before-1")["DbClusterResourceId"] == before["orders"]
    assert set(marked(aws)) == {"orders-writer", "orders-reader", "orders-restored-1", "orders-restored-2"}


def test_names_are_swapped_and_swapped_back(aws: Aws, store: Store, tmp_path: Path) -> None:
    snapshot = clusters.back_up(aws, "orders", "orders-now", seconds=SECONDS)
    restored(aws, store, tmp_path, snapshot)
    before = {name: cluster(aws, name)["DbClusterResourceId"] for name in ("orders", "orders-restored")}
    clusters.swap_names(aws, "orders", "orders-restored", "orders-before-1", seconds=SECONDS, journal=fresh(tmp_path))
    assert cluster(aws, "orders")["DbClusterResourceId"] == before["orders-restored"]
    clusters.swap_names(
        aws, "orders", clusters.aside_of(aws, "orders"), "orders-undone-1", seconds=SECONDS, journal=fresh(tmp_path)
    )
    assert cluster(aws, "orders")["DbClusterResourceId"] == before["orders"]


def test_instances_swap_their_names_so_that_the_stack_goes_on_with_those_in_use(
    aws: Aws, store: Store, tmp_path: Path
) -> None:
    restored(aws, store, tmp_path, clusters.back_up(aws, "orders", "orders-now", seconds=SECONDS))
    for name, marks in marked(aws).items():
        rds = aws.client("rds")
        arn = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBInstanceArn"]
        rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "was", "Value": name}])
        assert marks == []
    clusters.swap_names(aws, "orders", "orders-restored", "orders-before-1", seconds=SECONDS, journal=fresh(tmp_path))
    pairs = {"orders-writer": "orders-restored-1", "orders-reader": "orders-restored-2"}
    both_ways = pairs | {made: known for known, made in pairs.items()}
    assert marked(aws) == {name: [was] for name, was in both_ways.items()}


def test_a_cluster_that_is_gone_is_told_with_the_way_out(aws: Aws, tmp_path: Path) -> None:
    with pytest.raises(AwsError, match="deploy the data stack with the snapshot first"):
        restored(aws, Store("Orders", "cluster", "orders"), tmp_path, "arn:any")
