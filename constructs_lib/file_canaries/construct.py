"""Canaries in file systems: only what has mounted one can write or read in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge, as_written
from constructs_lib.secure_function import SecureFunction
from constructs_lib.shared_file_system import SharedFileSystem

RUNTIME = Path(__file__).parent / "runtime"
MOUNTED_AT = "/mnt/files"
FOLDER = "/_groundwork"
USER = "1000"


class FileCanaries(Construct):
    """A function for each of `file_systems` that writes its canary, and `reader`, which nothing is mounted in.

    A restore test gives `reader` the file system that it brought back, and takes it away again. That one gets a mount
    target in `mount_subnet`, behind `security_group`; the reader stands in the same zone. All must be watched.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        file_systems: Mapping[str, SharedFileSystem],
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        mount_subnets: ec2.SubnetSelection,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        if not file_systems:
            raise ValueError("file_systems must name at least one file system, got none")
        super().__init__(scope, construct_id)
        one_zone = ec2.SubnetSelection(
            subnets=vpc.select_subnets(subnet_group_name=subnets.subnet_group_name).subnets[:1]
        )
        there = vpc.select_subnets(subnet_group_name=mount_subnets.subnet_group_name)

        def function(
            name: str, description: str, files: SharedFileSystem, where: ec2.SubnetSelection
        ) -> SecureFunction:
            made = SecureFunction(
                self,
                name,
                description=description,
                code=lambda_.Code.from_asset(str(RUNTIME), exclude=["__pycache__"]),
                handler="handler.handler",
                timeout=cdk.Duration.minutes(1),
                memory_mib=256,
                reserved_concurrency=1,
                encryption_key=encryption_key,
                log_key=log_key,
                log_retention_days=log_retention_days,
                vpc=vpc,
                subnets=where,
            )
            if made.security_group:
                files.allow_from(made.security_group, scope=made)
            return made

        self.writers = {}
        for name, files in file_systems.items():
            self.writers[f"{name}Canary"] = writer = function(
                name, f"Writes the canary of the files {name}", files, subnets
            )
            _mount(writer, files)
        first = next(iter(file_systems.values()))
        self.reader = function("Reader", "Reads the canaries of restored files", first, one_zone)
        self.security_group, self.mount_subnet = first.security_group.security_group_id, there.subnet_ids[0]
        _let_read(self.reader)


def _mount(writer: SecureFunction, files: SharedFileSystem) -> None:
    """Give the function a folder of the canary's own, and no other."""
    owner = efs.CfnAccessPoint.CreationInfoProperty(owner_uid=USER, owner_gid=USER, permissions="755")
    point = efs.CfnAccessPoint(
        writer,
        "Folder",
        file_system_id=files.file_system.ref,
        posix_user=efs.CfnAccessPoint.PosixUserProperty(uid=USER, gid=USER),
        root_directory=efs.CfnAccessPoint.RootDirectoryProperty(path=FOLDER, creation_info=owner),
    )
    writer.role.allow(
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientWrite",
        on=[files.file_system.attr_arn],
        conditions={"StringEquals": {"elasticfilesystem:AccessPointArn": point.attr_arn}},
    )
    resource = cast("lambda_.CfnFunction", writer.function.node.default_child)
    resource.file_system_configs = [
        lambda_.CfnFunction.FileSystemConfigProperty(arn=point.attr_arn, local_mount_path=MOUNTED_AT)
    ]


def _let_read(reader: SecureFunction) -> None:
    stack = cdk.Stack.of(reader)
    every = stack.format_arn(service="elasticfilesystem", resource="file-system", resource_name="*")
    reader.role.allow("elasticfilesystem:ClientMount", on=[every])
    acknowledge(
        reader.role.policy,
        [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(every))}]"],
        reason="It mounts, without writing, what a restore test has just made, whose id nobody can know before.",
    )
    accept_finding(
        reader.function,
        "resilient.zones",
        reason="It stands beside the one mount target of what a restore test brought back, for minutes a month.",
    )
    accept_finding(
        reader.role.policy,
        "identity.resource-star",
        reason="It mounts, without writing, what a restore test has just made, whose id nobody can know before.",
    )
