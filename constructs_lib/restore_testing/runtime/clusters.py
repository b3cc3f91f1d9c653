"""Looks into a restored Aurora cluster. AWS Backup makes it without an instance: this adds one, asks, and removes it.

Each call does the next step and raises NotYetError until the cluster answers. SQL goes through the Data API, which
needs no way into the network; the master user's password is one that RDS makes for the restored cluster alone.
"""

import json
from contextlib import suppress
from typing import Any

from .verdicts import Client, NotWholeError, NotYetError, Seen, opened, require

TAG = "awsbackup-restore-test"
"""What AWS Backup marks its restore tests with, and deletes by: the instance too, should nobody come back for it."""

PASSING = {
    "DatabaseResumingException",
    "DatabaseUnavailableException",
    "HttpEndpointNotEnabledException",
    "InternalServerErrorException",
    "InvalidSecretException",
    "ServiceUnavailableError",
}
"""What the Data API says of a cluster that it has only just heard of."""

CAPACITY = {"MinCapacity": 0.5, "MaxCapacity": 4}
CANARIES = "SELECT number, written_at, nonce, checksum, tables_then FROM groundwork_canary.canaries ORDER BY number"
TABLES = (
    "SELECT count(*) AS tables_now FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema "
    "NOT IN ('information_schema', 'performance_schema', 'pg_catalog', 'mysql', 'sys')"
)
"""The same question that the writer of the canaries asks."""


def look(client: Client, arn: str, _: str, key: str) -> Seen:
    """Sign in, count, and open every canary."""
    rds, name = client("rds"), arn.rpartition(":")[2]
    cluster = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    require(cluster.get("KmsKeyId"), key, f"the key of {name}")
    instance = _instance(rds, cluster)
    secret = _secret(rds, cluster, key)

    def ask(statement: str) -> list[dict[str, Any]]:
        where = {"resourceArn": arn, "secretArn": secret, "database": cluster["DatabaseName"]}
        return _ask(client("rds-data"), where, statement)

    found = ask(CANARIES)
    if not found:
        raise NotWholeError(f"{name} lacks its canaries: the table is there, and empty")
    written = [opened(name, {part: row[part] for part in ("written_at", "nonce", "checksum")}) for row in found]
    require(len(found), found[-1]["number"], f"the number of canaries of {name}")
    require(ask(TABLES)[0]["tables_now"], found[-1]["tables_then"], f"the number of tables of {name}")
    return Seen(written_at=max(written), usable_at=instance["InstanceCreateTime"])


def tidy(client: Client, arn: str) -> None:
    """Remove the instance; AWS Backup removes the cluster when the time for looking at it is over."""
    rds, name = client("rds"), arn.rpartition(":")[2]
    gone = (rds.exceptions.DBClusterNotFoundFault, rds.exceptions.DBInstanceNotFoundFault)
    with suppress(*gone, rds.exceptions.InvalidDBInstanceStateFault):  # the last: it is going already
        for member in rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["DBClusterMembers"]:
            rds.delete_db_instance(DBInstanceIdentifier=member["DBInstanceIdentifier"], SkipFinalSnapshot=True)


def _ask(data: Any, where: dict[str, str], statement: str) -> list[dict[str, Any]]:
    from botocore.exceptions import ClientError

    try:
        answer = data.execute_statement(**where, sql=statement, formatRecordsAs="JSON")
    except ClientError as error:
        if error.response["Error"]["Code"] in PASSING:
            raise NotYetError(f"the restored cluster's Data API, which says {error}") from None
        raise
    rows: list[dict[str, Any]] = json.loads(answer["formattedRecords"])
    return rows


def _instance(rds: Any, cluster: dict[str, Any]) -> dict[str, Any]:
    """Return the cluster's instance; make it first."""
    name = cluster["DBClusterIdentifier"]
    if not cluster["DBClusterMembers"]:
        require(cluster["Status"], "available", f"the status of {name}")
        rds.modify_db_cluster(
            DBClusterIdentifier=name, ServerlessV2ScalingConfiguration=CAPACITY, ApplyImmediately=True
        )
        with suppress(rds.exceptions.DBInstanceAlreadyExistsFault):  # another invocation was first
            rds.create_db_instance(
                DBInstanceIdentifier=f"{name[:56]}-look",
                DBClusterIdentifier=name,
                DBInstanceClass="db.serverless",
                Engine=cluster["Engine"],
                PubliclyAccessible=False,
                Tags=[tag for tag in cluster["TagList"] if tag["Key"] == TAG],
            )
        raise NotYetError("an instance for the restored cluster")
    wanted = cluster["DBClusterMembers"][0]["DBInstanceIdentifier"]
    found: dict[str, Any] = rds.describe_db_instances(DBInstanceIdentifier=wanted)["DBInstances"][0]
    if found["DBInstanceStatus"] != "available":
        raise NotYetError(f"an instance for the restored cluster, which is {found['DBInstanceStatus']}")
    return found


def _secret(rds: Any, cluster: dict[str, Any], key: str) -> str:
    """Return the secret of the restored cluster's master user; have RDS make it first, and open the Data API."""
    name = cluster["DBClusterIdentifier"]
    if not cluster.get("HttpEndpointEnabled"):
        rds.enable_http_endpoint(ResourceArn=cluster["DBClusterArn"])
    secret = cluster.get("MasterUserSecret")
    if not secret:
        rds.modify_db_cluster(
            DBClusterIdentifier=name, ManageMasterUserPassword=True, MasterUserSecretKmsKeyId=key, ApplyImmediately=True
        )
    if not (secret and cluster.get("HttpEndpointEnabled")) or secret["SecretStatus"] != "active":
        raise NotYetError("a password for the restored cluster, and its Data API")
    arn: str = secret["SecretArn"]
    return arn
