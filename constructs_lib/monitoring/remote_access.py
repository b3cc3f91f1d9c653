"""Remote access: tunnels to another network, clients of the VPN, the bastion."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric

REFUSED_SIGN_INS = 10
"""Refused sign-ins in five minutes that no laptop with a mistake of its owner makes."""


def monitor_site_vpn(monitoring: Monitoring, *, name: str, connection: str) -> None:
    """Watch the tunnels of the VPN connection with the id `connection`."""
    own = {"VpnId": connection}
    state = Metric(namespace="AWS/VPN", name="TunnelState", dimensions=own, statistic="Maximum")
    traffic = [
        Metric(namespace="AWS/VPN", name=way, dimensions=own, statistic="Sum")
        for way in ("TunnelDataIn", "TunnelDataOut")
    ]
    alarm = Alarm(
        kind="vpn-tunnels-down",
        severity="P2",
        summary=f"Both tunnels of {name} are down: the other network cannot be reached.",
        metric=state,
        threshold=0.5,
        below=True,
        missing="breaching",
    )
    monitoring.watch(name, [alarm], graphs=[Graph(title="Through the tunnels", metrics=traffic)])


def monitor_client_vpn(monitoring: Monitoring, *, name: str, endpoint: str) -> None:
    """Watch who tries to get into the client VPN with the id `endpoint`."""
    own = {"Endpoint": endpoint}
    refused = Metric(namespace="AWS/ClientVPN", name="AuthenticationFailures", dimensions=own, statistic="Sum")
    connected = Metric(namespace="AWS/ClientVPN", name="ActiveConnectionsCount", dimensions=own, statistic="Maximum")
    elsewhere = Metric(
        namespace="AWS/ClientVPN", name="ClientConnectHandlerDeniedConnections", dimensions=own, statistic="Sum"
    )
    alarms = [
        Alarm(
            kind="vpn-sign-ins-refused",
            name=name_of_alarm,
            severity="P2",
            summary=f"{name} refused more than {REFUSED_SIGN_INS} sign-ins in five minutes, {why}.",
            metric=metric,
            threshold=REFUSED_SIGN_INS,
            periods=1,
        )
        for name_of_alarm, metric, why in (
            ("", refused, "without a certificate of ours"),
            ("vpn-sign-ins-from-elsewhere", elsewhere, "from addresses that no administrator has"),
        )
    ]
    graph = Graph(title="Connected clients", metrics=[connected], board="security")
    monitoring.watch(name, alarms, graphs=[graph], board="security")


def monitor_bastion(monitoring: Monitoring, *, name: str, instance: str) -> None:
    """Watch that the instance with the id `instance` answers."""
    failed = Metric(
        namespace="AWS/EC2", name="StatusCheckFailed", dimensions={"InstanceId": instance}, statistic="Maximum"
    )
    alarm = Alarm(
        kind="instance-unreachable",
        severity="P3",
        summary=f"{name} fails the status checks of EC2, or is gone: no session can be opened.",
        metric=failed,
        threshold=0,
        missing="breaching",
    )
    monitoring.watch(name, [alarm])
