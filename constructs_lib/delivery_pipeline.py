"""A CDK pipeline from a GitHub repository: checks, self-mutation, then one stage after the other."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import pipelines
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, acknowledge_generated_wildcards, in_packs


class DeliveryPipeline(Construct):
    """A CodePipeline (V2) that updates itself from the repository before it deploys anything."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        repository: str,
        branch: str,
        connection_arn: str,
        commands: Sequence[str],
        artifact_buckets: Mapping[str, s3.IBucket],
        log_group: logs.ILogGroup,
    ) -> None:
        """Run `commands` on every push to `branch` of `repository`; they leave the assembly in cdk.out.

        `artifact_buckets` hold the artifacts, by region: the pipeline's own, and every other that a stage uses.
        """
        super().__init__(scope, construct_id)
        logging = codebuild.LoggingOptions(cloud_watch=codebuild.CloudWatchLoggingOptions(log_group=log_group))
        self.pipeline = pipelines.CodePipeline(
            self,
            "Resource",
            code_build_defaults=pipelines.CodeBuildOptions(
                build_environment=codebuild.BuildEnvironment(
                    build_image=codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0,
                    compute_type=codebuild.ComputeType.SMALL,
                ),
                logging=logging,
            ),
            cross_account_keys=True,
            cross_region_replication_buckets=dict(artifact_buckets),
            pipeline_type=codepipeline.PipelineType.V2,
            publish_assets_in_parallel=False,
            synth=pipelines.ShellStep(
                "Synth",
                input=pipelines.CodePipelineSource.connection(repository, branch, connection_arn=connection_arn),
                commands=list(commands),
            ),
        )

    def add_stage(self, stage: cdk.Stage, *, needs_approval: bool) -> None:
        """Deploy `stage` next; ask a person first if it `needs_approval`."""
        before = [pipelines.ManualApprovalStep(f"Approve{stage.stage_name.title()}")] if needs_approval else []
        self.pipeline.add_stage(stage, pre=before)

    def build(self) -> None:
        """Make the actions, projects and roles; nothing can be added after it."""
        self.pipeline.build_pipeline()
        acknowledge_generated_wildcards(
            self,
            reason="CDK Pipelines makes this policy: its wildcards stay inside one bucket, key, log or report group.",
        )
        acknowledge(
            self,
            in_packs("IAMNoInlinePolicy"),
            reason="CDK Pipelines makes one policy for each role that it makes.",
        )
        acknowledge(
            self,
            in_packs("CodeBuildProjectSourceRepoUrl"),
            reason="The projects take their source from CodePipeline; the rule looks for a repository address.",
        )
