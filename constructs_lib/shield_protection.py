"""AWS Shield Advanced over one front door: detection fitted to its traffic, and AWS's response team."""

from aws_cdk import aws_shield as shield
from constructs import Construct


class ShieldProtection(Construct):
    """Protects a load balancer, distribution, hosted zone or Elastic IP address of an account that subscribed.

    The subscription is the account's, made by hand, for a year, at 3,000 USD a month for all accounts of an
    organisation: no template makes it, and without it AWS refuses the protection.
    Another `name` or `resource_arn` replaces the protection, and for a moment there is none.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, resource_arn: str) -> None:
        super().__init__(scope, construct_id)
        shield.CfnProtection(self, "Resource", name=name, resource_arn=resource_arn)
