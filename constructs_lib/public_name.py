"""A public name of ours: its certificate, the records that lead to a target, and what checks that it answers."""

from collections.abc import Mapping

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from constructs import Construct

CHECK_SECONDS = 30
"""How often each of Route 53's checkers asks; 10 is the other value, for more money."""
FAILURES = 3
"""Refused answers in a row that make a target unhealthy: a minute and a half."""
TTL_SECONDS = 60


class PublicName(Construct):
    """A certificate for `name`, proven by records in the zone that AWS renews it with. Another name replaces it.

    It stands in the region that its user wants: us-east-1 for CloudFront, its own for an API.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, zone_id: str, zone_name: str) -> None:
        super().__init__(scope, construct_id)
        self.name = name
        self._zone = route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=zone_id, zone_name=zone_name
        )
        self.certificate = acm.Certificate(
            self, "Certificate", domain_name=name, validation=acm.CertificateValidation.from_dns(self._zone)
        )

    def lead_to(self, alias: route53.IAliasRecordTarget) -> None:
        """Answer with the addresses of `alias`, IPv4 and IPv6; AWS does not charge for these queries."""
        target = route53.RecordTarget.from_alias(alias)
        route53.ARecord(self, "Ipv4", zone=self._zone, record_name=f"{self.name}.", target=target)
        route53.AaaaRecord(self, "Ipv6", zone=self._zone, record_name=f"{self.name}.", target=target)

    def fail_over(self, *, primary: str, secondary: str, health_check_id: str) -> None:
        """Lead to the host `primary` while its health check holds, else to the host `secondary`.

        As CNAME records, since an alias record and a foreign host cannot share a name: not for a zone's own name.
        """
        for role, host, check in (("PRIMARY", primary, health_check_id), ("SECONDARY", secondary, None)):
            route53.CfnRecordSet(
                self,
                role.title(),
                hosted_zone_id=self._zone.hosted_zone_id,
                name=f"{self.name}.",
                type="CNAME",
                ttl=str(TTL_SECONDS),
                resource_records=[host],
                failover=role,
                health_check_id=check,
                set_identifier=role.lower(),
            )


def health_check(scope: Construct, construct_id: str, *, host: str, path: str, tags: Mapping[str, str]) -> str:
    """Ask `https://{host}{path}` from several places of the world; return the id of the check."""
    config = route53.CfnHealthCheck.HealthCheckConfigProperty(
        type="HTTPS",
        fully_qualified_domain_name=host,
        port=443,
        resource_path=path,
        enable_sni=True,
        request_interval=CHECK_SECONDS,
        failure_threshold=FAILURES,
    )
    labels = [route53.CfnHealthCheck.HealthCheckTagProperty(key=key, value=value) for key, value in tags.items()]
    return route53.CfnHealthCheck(scope, construct_id, health_check_config=config, health_check_tags=labels).ref
