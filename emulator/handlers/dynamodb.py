"""DynamoDB: what global tables say of their replicas."""

from emulator import ministack_internals as ministack
from emulator.api import call
from emulator.handler import Properties, completes


@completes("AWS::DynamoDB::GlobalTable")
def replicas(physical_id: str, properties: Properties) -> None:
    """Turn point-in-time recovery on where a replica asks for it, and make the replicas of other regions."""
    table = call("dynamodb", "describe_table", TableName=physical_id)["Table"]
    present = {replica["RegionName"] for replica in table.get("Replicas", [])}
    for replica in properties.get("Replicas", []):
        if replica["Region"] == ministack.region():
            if "PointInTimeRecoverySpecification" in replica:
                call("dynamodb", "update_continuous_backups", replica, TableName=physical_id)
        elif replica["Region"] not in present:
            create = [{"Create": {"RegionName": replica["Region"]}}]
            call("dynamodb", "update_table", TableName=physical_id, ReplicaUpdates=create)
