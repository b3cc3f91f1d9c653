"""DynamoDB: what global tables say of their replicas."""

from emulator import ministack_internals as ministack
from emulator.api import call
from emulator.handler import Properties, completes


@completes("AWS::DynamoDB::GlobalTable")
def replicas(physical_id: str, properties: Properties) -> None:
    """Give the table the TTL, the tags and the point-in-time recovery that it asks for, and its replicas elsewhere."""
    table = call("dynamodb", "describe_table", TableName=physical_id)["Table"]
    if "TimeToLiveSpecification" in properties:
        _set_ttl(physical_id, properties["TimeToLiveSpecification"])
    present = {replica["RegionName"] for replica in table.get("Replicas", [])}
    for replica in properties.get("Replicas", []):
        if replica["Region"] == ministack.region():
            if replica.get("Tags"):
                call("dynamodb", "tag_resource", ResourceArn=table["TableArn"], Tags=replica["Tags"])
            if "PointInTimeRecoverySpecification" in replica:
                call("dynamodb", "update_continuous_backups", replica, TableName=physical_id)
        elif replica["Region"] not in present:
            create = [{"Create": {"RegionName": replica["Region"]}}]
            call("dynamodb", "update_table", TableName=physical_id, ReplicaUpdates=create)


def _set_ttl(table: str, wanted: Properties) -> None:
    known = call("dynamodb", "describe_time_to_live", TableName=table)["TimeToLiveDescription"]
    if (known["TimeToLiveStatus"] == "ENABLED") != wanted["Enabled"]:  # DynamoDB refuses what is so already
        call("dynamodb", "update_time_to_live", TableName=table, TimeToLiveSpecification=wanted)
