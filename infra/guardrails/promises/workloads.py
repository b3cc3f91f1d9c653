"""Workloads are contained: what AWS offers to limit a break-in is switched on."""

from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Resource, describe
from infra.assembly.values import at, is_false, is_true, listed, mapping
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise


@promise(
    "contained.containers",
    "Containers cannot write to their file system, and are neither privileged nor root of the host.",
)
def containers(context: Context) -> Iterator[Finding]:
    """What a container must write goes to a volume."""
    if not context.policy.hardened:
        return
    for task in context.of_type("AWS::ECS::TaskDefinition"):
        for index, container in enumerate(map(mapping, at(task.resolved, "ContainerDefinitions"))):
            place = f"ContainerDefinitions[{index}]"
            if not is_true(container.get("ReadonlyRootFilesystem")):
                yield Finding(
                    task, f"{place}.ReadonlyRootFilesystem", f"is not on in {describe(container.get('Name'))}"
                )
            if is_true(container.get("Privileged")):
                yield Finding(task, f"{place}.Privileged", f"is on in {describe(container.get('Name'))}")
        for name in ("NetworkMode", "PidMode", "IpcMode"):
            if task.get(name) == "host":
                yield Finding(task, name, "shares the host's")
    for service in context.of_type("AWS::ECS::Service"):
        if is_true(service.get("EnableExecuteCommand")):
            yield Finding(service, "EnableExecuteCommand", "is on, so whoever may call it has a shell in the container")
    for cluster in context.of_type("AWS::ECS::Cluster"):
        settings = map(mapping, listed(cluster.get("ClusterSettings")))
        levels = [item.get("Value") for item in settings if item.get("Name") == "containerInsights"]
        if not any(level in ("enabled", "enhanced") for level in levels):
            yield Finding(cluster, "ClusterSettings.containerInsights", "is not enabled")


@promise("contained.images", "Images are scanned when they are pushed, and their tags cannot be moved.")
def images(context: Context) -> Iterator[Finding]:
    """What was tested is what runs."""
    if not context.policy.hardened:
        return
    for repository in context.of_type("AWS::ECR::Repository"):
        if not is_true(repository.get("ImageScanningConfiguration", "ScanOnPush")):
            yield Finding(repository, "ImageScanningConfiguration.ScanOnPush", "is not on")
        if repository.get("ImageTagMutability") not in ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"):
            yield Finding(repository, "ImageTagMutability", f"is {describe(repository.get('ImageTagMutability'))}")


@promise(
    "contained.instances",
    "Instances give out credentials to token holders only (IMDSv2), and have no key pair.",
)
def instances(context: Context) -> Iterator[Finding]:
    """Session Manager is the way in."""
    if not context.policy.hardened:
        return
    for instance in context.of_type("AWS::EC2::Instance"):
        if "LaunchTemplate" not in instance.resolved:
            yield from _tokens(instance, instance.get("MetadataOptions", "HttpTokens"))
        if instance.get("KeyName"):
            yield Finding(instance, "KeyName", "opens a way in by SSH")
    for template in context.of_type("AWS::EC2::LaunchTemplate"):
        yield from _tokens(template, template.get("LaunchTemplateData", "MetadataOptions", "HttpTokens"))
        if template.get("LaunchTemplateData", "KeyName"):
            yield Finding(template, "LaunchTemplateData.KeyName", "opens a way in by SSH")


def _tokens(resource: Resource, value: Any) -> Iterator[Finding]:
    if value != "required":
        yield Finding(resource, "MetadataOptions.HttpTokens", f"must be required, is {describe(value)}")


@promise(
    "contained.functions",
    "Functions are traced and take no more than their share of the account's concurrency.",
)
def functions(context: Context) -> Iterator[Finding]:
    """A flood on one function must not starve the others."""
    if not context.policy.hardened:
        return
    for function in context.functions:
        if function.get("TracingConfig", "Mode") != "Active":
            yield Finding(
                function,
                "TracingConfig.Mode",
                f"must be Active, is {describe(function.get('TracingConfig', 'Mode'))}",
            )
        if function.get("ReservedConcurrentExecutions") is None:
            yield Finding(function, "ReservedConcurrentExecutions", "is missing")


@promise("contained.databases", "Databases let IAM decide who comes in, and patch themselves.")
def databases(context: Context) -> Iterator[Finding]:
    """A token of fifteen minutes instead of a password."""
    if not context.policy.hardened:
        return
    for kind in ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance"):
        for database in context.of_type(kind):
            if "DBClusterIdentifier" in database.resolved and kind.endswith("Instance"):
                continue
            if not is_true(database.get("EnableIAMDatabaseAuthentication")):
                yield Finding(database, "EnableIAMDatabaseAuthentication", "is not on")
    for cluster in context.of_type("AWS::Neptune::DBCluster"):
        if not is_true(cluster.get("IamAuthEnabled")):
            yield Finding(cluster, "IamAuthEnabled", "is not on")
    for proxy in context.of_type("AWS::RDS::DBProxy"):
        without_secrets = proxy.get("DefaultAuthScheme") == "IAM_AUTH"  # clients and proxy alike sign in with IAM
        auths = listed(proxy.get("Auth")) or ([] if without_secrets else [None])
        if any(mapping(auth).get("IAMAuth") != "REQUIRED" for auth in auths):
            yield Finding(proxy, "Auth.IAMAuth", "is not REQUIRED")
    for instance in context.of_type("AWS::RDS::DBInstance"):
        if is_false(instance.get("AutoMinorVersionUpgrade")):
            yield Finding(instance, "AutoMinorVersionUpgrade", "is off")
