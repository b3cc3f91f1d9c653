"""The ways in for administrators and other networks, together: what has to know them all takes this."""

from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2

from constructs_lib.bastion import Bastion
from constructs_lib.client_vpn import ClientVpn
from constructs_lib.secure_function import SecureFunction
from constructs_lib.site_vpn import SiteVpn


@dataclass(frozen=True, kw_only=True)
class RemoteAccess:
    """Each way that the configuration opens, or none."""

    bastion: Bastion | None
    client_vpn: ClientVpn | None
    site_vpn: SiteVpn | None

    @property
    def functions(self) -> dict[str, SecureFunction]:
        """The functions behind them, by the name that their alarms have."""
        return {"ClientVpnGatekeeper": self.client_vpn.gatekeeper} if self.client_vpn else {}

    @property
    def administrators(self) -> dict[str, ec2.ISecurityGroup]:
        """The security groups that administrators come in with, by the way they take."""
        ways = {"Bastion": self.bastion, "ClientVpn": self.client_vpn}
        return {name: way.security_group for name, way in ways.items() if way}
