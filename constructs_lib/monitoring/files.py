"""Shared file systems: how near they are to what they can do."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Formula, Graph, Metric


def monitor_file_system(
    monitoring: Monitoring, *, name: str, file_system: str, io_percent: float, throughput_percent: float
) -> None:
    """Watch the EFS file system `file_system`."""

    def metric(which: str, statistic: str = "Average") -> Metric:
        return Metric(namespace="AWS/EFS", name=which, statistic=statistic, dimensions={"FileSystemId": file_system})

    operations = Alarm(
        kind="file-system-io",
        severity="P2",
        summary=f"{name} does more than {io_percent:g} % of the operations that it can do in a second.",
        metric=metric("PercentIOLimit", "Maximum"),
        threshold=io_percent,
    )
    throughput = Alarm(
        kind="file-system-throughput",
        severity="P2",
        summary=f"{name} moves more than {throughput_percent:g} % of the bytes that it can move in a second.",
        metric=Formula(
            expression="100 * moved / PERIOD(moved) / permitted",
            metrics={"moved": metric("MeteredIOBytes", "Sum"), "permitted": metric("PermittedThroughput", "Minimum")},
            label="throughput, %",
        ),
        threshold=throughput_percent,
    )
    clients = [metric("ClientConnections", "Sum")]
    monitoring.watch(
        name, [operations, throughput], graphs=[Graph(title=f"{name}: clients", metrics=clients, board="operations")]
    )
