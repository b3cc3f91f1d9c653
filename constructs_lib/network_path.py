"""The way from a client to a server in a VPC: one port, named at both ends."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct


class NetworkPath(Construct):
    """Lets the security group `client` open TCP connections to `port` of `server`.

    Put it into the client's stack: the server's then knows nothing of it, so that no circle of references comes up.
    (CDK's own `connections.allow_to` writes construct paths into logical ids: they differ under a pipeline's Stage.)
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        client: ec2.ISecurityGroup,
        server: ec2.ISecurityGroup,
        port: int,
        description: str,
    ) -> None:
        super().__init__(scope, construct_id)
        ec2.CfnSecurityGroupIngress(
            self,
            "In",
            group_id=server.security_group_id,
            source_security_group_id=client.security_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=description,
        )
        ec2.CfnSecurityGroupEgress(
            self,
            "Out",
            group_id=client.security_group_id,
            destination_security_group_id=server.security_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=description,
        )
