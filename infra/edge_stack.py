"""Edge: what the world sees. CloudFront before the front end and the API, its name, its firewall and its alarms."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from constructs_lib.access_log_bucket import AccessLogBucket
from constructs_lib.acknowledge import acknowledge
from constructs_lib.alarm_routes import AlarmRoutes
from constructs_lib.customer_key import CustomerKey
from constructs_lib.distribution_logs import DistributionLogs
from constructs_lib.load_balancer import LoadBalancer
from constructs_lib.monitoring import Monitoring
from constructs_lib.monitoring.edge import monitor_certificate, monitor_distribution, monitor_health_check
from constructs_lib.monitoring.queues import monitor_dead_letters
from constructs_lib.monitoring.web_acl import monitor_web_acl
from constructs_lib.public_name import PublicName, health_check
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.serverless_api import STAGE, ServerlessApi
from constructs_lib.shield_protection import ShieldProtection
from constructs_lib.site_distribution import SiteDistribution
from constructs_lib.web_acl import WebAcl
from infra.alarm_settings import EDGE, EDGE_NAMES, listeners, mute_windows, overrides, refuse_unknown_overrides
from infra.stack_settings import stack_settings

REGION = "us-east-1"
"""Where CloudFront takes its certificates and web ACLs from, and where its metrics are."""
VERSION_DAYS = 30
"""Days that a replaced file of the site is kept: to look at, since going back is another deployment."""


class EdgeStack(cdk.Stack):
    """The door. What stands behind it is referred to weakly: no other stack waits for this one."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        api: ServerlessApi,
        balancer: LoadBalancer | None,
        sign_in_url: str | None,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id, region=REGION))
        cdk.CrossStackReferences.of(self).consume(cdk.ReferenceStrength.WEAK)
        edge = environment.edge
        self.key = self._key(environment)
        access_logs = AccessLogBucket(
            self,
            "AccessLogs",
            retain_data=environment.retain_data,
            lifecycle_rules=[_expiry(edge.log_retention_days)],
        ).bucket
        self.site = SecureBucket(
            self,
            "Site",
            access_log_bucket=access_logs,
            encryption_key=self.key,
            lifecycle_rules=[s3.LifecycleRule(noncurrent_version_expiration=cdk.Duration.days(VERSION_DAYS))],
            retain_data=environment.retain_data,
        ).bucket
        self.name = (
            PublicName(self, "Name", name=edge.domain, zone_id=edge.zone.id, zone_name=edge.zone.name)
            if edge.domain and edge.zone
            else None
        )
        self.web_acl = self._web_acl(environment) if edge.web_acl else None
        self.front = SiteDistribution(
            self,
            "Distribution",
            description=f"Front end of {environment.project} {environment.name}",
            allowed_countries=edge.allowed_countries,
            api_host=api.host,
            api_stage=STAGE,
            blocked_countries=edge.blocked_countries,
            certificate=self.name.certificate if self.name else None,
            connects_to=[sign_in_url] if sign_in_url else [],
            domain=self.name.name if self.name else None,
            price_class=edge.price_class,
            service_host=balancer.balancer.attr_dns_name if balancer and edge.service_paths else None,
            service_paths=edge.service_paths,
            site=self.site,
            web_acl_arn=self.web_acl.acl.attr_arn if self.web_acl else None,
        )
        if environment.security.detection.shield_advanced:
            ShieldProtection(self, "FrontShield", name=f"{self.stack_name}-front", resource_arn=self.front.arn)
        DistributionLogs(
            self, "DistributionLogs", name=self.stack_name, bucket=access_logs, distribution=self.front.distribution
        )
        self.health_check = self._lead_here(edge.failover_host) if self.name else None
        self._watch(environment)
        cdk.CfnOutput(self, "SiteBucket", value=self.site.bucket_name, description="Bucket of the front end's files")
        self.site_bucket_name = cdk.Fn.get_stack_output(self.stack_name, "SiteBucket", self.region)
        cdk.CfnOutput(self, "SiteUrl", value=self.front.url, description="Address of the front end")

    def _key(self, environment: Environment) -> kms.Key:
        key = CustomerKey(
            self,
            "EdgeKey",
            alias=f"{environment.project}/{environment.name}/edge",
            description=f"Encrypts site, firewall logs and alarms of {environment.project} {environment.name}",
            retain_data=environment.retain_data,
            deletion_window=cdk.Duration.days(environment.security.key_deletion_window_days),
        )
        key.allow_log_groups()
        acknowledge(
            key,
            ["@aws-cdk/aws-cloudfront-origins:wildcardKeyPolicyForOac"],
            reason="Every distribution of this account may decrypt with it: naming the one alone would be a circle.",
        )
        return key.key

    def _web_acl(self, environment: Environment) -> WebAcl:
        name = _acl_name(environment)
        rules = environment.security.web_acl
        return WebAcl(
            self,
            "WebAcl",
            name=name,
            web_scope="CLOUDFRONT",
            allowed_addresses=rules.allowed_addresses,
            block_anonymous=rules.block_anonymous,
            blocked_addresses=rules.blocked_addresses,
            blocked_countries=rules.blocked_countries,
            counted_rules=rules.counted_rules,
            rate_limit_per_5_minutes=rules.rate_limit_per_5_minutes,
            log_group=SecureLogGroup(
                self,
                "WebAclLogs",
                encryption_key=self.key,
                log_group_name=f"aws-waf-logs-{name}",
                retention_days=environment.compute.log_retention_days,
            ).log_group,
        )

    def _lead_here(self, failover_host: str | None) -> str:
        """Make the records of the name, and the check of what they lead to; return the id of the check."""
        distribution, name = self.front.distribution, self.name
        check = health_check(
            self,
            "HealthCheck",
            host=distribution.distribution_domain_name,
            path=f"/{STAGE}/health",
            tags={"Name": self.stack_name},
        )
        if name and failover_host:
            name.fail_over(
                primary=distribution.distribution_domain_name, secondary=failover_host, health_check_id=check
            )
        elif name:
            name.lead_to(targets.CloudFrontTarget(distribution))
        return check

    def _watch(self, environment: Environment) -> None:
        """Make the alarms here: CloudWatch alarms see the metrics of their own region only."""
        routes = AlarmRoutes(self, "Alarms", encryption_key=self.key, listeners=listeners(environment))
        monitoring = Monitoring(
            self,
            "Monitoring",
            name=f"{environment.project}-{environment.name}",
            topics=routes.topic_arns,
            boards=(),
            mute_windows=mute_windows(environment),
            overrides=overrides(environment, of=EDGE_NAMES),
        )
        limits = environment.monitoring.thresholds
        monitor_distribution(
            monitoring,
            name=EDGE,
            distribution_id=self.front.distribution.distribution_id,
            server_error_percent=limits.api_server_error_percent,
        )
        if self.web_acl:
            monitor_web_acl(
                monitoring,
                name=f"{EDGE}WebAcl",
                metric_name=_acl_name(environment),
                blocked_per_5_minutes=limits.blocked_requests_per_5_minutes,
                region=None,
            )
        if self.name:
            monitor_certificate(
                monitoring, name=f"{EDGE}Certificate", certificate_arn=self.name.certificate.certificate_arn
            )
        if self.health_check:
            monitor_health_check(monitoring, name=f"{EDGE}FrontDoor", health_check_id=self.health_check)
        monitor_dead_letters(monitoring, routes.undelivered, name=f"{EDGE}UndeliveredAlarms")
        refuse_unknown_overrides(environment, monitoring)
        monitoring.complete()


def _acl_name(environment: Environment) -> str:
    return f"{environment.project}-{environment.name}-edge"


def _expiry(days: int) -> s3.LifecycleRule:
    return s3.LifecycleRule(expiration=cdk.Duration.days(days), noncurrent_version_expiration=cdk.Duration.days(1))
