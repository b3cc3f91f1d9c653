"""Pipelines and builds."""

from collections.abc import Iterator

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, Factor, Unpriced, fixed, priced, text, usage

SIZES = {
    "BUILD_GENERAL1_SMALL": "codebuild.small",
    "BUILD_GENERAL1_MEDIUM": "codebuild.medium",
    "BUILD_GENERAL1_LARGE": "codebuild.large",
}


@priced("AWS::CodePipeline::Pipeline")
def pipeline(resource: Resource, context: Context) -> Iterator[Answer]:
    """V2 bills the minutes of its actions, V1 the month."""
    if text(resource, "PipelineType", default="V1") == "V2":
        yield usage("action minutes", "codepipeline.v2_minute", context.assume("pipeline_minutes", "minutes"))
    else:
        yield fixed("pipeline", "codepipeline.v1", Factor(1, "pipeline-month"))


@priced("AWS::CodeBuild::Project")
def build_project(resource: Resource, context: Context) -> Iterator[Answer]:
    """Minutes, by size of the machine."""
    size = text(resource, "Environment", "ComputeType", default="")
    kind = text(resource, "Environment", "Type", default="LINUX_CONTAINER")
    if size not in SIZES or kind != "LINUX_CONTAINER":
        yield Unpriced("build minutes", f"no sourced price for {kind} {size}")
        return
    yield usage("build minutes", SIZES[size], context.assume("build_minutes", "minutes"))
