"""The way from the load balancer to a service: target groups, and the rule that sends requests there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from constructs_lib.acknowledge import accept_finding
from constructs_lib.load_balancer import ONLY_CLOUDFRONT, LoadBalancer
from constructs_lib.traffic_rule import TrafficRules


@dataclass(frozen=True, kw_only=True)
class Requests:
    """Which requests a service gets, in the order of `priority`, 1-25,000; where its health is asked for."""

    priority: int
    paths: Sequence[str] = ()
    hosts: Sequence[str] = ()
    health_path: str = "/health"


class ServiceTargets(Construct):
    """A target group, and a second one where deployments shift requests: then the rule leaves its weights to ECS.

    A rule that shifts has an odd number and one that does not the even one after it, so that a service can change
    its strategy: the new rule is there before the old one goes.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        requests: Requests,
        port: int,
        drain_seconds: int,
        vpc: ec2.IVpc,
        balancer: LoadBalancer,
        shifting_rules: TrafficRules | None,
    ) -> None:
        """Route `requests` to `port`; `shifting_rules` where deployments shift them."""
        super().__init__(scope, construct_id)
        self._balancer = balancer.balancer
        common: dict[str, Any] = {
            "port": port,
            "protocol": "HTTP",
            "target_type": "ip",
            "vpc_id": vpc.vpc_id,
            "health_check_path": requests.health_path,
            "health_check_interval_seconds": 15,
            "health_check_timeout_seconds": 5,
            "healthy_threshold_count": 2,
            "unhealthy_threshold_count": 3,
            "matcher": {"httpCode": "200"},
            "target_group_attributes": [
                {"key": "deregistration_delay.timeout_seconds", "value": str(drain_seconds)},
                {"key": "load_balancing.algorithm.type", "value": "least_outstanding_requests"},
            ],
        }
        self.primary = elbv2.CfnTargetGroup(self, "Targets", **common)
        self.alternate = elbv2.CfnTargetGroup(self, "Alternate", **common) if shifting_rules else None
        self._groups = [self.primary, *([self.alternate] if self.alternate else [])]
        if shifting_rules and self.alternate:
            rule = shifting_rules.add(
                self,
                "ShiftingRule",
                priority=2 * requests.priority - 1,
                conditions=_conditions(requests, capital=True),
                target_group_arns=[self.primary.ref, self.alternate.ref],
            )
            self.rule_arn = rule.get_att_string("RuleArn")
            self.rule: cdk.CustomResource | elbv2.CfnListenerRule = rule
        else:
            self.rule = elbv2.CfnListenerRule(
                self,
                "Rule",
                listener_arn=balancer.listener.ref,
                priority=2 * requests.priority,
                conditions=_conditions(requests),
                actions=[{"type": "forward", "targetGroupArn": self.primary.ref}],
            )
            self.rule_arn = self.rule.ref
            if not balancer.encrypted:
                accept_finding(self.rule, "encryption.tls-listeners", reason=ONLY_CLOUDFRONT)

    @property
    def label(self) -> str:
        """What Application Auto Scaling calls the requests of the first target group."""
        return f"{self._balancer.attr_load_balancer_full_name}/{self.primary.attr_target_group_full_name}"

    @property
    def metrics(self) -> list[dict[str, str]]:
        """The dimensions of the metrics of each target group."""
        balancer = self._balancer.attr_load_balancer_full_name
        return [{"LoadBalancer": balancer, "TargetGroup": group.attr_target_group_full_name} for group in self._groups]


def _conditions(requests: Requests, *, capital: bool = False) -> list[dict[str, Any]]:
    """Return the conditions, as CloudFormation's resource takes them, or with `capital` as its API does."""
    conditions = [
        {"field": kind, f"{name}Config": {"values": list(values)}}
        for kind, name, values in (
            ("host-header", "hostHeader", requests.hosts),
            ("path-pattern", "pathPattern", requests.paths),
        )
        if values
    ]
    return [_capitalised(condition) for condition in conditions] if capital else conditions


def _capitalised(value: Any) -> Any:
    if isinstance(value, dict):
        return {f"{key[0].upper()}{key[1:]}": _capitalised(item) for key, item in value.items()}
    return value
