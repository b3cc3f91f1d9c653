"""Files that several workloads share: over TLS, for roles of IAM, each through a door of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, in_packs
from constructs_lib.network_path import NetworkPath

LIFECYCLE_DAYS = (1, 7, 14, 30, 60, 90, 180, 270, 365)
PORT = 2049


@dataclass(frozen=True, kw_only=True)
class Door:
    """A folder, and the POSIX user as whom everybody works who comes in here. Any change makes another access point
    (under another id), and touches no file."""

    path: str
    uid: int
    gid: int
    permissions: str
    """Of the folder, which the first mount makes, in octal digits."""


class SharedFileSystem(Construct):
    """An EFS file system with elastic throughput, a mount target in each subnet, and an access point for each door.

    Nobody mounts its root: its policy refuses who comes without TLS, or past the access points, and it allows nobody
    by itself. Files that nobody reads move to colder storage, and back at the first read. Changing `encryption_key`
    replaces it with an empty one (docs/runbooks/immutable-changes.md).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        doors: Mapping[str, Door],
        cold_after_days: int | None,
        archive_after_days: int | None,
        retain_data: bool,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        encryption_key: kms.IKey,
    ) -> None:
        """Make it; None for days that never come.

        Raises:
            ValueError: a number of days that EFS does not take.
        """
        lifecycle = _lifecycle(cold_after_days, archive_after_days)
        super().__init__(scope, construct_id)
        self.name = name
        self.security_group = ec2.SecurityGroup(
            self, "Access", vpc=vpc, description=f"Files {name}", allow_all_outbound=False
        )
        self.file_system = efs.CfnFileSystem(
            self,
            "Resource",
            encrypted=True,
            kms_key_id=encryption_key.key_arn,
            file_system_policy=POLICY,
            file_system_tags=[efs.CfnFileSystem.ElasticFileSystemTagProperty(key="Name", value=name)],
            lifecycle_policies=lifecycle,
            throughput_mode="elastic",
        )
        self.file_system.apply_removal_policy(cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY)
        acknowledge(
            self.file_system,
            in_packs("EFSInBackupPlan", ("NIST.800.53.R5", "HIPAA.Security")),
            reason="AWS Backup covers it by its tag, from the backup stack (guardrail backed-up.every-store).",
        )
        self._targets = [
            efs.CfnMountTarget(
                self,
                f"In{subnet.node.id}",
                file_system_id=self.file_system.ref,
                security_groups=[self.security_group.security_group_id],
                subnet_id=subnet.subnet_id,
            )
            for subnet in vpc.select_subnets(subnet_group_name=subnets.subnet_group_name).subnets
        ]
        self._points = {door_id: self._point(door_id, door) for door_id, door in doors.items()}

    def _point(self, door_id: str, door: Door) -> efs.CfnAccessPoint:
        user = {"uid": str(door.uid), "gid": str(door.gid)}
        owner = {"owner_uid": user["uid"], "owner_gid": user["gid"], "permissions": door.permissions}
        return efs.CfnAccessPoint(
            self,
            door_id,
            file_system_id=self.file_system.ref,
            posix_user=efs.CfnAccessPoint.PosixUserProperty(**user),
            root_directory=efs.CfnAccessPoint.RootDirectoryProperty(
                path=door.path, creation_info=efs.CfnAccessPoint.CreationInfoProperty(**owner)
            ),
        )

    def door(self, door_id: str) -> efs.CfnAccessPoint:
        """Return the access point of the door `door_id`, for a task's volume or a function's configuration."""
        return self._points[door_id]

    def allow_from(self, client: ec2.ISecurityGroup, *, scope: Construct) -> NetworkPath:
        """Open the way from `client`, whose construct or stack is `scope`."""
        return NetworkPath(
            scope, f"To{self.node.id}", client=client, server=self.security_group, port=PORT, description=self.name
        )

    def grant_mount(self, grantee: iam.IGrantable, *, door_id: str, read_only: bool = False) -> iam.Grant:
        """Let `grantee` mount the folder of one door, and write there unless `read_only`."""
        write = [] if read_only else ["elasticfilesystem:ClientWrite"]
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["elasticfilesystem:ClientMount", *write],
            resource_arns=[self.file_system.attr_arn],
            conditions={"StringEquals": {"elasticfilesystem:AccessPointArn": self._points[door_id].attr_arn}},
        )


POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "ThroughDoorsOnly",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess"],
            "Condition": {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
        },
    ],
}


def _lifecycle(cold: int | None, archive: int | None) -> list[efs.CfnFileSystem.LifecyclePolicyProperty]:
    for name, days in (("cold_after_days", cold), ("archive_after_days", archive)):
        if days is not None and days not in LIFECYCLE_DAYS:
            raise ValueError(f"{name} must be one of {', '.join(map(str, LIFECYCLE_DAYS))} or None, got {days}")
    if archive is not None and (cold is None or archive <= cold):
        raise ValueError(f"archive_after_days must be > cold_after_days ({cold}), got {archive}")
    if cold is None:
        return []
    policy = efs.CfnFileSystem.LifecyclePolicyProperty
    policies = [policy(transition_to_ia=_after(cold)), policy(transition_to_primary_storage_class="AFTER_1_ACCESS")]
    return policies if archive is None else [*policies, policy(transition_to_archive=_after(archive))]


def _after(days: int) -> str:
    return f"AFTER_{days}_DAY" + ("S" if days > 1 else "")
