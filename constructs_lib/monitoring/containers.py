"""Services on Fargate and the load balancer before them: processors, memory, tasks, failed and slow requests."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Formula, Graph, Metric, percent_of

ECS, INSIGHTS, BALANCER = "AWS/ECS", "ECS/ContainerInsights", "AWS/ApplicationELB"


def monitor_service(
    monitoring: Monitoring,
    *,
    name: str,
    cluster: str,
    min_tasks: int,
    cpu_percent: float,
    memory_percent: float,
    error_percent: float,
    targets: Sequence[Mapping[str, str]] = (),
) -> None:
    """Watch the service `name`; `targets` are the dimensions of its target groups, where it has any."""
    own = {"ClusterName": cluster, "ServiceName": name}
    running = Metric(namespace=INSIGHTS, name="RunningTaskCount", dimensions=own, statistic="Minimum")
    alarms = [
        Alarm(
            kind="service-cpu",
            severity="P2",
            summary=f"The tasks of {name} use more than {cpu_percent:g} % of their processors.",
            metric=Metric(namespace=ECS, name="CPUUtilization", dimensions=own),
            threshold=cpu_percent,
        ),
        Alarm(
            kind="service-memory",
            severity="P2",
            summary=f"The tasks of {name} use more than {memory_percent:g} % of their memory.",
            metric=Metric(namespace=ECS, name="MemoryUtilization", dimensions=own),
            threshold=memory_percent,
        ),
        Alarm(
            kind="service-tasks",
            severity="P1",
            summary=f"{name} runs fewer than the {min_tasks} tasks that it never goes below.",
            metric=running,
            threshold=min_tasks,
            below=True,
            # A service that is down sends nothing at all; one that may rest at no task is well then.
            missing="breaching" if min_tasks else "notBreaching",
        ),
    ]
    graphs = [Graph(title=f"{name}: tasks", metrics=[running], board="main")]
    if targets:
        slow = [
            Metric(namespace=BALANCER, name="TargetResponseTime", dimensions=each, statistic="p99") for each in targets
        ]
        alarms.append(
            Alarm(
                kind="service-errors",
                severity="P1",
                summary=f"More than {error_percent:g} % of the requests to {name} fail.",
                metric=share_of(targets, "HTTPCode_Target_5XX_Count", "RequestCount"),
                threshold=error_percent,
            )
        )
        graphs.append(Graph(title=f"{name}: slowest hundredth, s", metrics=slow, board="performance"))
    monitoring.watch(name, alarms, graphs=graphs)


def monitor_load_balancer(
    monitoring: Monitoring, *, name: str, full_name: str, error_percent: float, latency_p99: cdk.Duration
) -> None:
    """Watch requests that the load balancer could give to no task, and the slowest hundredth of all."""
    own = {"LoadBalancer": full_name}

    def metric(which: str, statistic: str = "Sum") -> Metric:
        return Metric(namespace=BALANCER, name=which, dimensions=own, statistic=statistic)

    alarms = [
        Alarm(
            kind="balancer-errors",
            severity="P1",
            summary=f"{name} answers more than {error_percent:g} % of the requests itself, with 5xx: no task could.",
            metric=percent_of(metric("HTTPCode_ELB_5XX_Count"), metric("RequestCount"), label="Failed, %"),
            threshold=error_percent,
        ),
        Alarm(
            kind="balancer-latency",
            severity="P2",
            summary=f"The slowest hundredth of the requests takes over {latency_p99.to_milliseconds()} ms.",
            metric=metric("TargetResponseTime", "p99"),
            threshold=latency_p99.to_milliseconds() / 1000,
        ),
    ]
    monitoring.watch(name, alarms, graphs=[Graph(title=f"{name}: requests", metrics=[metric("RequestCount")])])


def share_of(targets: Sequence[Mapping[str, str]], part: str, whole: str) -> Formula:
    """Return the share of the metric `part` in `whole`, in percent, over all target groups."""
    parts, wholes = (
        {
            f"{name}{number}": Metric(namespace=BALANCER, name=which, dimensions=each, statistic="Sum")
            for number, each in enumerate(targets)
        }
        for name, which in (("part", part), ("whole", whole))
    )
    below, above = (" + ".join(f"FILL({name}, 0)" for name in metrics) for metrics in (wholes, parts))
    expression = f"IF({below} > 0, 100 * ({above}) / ({below}), 0)"
    return Formula(expression=expression, metrics={**parts, **wholes}, label="Failed, %")
