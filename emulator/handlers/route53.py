"""Route 53: health checks."""

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
