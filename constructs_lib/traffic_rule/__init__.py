"""A listener rule whose weights CloudFormation leaves to ECS."""

from constructs_lib.traffic_rule.construct import TrafficRules

__all__ = ["TrafficRules"]
