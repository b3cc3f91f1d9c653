"""An Application Load Balancer: TLS 1.3, behind the firewall, logged, and closed to all but whom it is for."""

from typing import Any

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge, in_packs

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""TLS 1.3, and 1.2 with forward secrecy; keys are agreed on with a post-quantum hybrid where the client can."""
HTTP, HTTPS = 80, 443
ONLY_CLOUDFRONT = "Only CloudFront reaches it, by its prefix list; CloudFront asks viewers for HTTPS."


class LoadBalancer(Construct):
    """The balancer and its listener, which answers 404 to whatever no service asked for.

    With `certificate_arn` it speaks HTTPS, and plain HTTP only to redirect; without, plain HTTP to CloudFront alone.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        target_ports: list[int],
        certificate_arn: str | None,
        cloudfront_prefix_list_id: str | None,
        idle_timeout_seconds: int,
        access_log_bucket: s3.IBucket,
        retain_data: bool,
    ) -> None:
        """Make the balancer; `target_ports` are those of its targets, `access_log_bucket` takes logs of ELB.

        Raises:
            ValueError: it would serve plain HTTP to the world.
        """
        if not (certificate_arn or cloudfront_prefix_list_id):
            raise ValueError("certificate_arn or cloudfront_prefix_list_id must be given, got neither")
        super().__init__(scope, construct_id)
        self.security_group = ec2.SecurityGroup(
            self, "Access", vpc=vpc, description="Load balancer", allow_all_outbound=False
        )
        port = HTTPS if certificate_arn else HTTP
        self._open(port, cloudfront_prefix_list_id)
        for target_port in target_ports:
            self.security_group.add_egress_rule(
                ec2.Peer.ipv4(vpc.vpc_cidr_block), ec2.Port.tcp(target_port), "Services in the VPC"
            )
        self.balancer = elbv2.CfnLoadBalancer(
            self,
            "Resource",
            type="application",
            scheme="internet-facing",
            subnets=vpc.select_subnets(subnet_type=ec2.SubnetType.PUBLIC).subnet_ids,
            security_groups=[self.security_group.security_group_id],
            load_balancer_attributes=_attributes(
                {
                    "access_logs.s3.bucket": access_log_bucket.bucket_name,
                    "access_logs.s3.enabled": "true",
                    "access_logs.s3.prefix": "load-balancer",
                    "deletion_protection.enabled": str(retain_data).lower(),
                    "idle_timeout.timeout_seconds": str(idle_timeout_seconds),
                    "routing.http.desync_mitigation_mode": "defensive",
                    "routing.http.drop_invalid_header_fields.enabled": "true",
                    "routing.http.preserve_host_header.enabled": "true",
                }
            ),
        )
        self.encrypted = bool(certificate_arn)
        self.listener = self._listener(port, certificate_arn)
        if certificate_arn and not cloudfront_prefix_list_id:
            self._redirect()
        self._acknowledge(retain_data=retain_data)

    def _open(self, port: int, prefix_list: str | None) -> None:
        if prefix_list:
            # The list counts for as many rules as it has entries: a second port would exceed the group's quota.
            self.security_group.add_ingress_rule(ec2.Peer.prefix_list(prefix_list), ec2.Port.tcp(port), "CloudFront")
            return
        for public in (port, HTTP):
            self.security_group.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(public), "Everybody")
        acknowledge(
            self.security_group,
            ["AwsSolutions-EC23"],
            reason="It is the public front door: the web ACL before it and the listener decide who gets in.",
        )

    def _listener(self, port: int, certificate_arn: str | None) -> elbv2.CfnListener:
        return elbv2.CfnListener(
            self,
            "Listener",
            load_balancer_arn=self.balancer.ref,
            port=port,
            protocol="HTTPS" if certificate_arn else "HTTP",
            certificates=[{"certificateArn": certificate_arn}] if certificate_arn else None,
            ssl_policy=TLS_POLICY if certificate_arn else None,
            default_actions=[
                {
                    "type": "fixed-response",
                    "fixedResponseConfig": {
                        "statusCode": "404",
                        "contentType": "application/json",
                        "messageBody": '{"type":"about:blank","title":"Not Found","status":404}',
                    },
                }
            ],
        )

    def _redirect(self) -> None:
        redirect = elbv2.CfnListener(
            self,
            "Redirect",
            load_balancer_arn=self.balancer.ref,
            port=HTTP,
            protocol="HTTP",
            default_actions=[
                {
                    "type": "redirect",
                    "redirectConfig": {"protocol": "HTTPS", "port": str(HTTPS), "statusCode": "HTTP_301"},
                }
            ],
        )
        acknowledge(
            redirect,
            in_packs("ELBv2ACMCertificateRequired"),
            reason="It serves nothing: it sends whoever comes without TLS to the listener that has the certificate.",
        )

    def _acknowledge(self, *, retain_data: bool) -> None:
        if not self.encrypted:
            acknowledge(
                self.listener,
                [
                    *in_packs("ELBv2ACMCertificateRequired"),
                    *in_packs("ALBHttpToHttpsRedirection"),
                ],
                reason=ONLY_CLOUDFRONT,
            )
            accept_finding(self.listener, "encryption.tls-listeners", reason=ONLY_CLOUDFRONT)
        if not retain_data:
            acknowledge(
                self.balancer,
                in_packs("ELBDeletionProtectionEnabled"),
                reason="Destroying the environment removes all of it: nothing here is meant to last.",
            )


def _attributes(values: dict[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]
