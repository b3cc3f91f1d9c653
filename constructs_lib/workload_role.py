"""A role for one workload, whose permissions stand in one customer-managed policy."""

from aws_cdk import aws_iam as iam
from constructs import Construct


class WorkloadRole(Construct):
    """A role and its policy. Grant to `policy`: a grant to the role itself would become an inline policy."""

    def __init__(self, scope: Construct, construct_id: str, *, service: str, description: str) -> None:
        """Make a role that the AWS service `service` (such as `lambda`) assumes."""
        super().__init__(scope, construct_id)
        role = iam.Role(
            self,
            "Resource",
            assumed_by=iam.ServicePrincipal(f"{service}.amazonaws.com"),
            description=description,
        )
        self.policy = iam.ManagedPolicy(self, "Policy", description=description, roles=[role])
        self.role = role.without_policy_updates()

    def allow(self, *actions: str, on: list[str], conditions: dict[str, dict[str, object]] | None = None) -> None:
        """Allow `actions` on the ARNs `on`."""
        self.policy.add_statements(iam.PolicyStatement(actions=list(actions), resources=on, conditions=conditions))
