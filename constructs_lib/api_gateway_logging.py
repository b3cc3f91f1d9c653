"""The account's permission for API Gateway to write logs: one per account and region, shared by all APIs."""

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge
from constructs_lib.workload_role import WorkloadRole


class ApiGatewayLogging(Construct):
    """Sets the role that API Gateway logs with, for the whole account in this region."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        role = WorkloadRole(self, "Role", service="apigateway", description="Lets API Gateway write its logs")
        role.allow(
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            "logs:GetLogEvents",
            "logs:FilterLogEvents",
            on=["*"],
        )
        acknowledge(
            role.policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            reason="API Gateway checks the role for exactly these actions on every log group before it accepts it.",
        )
        accept_finding(
            role.policy,
            "identity.resource-star",
            reason="API Gateway checks the role for these log actions on every log group before it accepts it.",
        )
        apigateway.CfnAccount(self, "Resource", cloud_watch_role_arn=role.role.role_arn).node.add_dependency(
            role.policy
        )
