"""Boundary: the ceiling over every role of the environment. It is deployed first: the roles name it."""

import aws_cdk as cdk
from constructs import Construct

import config
from config import Environment
from config.model import REGION_OF_THE_EDGE
from constructs_lib.permissions_boundary import PermissionsBoundary
from infra.stack_settings import boundary_name, stack_settings

PASSED_TO = ("backup", "batch", "ecs-tasks", "events", "pipes", "scheduler")
"""Services that roles of the app may hand a role to. Lambda is not one: new code must not come with a role."""


class BoundaryStack(cdk.Stack):
    """One managed policy; IAM has no regions, so it bounds the roles of the recovery region, too."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        delivered = environment.pipeline.stages if environment.pipeline else ()
        regions = {region for name in delivered for region in config.load(name).regions}
        prefix = f"{environment.project}-{environment.name}"
        PermissionsBoundary(
            self,
            "Boundary",
            name=boundary_name(environment),
            deployer_prefix=f"{prefix}-pipeline",
            passed_to=PASSED_TO,
            regions=sorted({self.region, environment.recovery_region, REGION_OF_THE_EDGE, *regions}),
            role_prefix=f"{prefix}-",
        )
