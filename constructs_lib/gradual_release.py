"""A function's new version takes over gradually, and gives way again by itself when it fails."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge, as_written, in_packs
from constructs_lib.workload_role import WorkloadRole

STRATEGIES = {
    "canary": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    "linear": "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
}
"""CodeDeploy's own: a tenth of the requests for five minutes, then all; or a tenth more every minute."""
ALIAS = "live"


class GradualRelease(Construct):
    """The alias `live`, which callers use, and CodeDeploy, which moves it from version to version.

    An error of a request through the alias is enough: CodeDeploy then moves the alias back, and CloudFormation rolls
    the stack back. Versions stay until the function goes. Nothing but a release changes what callers reach: not a
    changed setting of the function either.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, function: lambda_.Function, name: str, strategy: str
    ) -> None:
        """Release `function`, which people know as `name`; `strategy` is one of STRATEGIES."""
        if strategy not in STRATEGIES:
            raise ValueError(f"strategy must be one of {', '.join(STRATEGIES)}, got {strategy}")
        super().__init__(scope, construct_id)
        version = function.current_version
        version.apply_removal_policy(cdk.RemovalPolicy.RETAIN)  # the alias may have to go back to it
        self.alias = lambda_.Alias(self, "Alias", alias_name=ALIAS, version=version)
        role = self._role(function)
        application = codedeploy.CfnApplication(self, "Application", compute_platform="Lambda")
        group = codedeploy.CfnDeploymentGroup(
            self,
            "Resource",
            application_name=application.ref,
            service_role_arn=role.role.role_arn,
            deployment_config_name=STRATEGIES[strategy],
            deployment_style={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            alarm_configuration={"enabled": True, "alarms": [{"name": self._alarm(function, name).ref}]},
            auto_rollback_configuration={
                "enabled": True,
                "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
            },
        )
        group.node.add_dependency(role.policy)
        resource = self.alias.node.default_child
        if isinstance(resource, lambda_.CfnAlias):
            resource.cfn_options.update_policy = cdk.CfnUpdatePolicy(
                code_deploy_lambda_alias_update=cdk.CfnCodeDeployLambdaAliasUpdate(
                    application_name=application.ref, deployment_group_name=group.ref
                )
            )

    def _alarm(self, function: lambda_.Function, name: str) -> cloudwatch.CfnAlarm:
        alarm = cloudwatch.CfnAlarm(
            self,
            "Errors",
            alarm_description=f"Rolls a release of {name} back",
            namespace="AWS/Lambda",
            metric_name="Errors",
            dimensions=[
                {"name": "FunctionName", "value": function.function_name},
                {"name": "Resource", "value": f"{function.function_name}:{ALIAS}"},
            ],
            statistic="Sum",
            period=60,
            evaluation_periods=1,
            threshold=0,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data="notBreaching",
        )
        acknowledge(
            alarm,
            in_packs("CloudWatchAlarmAction", ("NIST.800.53.R5", "HIPAA.Security")),
            reason="CodeDeploy reads it and rolls the release back; people are told by the alarms of the function.",
        )
        return alarm

    def _role(self, function: lambda_.Function) -> WorkloadRole:
        stack = cdk.Stack.of(self)
        role = WorkloadRole(self, "Role", service="codedeploy", description="CodeDeploy moves an alias")
        role.allow(
            "lambda:GetAlias",
            "lambda:GetProvisionedConcurrencyConfig",
            "lambda:UpdateAlias",
            on=[function.function_arn, f"{function.function_arn}:{ALIAS}"],
        )
        # CloudWatch asks for the right to all alarms, whichever are named.
        alarms = stack.format_arn(
            service="cloudwatch", resource="alarm", resource_name="*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
        )
        role.allow("cloudwatch:DescribeAlarms", on=[alarms])
        reason = "CloudWatch asks for the right to look at all alarms of the account, whichever are named."
        acknowledge(role.policy, [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(alarms))}]"], reason=reason)
        accept_finding(role.policy, "identity.resource-star", reason=reason)
        return role
