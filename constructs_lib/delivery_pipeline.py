"""A CDK pipeline from a GitHub repository: checks, self-mutation, images, then stage after stage, each proved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codestarnotifications as notifications
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import pipelines
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, acknowledge_generated_wildcards, in_packs
from constructs_lib.image_repository import PULL, PUSH, SCANNED, ImageRepository

REPORTS = "reports"
RESOURCELESS = ("ecr:GetAuthorizationToken", "inspector2:ListCoverage", "inspector2:ListFindings")
"""Of the builds of images: what opens the registry, and what tells the findings of Inspector's enhanced scan."""
CHECK_TIMEOUT_HOURS = 1


@dataclass(frozen=True, kw_only=True)
class Check:
    """Commands that must succeed; they run in a clone of the repository."""

    name: str
    commands: Sequence[str]
    #: Values of the stage's stacks, by environment variable.
    outputs: Mapping[str, cdk.CfnOutput] = field(default_factory=dict)
    #: Roles, in whatever account, that the commands take.
    roles: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ImageBuild:
    """Commands that build an image, wait for its scan and push it, in a clone of the repository with Docker."""

    name: str
    commands: Sequence[str]
    repository: ImageRepository
    #: Built on a processor of ARM; else on one of Intel or AMD.
    arm: bool


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A stage, and what must hold after its deployment, one check after the other."""

    stage: cdk.Stage
    checks: Sequence[Check]


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
        cdk_versions: tuple[str, str],
        log_group: logs.ILogGroup,
    ) -> None:
        """Run `commands` on every push to `branch` of `repository`; they leave the assembly in cdk.out.

        `cdk_versions` are those of the CDK CLI, which updates the pipeline, and of cdk-assets, which publishes files.

        `artifact_buckets` hold the artifacts, by region: the pipeline's own, and every other that a stage uses. The
        change report of a push lies in its own region's bucket, 90 days or as long as the bucket keeps it.
        """
        super().__init__(scope, construct_id)
        self._reports = artifact_buckets[cdk.Stack.of(self).region]
        self._returning: list[str] = []
        self._images: list[pipelines.CodeBuildStep] = []
        # CDK grants the service's old name alone, which is not the one of the connection's ARN.
        self._cloning = iam.PolicyStatement(actions=["codeconnections:UseConnection"], resources=[connection_arn])
        self._source = pipelines.CodePipelineSource.connection(
            repository, branch, connection_arn=connection_arn, code_build_clone_output=True
        )
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
                timeout=cdk.Duration.hours(CHECK_TIMEOUT_HOURS),
            ),
            cdk_assets_cli_version=cdk_versions[1],
            cli_version=cdk_versions[0],
            cross_account_keys=True,
            cross_region_replication_buckets=dict(artifact_buckets),
            pipeline_type=codepipeline.PipelineType.V2,
            publish_assets_in_parallel=False,
            synth=pipelines.CodeBuildStep(
                "Synth", input=self._source, commands=list(commands), role_policy_statements=[self._cloning]
            ),
        )

    def add_images(self, builds: Sequence[ImageBuild]) -> None:
        """Build, scan and push images next, side by side: nothing is deployed before each is there and passed."""
        self._images = [self._image(build) for build in builds]
        self.pipeline.add_wave("Images", post=self._images)

    def add_wave(
        self, deliveries: Sequence[Delivery], *, guard: Check | None = None, report: Check | None = None
    ) -> None:
        """Deploy stages next, at the same time, and check each.

        A `guard` must hold before anything of that begins. With a `report`, whose commands write build/report.html, a
        person is asked first, with a link to it; and the wave goes back to what it was by itself when a deployment or
        a check fails. What comes before is a stage of its own: going back asks nobody, and a no takes nothing back.
        """
        name = "-".join(delivery.stage.stage_name.title() for delivery in deliveries)
        before: list[pipelines.Step] = [self._step(f"{guard.name}{name}", guard)] if guard else []
        if report:
            before.append(self._report(f"{report.name}{name}", report))
            approval = pipelines.ManualApprovalStep(f"Approve{name}", review_url=self._report_address())
            for step in before:
                approval.add_step_dependency(step)
            before.append(approval)
            self._returning.append(name)
        if before:
            self.pipeline.add_wave(f"Before{name}", pre=before)
        wave = self.pipeline.add_wave(name)
        for delivery in deliveries:
            after = [self._step(f"{check.name}{delivery.stage.stage_name.title()}", check) for check in delivery.checks]
            for first, second in pairwise(after):
                second.add_step_dependency(first)
            wave.add_stage(delivery.stage, post=after)

    def _step(
        self, name: str, check: Check, *, then: Sequence[str] = (), allowed: Sequence[iam.PolicyStatement] = ()
    ) -> pipelines.CodeBuildStep:
        taking = [iam.PolicyStatement(actions=["sts:AssumeRole"], resources=list(check.roles))] if check.roles else []
        return pipelines.CodeBuildStep(
            name,
            input=self._source,
            commands=["make setup", *check.commands, *then],
            env_from_cfn_outputs=dict(check.outputs),
            role_policy_statements=[self._cloning, *taking, *allowed],
        )

    def _image(self, build: ImageBuild) -> pipelines.CodeBuildStep:
        """The only builds with privileges: a Docker daemon needs them."""
        images = build.repository.repository.attr_arn
        arm, intel = codebuild.LinuxArmBuildImage, codebuild.LinuxBuildImage
        return pipelines.CodeBuildStep(
            f"Image{build.name}",
            input=self._source,
            commands=["make setup", *build.commands],
            build_environment=codebuild.BuildEnvironment(
                build_image=arm.AMAZON_LINUX_2023_STANDARD_3_0 if build.arm else intel.AMAZON_LINUX_2023_5,
                privileged=True,
            ),
            role_policy_statements=[
                self._cloning,
                iam.PolicyStatement(actions=[*PULL, *PUSH, *SCANNED], resources=[images]),
                iam.PolicyStatement(actions=list(RESOURCELESS), resources=["*"]),
            ],
        )

    def _report(self, name: str, report: Check) -> pipelines.CodeBuildStep:
        """Keep the page of a report where the approval links to."""
        target = f"s3://{self._reports.bucket_name}/{REPORTS}/$CODEBUILD_RESOLVED_SOURCE_VERSION.html"
        keep = iam.PolicyStatement(actions=["s3:PutObject"], resources=[self._reports.arn_for_objects(f"{REPORTS}/*")])
        return self._step(name, report, then=[f"aws s3 cp build/report.html {target}"], allowed=[keep])

    def _report_address(self) -> str:
        region, bucket = cdk.Stack.of(self).region, self._reports.bucket_name
        return f"https://{region}.console.aws.amazon.com/s3/object/{bucket}?prefix={REPORTS}/#{{Source.CommitId}}.html"

    def build(self, *, failures: sns.ITopic, successes: sns.ITopic) -> None:
        """Make the actions, projects and roles, and tell the topics how runs end; nothing can be added after it."""
        self.pipeline.build_pipeline()
        (source,) = self.pipeline.pipeline.node.find_child("Source").node.children
        role = source.node.find_child("CodePipelineActionRole")
        if isinstance(role, iam.Role):
            role.add_to_policy(self._cloning)
        self._go_back_by_itself()
        tell = {
            "Failed": (failures, [notifications_of("FAILED"), "codepipeline-pipeline-manual-approval-needed"]),
            "Succeeded": (successes, [notifications_of("SUCCEEDED")]),
        }
        for name, (topic, events) in tell.items():
            notifications.NotificationRule(
                self,
                name,
                detail_type=notifications.DetailType.BASIC,
                events=events,
                source=self.pipeline.pipeline,
                targets=[topic],
            )
        acknowledge_generated_wildcards(
            self,
            reason="CDK Pipelines makes this policy: its wildcards stay inside one bucket, key, log or report group.",
            resourceless=RESOURCELESS,
        )
        acknowledge(
            self,
            in_packs("IAMNoInlinePolicy"),
            reason="CDK Pipelines makes one policy for each role that it makes.",
        )
        for step in self._images:
            acknowledge(
                step.project,
                ["AwsSolutions-CB3"],
                reason="It builds an image: the Docker daemon needs privileges on a machine that ends with the build.",
            )
        acknowledge(
            self,
            in_packs("CodeBuildProjectSourceRepoUrl"),
            reason="The projects take their source from CodePipeline; the rule looks for a repository address.",
        )

    def _go_back_by_itself(self) -> None:
        """Let the stages that a person approved return to their last good run when they fail, which no L2 says."""
        resource = self.pipeline.pipeline.node.default_child
        if not isinstance(resource, codepipeline.CfnPipeline):
            raise TypeError("the pipeline must have a CfnPipeline inside")
        resource.add_property_override("Stages.0.Actions.0.Namespace", "Source")  # the approval's link names the commit
        for index, stage in enumerate(self.pipeline.pipeline.stages):
            if stage.stage_name in self._returning:
                resource.add_property_override(f"Stages.{index}.OnFailure", {"Result": "ROLLBACK"})


def notifications_of(end: str) -> str:
    """Return the event that a run of a pipeline ends so: FAILED or SUCCEEDED."""
    return f"codepipeline-pipeline-pipeline-execution-{end.lower()}"
