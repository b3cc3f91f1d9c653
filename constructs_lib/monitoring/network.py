"""NAT gateways: connections that they cannot open, and packets that they lose."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Formula, Graph, Metric

LOST_PERCENT = 0.01
"""Share of lost packets beyond which AWS says that something is wrong with the gateway (its own recommendation)."""


def monitor_nat_gateway(monitoring: Monitoring, *, name: str, gateway: str) -> None:
    """Watch the NAT gateway with the id `gateway`."""

    def metric(which: str, label: str = "") -> Metric:
        own = {"NatGatewayId": gateway}
        return Metric(namespace="AWS/NATGateway", name=which, statistic="Sum", dimensions=own, label=label)

    ports = Alarm(
        kind="nat-ports",
        severity="P1",
        summary=f"{name} has no port left for connections to some address: calls out of the network fail.",
        metric=metric("ErrorPortAllocation", "Connections without a port"),
        threshold=0,
        periods=1,
    )
    lost = Alarm(
        kind="nat-drops",
        severity="P2",
        summary=f"{name} loses more than {LOST_PERCENT:g} % of the packets.",
        metric=Formula(
            expression="100 * lost / (sent + received)",
            metrics={
                "lost": metric("PacketsDropCount"),
                "sent": metric("PacketsInFromSource"),
                "received": metric("PacketsInFromDestination"),
            },
            label="Lost packets, %",
        ),
        threshold=LOST_PERCENT,
    )
    traffic = [metric("BytesInFromSource", "Out"), metric("BytesInFromDestination", "In")]
    monitoring.watch(name, [ports, lost], graphs=[Graph(title="Bytes moved", metrics=traffic, board="cost")])
