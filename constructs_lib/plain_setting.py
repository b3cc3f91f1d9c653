"""A setting that is no secret, in Parameter Store: what reads it needs neither its value nor a new image."""

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from constructs_lib.workload_role import WorkloadRole

LONGEST = 4096
"""Characters of a value in the standard tier, which costs nothing."""


class PlainSetting(Construct):
    """The parameter `name`, a path such as /shop/prod/Currency. Whoever may read parameters reads its value.

    Another name replaces it. Another value does not: it is there where it is read next. That no value is a secret is
    the promise of a guardrail (secrets.parameters), which knows how secrets look.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, value: str, description: str) -> None:
        """Make the parameter.

        Raises:
            ValueError: a name that is no path, or a value that Parameter Store does not take.
        """
        if not name.startswith("/"):
            raise ValueError(f"name must begin with a slash, got {name}")
        if not 1 <= len(value) <= LONGEST:
            raise ValueError(f"value must have 1-{LONGEST} characters, got {len(value)}")
        super().__init__(scope, construct_id)
        self.parameter = ssm.CfnParameter(
            self, "Resource", type="String", tier="Standard", name=name, value=value, description=description
        )

    @property
    def arn(self) -> str:
        """ARN of the parameter."""
        stack = cdk.Stack.of(self)
        return f"arn:{stack.partition}:ssm:{stack.region}:{stack.account}:parameter{self.parameter.ref}"

    def grant_read(self, role: WorkloadRole) -> None:
        """Let `role` read the setting."""
        role.allow("ssm:GetParameter", "ssm:GetParameters", on=[self.arn])
