"""An instance that administrators reach through Session Manager alone: no inbound port, no key pair, no internet."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.acknowledge import acknowledge
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.session_access import SessionAccess
from constructs_lib.tiered_vpc import TieredVpc
from constructs_lib.workload_role import WorkloadRole

IMAGE = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
"""The latest Amazon Linux 2023 at the time of a launch: the standard one, since the minimal one has no SSM Agent."""
ROOT_DEVICE, ROOT_GIB = "/dev/xvda", 8


class Bastion(Construct):
    """Shells and tunnels in the private tier for whoever has `access_policy`, from `administrator_cidrs` alone.

    Every session is encrypted and its output logged. The instance is in `security_group`, which opens HTTPS to the
    VPC's endpoints (kms, logs, ssm and ssmmessages are needed) and nothing else: what it may reach asks for it. It
    keeps nothing: a change of `instance_type` stops and starts it, one of the template, the image or the zone replaces
    it, and so does deleting it to get the newest image.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        network: TieredVpc,
        administrator_cidrs: Sequence[IPv4Network],
        instance_type: str,
        idle_minutes: int,
        session_minutes: int,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        """Make it; `instance_type` is 64-bit Arm, such as t4g.nano."""
        super().__init__(scope, construct_id)
        logs = SecureLogGroup(self, "Logs", encryption_key=log_key, retention_days=log_retention_days).log_group
        self.security_group = ec2.SecurityGroup(
            self, "Access", vpc=network.vpc, description="The bastion: nobody connects to it", allow_all_outbound=False
        )
        self.security_group.add_egress_rule(
            ec2.Peer.ipv4(network.vpc.vpc_cidr_block), ec2.Port.tcp(443), "Interface endpoints of AWS"
        )
        role = WorkloadRole(self, "Role", service="ec2", description="Carries sessions of Session Manager")
        role.allow(
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
            on=["*"],
        )
        role.allow("logs:DescribeLogGroups", on=["*"])
        role.allow("logs:DescribeLogStreams", on=[logs.log_group_arn])
        logs.grant_write(role.policy)
        encryption_key.grant_decrypt(role.policy)
        self.instance = _instance(
            self,
            network,
            instance_type=instance_type,
            role=role,
            group=self.security_group,
            template=_template(self, encryption_key),
        )
        self.access_policy = SessionAccess(
            self,
            "Sessions",
            instance_id=self.instance.ref,
            administrator_cidrs=administrator_cidrs,
            log_group=logs,
            encryption_key=encryption_key,
            idle_minutes=idle_minutes,
            session_minutes=session_minutes,
        ).policy
        acknowledge(
            self.instance,
            ["AwsSolutions-EC29"],
            reason="It keeps nothing, and must go when the configuration drops it; termination protection stops that.",
        )
        acknowledge(
            role.policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            reason="Session Manager's channels and the list of log groups have no resource-level permissions.",
        )


def _instance(
    scope: Construct,
    network: TieredVpc,
    *,
    instance_type: str,
    role: WorkloadRole,
    group: ec2.ISecurityGroup,
    template: ec2.CfnLaunchTemplate,
) -> ec2.CfnInstance:
    profile = iam.CfnInstanceProfile(scope, "Profile", roles=[role.role.role_name])
    instance = ec2.CfnInstance(
        scope,
        "Resource",
        ebs_optimized=True,
        iam_instance_profile=profile.ref,
        instance_type=instance_type,
        launch_template=ec2.CfnInstance.LaunchTemplateSpecificationProperty(
            launch_template_id=template.ref, version=template.attr_latest_version_number
        ),
        monitoring=True,
        security_group_ids=[group.security_group_id],
        subnet_id=network.vpc.select_subnets(subnet_group_name=network.private_subnets.subnet_group_name).subnet_ids[0],
    )
    instance.node.add_dependency(role.policy)
    return instance


def _template(scope: Construct, key: kms.IKey) -> ec2.CfnLaunchTemplate:
    return ec2.CfnLaunchTemplate(
        scope,
        "Template",
        launch_template_data=ec2.CfnLaunchTemplate.LaunchTemplateDataProperty(
            block_device_mappings=[
                ec2.CfnLaunchTemplate.BlockDeviceMappingProperty(
                    device_name=ROOT_DEVICE,
                    ebs=ec2.CfnLaunchTemplate.EbsProperty(
                        delete_on_termination=True,
                        encrypted=True,
                        kms_key_id=key.key_arn,
                        volume_size=ROOT_GIB,
                        volume_type="gp3",
                    ),
                )
            ],
            image_id=IMAGE,
            metadata_options=ec2.CfnLaunchTemplate.MetadataOptionsProperty(
                http_put_response_hop_limit=1, http_tokens="required"
            ),
        ),
    )
