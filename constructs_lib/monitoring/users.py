"""Cognito user pools: sign-ins that are refused, or that look like somebody else's."""

from collections.abc import Mapping

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric


def monitor_users(
    monitoring: Monitoring, *, name: str, pool: str, clients: Mapping[str, str], risky_sign_ins: int
) -> None:
    """Watch the user pool `pool`: throttles of each of its `clients`, and more than `risky_sign_ins` in 5 minutes."""
    throttles = [
        Alarm(
            name=f"sign-in-throttles-{client.lower()}",
            kind="sign-in-throttles",
            severity="P1",
            summary=f"Cognito refuses sign-ins of {name} by the client {client}: the quota is used up.",
            metric=_metric("SignInThrottles", {"UserPool": pool, "UserPoolClient": client_id}, f"Throttled, {client}"),
            threshold=0,
        )
        for client, client_id in clients.items()
    ]
    risky = Alarm(
        kind="risky-sign-ins",
        severity="P2",
        summary=f"More than {risky_sign_ins} sign-ins of {name} in five minutes look like somebody else's.",
        metric=_metric(
            "AccountTakeoverRisk",
            {"Operation": "SignIn", "RiskLevel": "high", "UserPoolId": pool},
            "Risky sign-ins",
        ),
        threshold=risky_sign_ins,
        periods=1,
    )
    worked = [
        _metric(f"{which}Successes", {"UserPool": pool, "UserPoolClient": client_id}, f"{which}, {client}")
        for which in ("SignIn", "SignUp")
        for client, client_id in clients.items()
    ]
    monitoring.watch(name, throttles, graphs=[Graph(title=f"{name}: sign-ins and sign-ups", metrics=worked)])
    monitoring.watch(name, [risky], board="security")


def _metric(which: str, dimensions: Mapping[str, str], label: str) -> Metric:
    return Metric(namespace="AWS/Cognito", name=which, statistic="Sum", dimensions=dimensions, label=label)
