"""Route 53: health checks, and records of zones that only AWS has."""

from typing import Any

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("AWS::Route53::HealthCheck")
class HealthCheck(Handler):
    """A health check."""

    def create(self, declared: Declared) -> Provisioned:
        reference = declared.name("CallerReference")
        made = call("route53", "create_health_check", declared.properties, CallerReference=reference)
        return made["HealthCheck"]["Id"], {"HealthCheckId": made["HealthCheck"]["Id"]}

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        config = declared.properties["HealthCheckConfig"]
        call("route53", "update_health_check", config, HealthCheckId=physical_id)
        return physical_id, {"HealthCheckId": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("route53", "delete_health_check", HealthCheckId=physical_id)


@handles("AWS::Route53::RecordSet", instead="refuses a zone that it has not, and every change of a record in place")
class RecordSet(Handler):
    """A record. Its zone is nobody's resource: one that is not there is made with its first record."""

    def create(self, declared: Declared) -> Provisioned:
        _change("UPSERT", declared.properties)
        return declared.properties["Name"], {}

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        return self.create(declared)

    def delete(self, physical_id: str, properties: Properties) -> None:
        _change("DELETE", properties)


def _change(action: str, properties: Properties) -> None:
    beside = ("HostedZoneId", "Comment")
    record: dict[str, Any] = {name: value for name, value in properties.items() if name not in beside}
    if "ResourceRecords" in record:
        record["ResourceRecords"] = [{"Value": value} for value in record["ResourceRecords"]]
    if "TTL" in record:
        record["TTL"] = int(record["TTL"])
    if alias := record.get("AliasTarget"):
        healthy = str(alias.get("EvaluateTargetHealth")).lower() == "true"
        record["AliasTarget"] = {**alias, "EvaluateTargetHealth": healthy}
    changes = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    call("route53", "change_resource_record_sets", HostedZoneId=_zone(properties["HostedZoneId"]), ChangeBatch=changes)


def _zone(wanted: str) -> str:
    """The id under which the zone called for is here: its own, or that of the one made in its place."""
    reference = f"instead-of-{wanted}"
    zones = call("route53", "list_hosted_zones")["HostedZones"]
    for zone in zones:
        if zone["Id"].endswith(f"/{wanted}") or zone.get("CallerReference") == reference:
            return str(zone["Id"]).rpartition("/")[2]
    made = call("route53", "create_hosted_zone", Name=f"{wanted.lower()}.example", CallerReference=reference)
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]
