"""A DocumentDB cluster is saved, comes back beside, and takes the name of the one in use, over DocumentDB's own API.

The account is played without DocumentDB, so a cluster of Aurora stands in; the client is DocumentDB's, and it refuses
parameters that DocumentDB does not have.
"""

from pathlib import Path
from typing import Any

import pytest

from config import cutovers
from scripts import cutover
from scripts.aws import Aws
from scripts.backup import _take
from scripts.recovery import clusters
from scripts.recovery.journal import Journal, run
from scripts.recovery.stores import KINDS, Origin, Store
from scripts.restore import plan

SECONDS = 5
STORE = Store("Documents", "document-cluster", "papers")


def made(aws: Aws, **credentials: Any) -> Any:
    """DocumentDB's API, and in it the cluster of STORE."""
    api = aws.client("docdb")
    api.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="audited", DBParameterGroupFamily="docdb8.0", Description="TLS and audit"
    )
    api.create_db_cluster(
        DBClusterIdentifier="papers",
        Engine="aurora-postgresql",
        MasterUsername="root_user",
        **(credentials or {"MasterUserPassword": "not-a-secret-1"}),
        DBClusterParameterGroupName="audited",
        StorageEncrypted=True,
        KmsKeyId=aws.client("kms").create_key()["KeyMetadata"]["Arn"],
        DeletionProtection=True,
        Port=27018,
        Tags=[{"Key": "backup", "Value": "scheduled"}],
    )
    for name in ("papers-writer", "papers-reader"):
        api.create_db_instance(
            DBInstanceIdentifier=name,
            DBClusterIdentifier="papers",
            Engine="aurora-postgresql",
            DBInstanceClass="db.t4g.medium",
        )
    return api


def cluster(docdb: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = docdb.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    return found


def restored(aws: Aws, folder: Path, backup: str | None) -> str:
    steps = plan(aws, STORE, "papers-restored", Origin(backup), seconds=SECONDS)
    run(steps, Journal(folder / "state.json", asked={}))
    return "papers-restored"


@pytest.mark.parametrize("from_snapshot", [True, False], ids=["from a snapshot", "to the latest moment"])
def test_it_comes_back_with_keys_protection_parameters_and_instances(
    aws: Aws, tmp_path: Path, from_snapshot: bool
) -> None:
    docdb = made(aws)
    backup = _take(aws, STORE, seconds=SECONDS)["backup"] if from_snapshot else None
    was, now = cluster(docdb, "papers"), cluster(docdb, restored(aws, tmp_path, backup))
    for name in ("KmsKeyId", "Port", "DeletionProtection", "DBClusterParameterGroup"):
        assert now[name] == was[name], name
    assert len(now["DBClusterMembers"]) == 2
    tags = docdb.list_tags_for_resource(ResourceName=now["DBClusterArn"])["TagList"]
    assert {"Key": "backup", "Value": "scheduled"} in tags


def test_it_gets_its_parameters_where_a_restore_takes_none(aws: Aws, tmp_path: Path) -> None:
    docdb, journal = made(aws), Journal(tmp_path / "state.json", asked={})
    steps = plan(aws, STORE, "papers-restored", Origin(), seconds=SECONDS)
    run(steps[:2], journal)
    docdb.modify_db_cluster(DBClusterIdentifier="papers-restored", DBClusterParameterGroupName="default.docdb8.0")
    run(steps, journal)
    assert cluster(docdb, "papers-restored")["DBClusterParameterGroup"] == "audited"


def test_its_password_is_managed_again(aws: Aws, tmp_path: Path) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    docdb = made(aws, ManageMasterUserPassword=True, MasterUserSecretKmsKeyId=key)
    now = cluster(docdb, restored(aws, tmp_path, None))
    assert now["MasterUserSecret"]["KmsKeyId"] == key


def test_it_takes_the_name_in_use_and_gives_it_back(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docdb = made(aws)
    monkeypatch.setattr(cutovers, "FILE", tmp_path / "cutovers.json")
    monkeypatch.setattr(cutover, "STATES", tmp_path / "states")
    copy = restored(aws, tmp_path, _take(aws, STORE, seconds=SECONDS)["backup"])
    ids = {name: cluster(docdb, name)["DbClusterResourceId"] for name in ("papers", copy)}
    cutover._swap(aws, STORE, copy, seconds=SECONDS)
    assert cluster(docdb, "papers")["DbClusterResourceId"] == ids[copy]
    cutover._swap(aws, STORE, None, seconds=SECONDS)
    assert cluster(docdb, "papers")["DbClusterResourceId"] == ids["papers"]
    assert not list((tmp_path / "states").iterdir())
    assert not (tmp_path / "cutovers.json").exists()  # no template knows the id or the secret of such a cluster


def test_the_verbs_know_the_type() -> None:
    assert clusters.SERVICES[KINDS["AWS::DocDB::DBCluster"]] == "docdb"
