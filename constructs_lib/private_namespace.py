"""Names inside a VPC: a private DNS namespace of Cloud Map, where what runs finds what it calls."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_servicediscovery as servicediscovery
from constructs import Construct


class PrivateNamespace(Construct):
    """The namespace `name`, which is a zone that `vpc` alone resolves: services register in it, `api.NAME` finds one.

    Another name or VPC replaces it, and Cloud Map deletes none that has services. It costs what a hosted zone does.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        self.name = name
        self.namespace_id = servicediscovery.CfnPrivateDnsNamespace(
            self, "Resource", name=name, vpc=vpc.vpc_id, description="Names of what runs in the VPC"
        ).attr_id
