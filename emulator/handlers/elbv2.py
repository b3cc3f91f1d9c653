"""Load balancing: the targets that a target group lists."""

from emulator.api import call
from emulator.handler import Properties, completes


@completes("AWS::ElasticLoadBalancingV2::TargetGroup")
def targets(physical_id: str, properties: Properties) -> None:
    """Register the targets, which ministack's handler drops."""
    if properties.get("Targets"):
        call("elbv2", "register_targets", properties, TargetGroupArn=physical_id)
