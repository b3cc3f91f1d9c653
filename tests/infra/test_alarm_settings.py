"""What is said of single alarms reaches each in its stack, and one that is nowhere stops the synthesis."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

import config
from config.errors import ConfigError
from infra.alarm_settings import EDGE_NAMES, mute_windows, overrides, refuse_unknown_overrides
from infra.assembly import Assembly
from infra.assembly.model import targets_in

EVERYTHING = config.load("everything")


def test_each_override_belongs_to_one_stack() -> None:
    assert set(overrides(EVERYTHING)) == {"TodoFunction/function-throttles"}
    assert set(overrides(EVERYTHING, of=EDGE_NAMES)) == {"EdgeWebAcl/blocked-requests"}
    assert set(overrides(EVERYTHING, of={"Rolling"})) == {"Rolling/service-tasks"}


def test_without_an_edge_its_alarms_are_unknown_to_the_monitoring_stack() -> None:
    edge = EVERYTHING.edge.model_copy(update={"enabled": False})
    without = EVERYTHING.model_copy(update={"edge": edge})
    assert "EdgeWebAcl/blocked-requests" in overrides(without)


def test_an_unknown_one_is_refused_with_the_names_that_there_are() -> None:
    watching: Any = SimpleNamespace(unknown_overrides=["Edge/nothing"], alarm_keys=["Edge/edge-errors"])
    with pytest.raises(
        ConfigError, match=r"monitoring.overrides: must name .*\(Edge/edge-errors\), got 'Edge/nothing'"
    ):
        refuse_unknown_overrides(EVERYTHING, watching)


@pytest.mark.parametrize(
    ("name", "property_name", "value"),
    [
        ("groundwork-everything-EdgeWebAcl-blocked-requests", "Threshold", 5_000),
        ("groundwork-everything-TodoFunction-function-throttles", "Threshold", 5),
        ("Rolling-service-tasks", "AlarmDescription", "P0: "),
    ],
)
def test_overridden_alarms_say_so_wherever_they_stand(
    loaded: Callable[[str], Assembly], name: str, property_name: str, value: object
) -> None:
    (found,) = [
        alarm.get(property_name)
        for alarm in loaded("everything").of_type("AWS::CloudWatch::Alarm")
        if str(alarm.get("AlarmName")).endswith(name)
    ]
    assert str(found).startswith(str(value))


def test_deploy_windows_mute_the_alarms_of_every_stack(loaded: Callable[[str], Assembly]) -> None:
    assert len(mute_windows(EVERYTHING)) == 1
    rules = list(loaded("everything").of_type("AWS::CloudWatch::AlarmMuteRule"))
    names = [str(rule.get("Name")) for rule in rules]
    assert len(set(names)) == len(names)
    stacks = {rule.stack.name.rpartition("-")[2].rstrip("0123456789") for rule in rules}
    assert stacks == {"edge", "monitoring", "services"}


def alarm(everything: Assembly, name: str) -> Any:
    """The alarm of `everything` whose name ends so."""
    found = (one for one in everything.of_type("AWS::CloudWatch::Alarm"))
    (one,) = [one for one in found if str(one.get("AlarmName")).endswith(f"-{name}")]
    return one


def test_a_service_that_a_schedule_lets_shrink_is_no_incident_at_night(loaded: Callable[[str], Assembly]) -> None:
    (service,) = [one for one in EVERYTHING.compute.containers.services if one.id == "Rolling"]
    fewest = min(schedule.min_tasks for schedule in service.scaling.schedules)
    assert fewest < service.min_tasks
    assert alarm(loaded("everything"), "Rolling-service-tasks").get("Threshold") == fewest


@pytest.mark.parametrize("name", ["Balancer", "ClientVpn", "TodoApi", "Edge"])
def test_every_certificate_is_watched_whoever_issued_it(loaded: Callable[[str], Assembly], name: str) -> None:
    watching = alarm(loaded("everything"), f"{name}Certificate-certificate-expiry")
    assert (watching.get("MetricName"), watching.get("Threshold")) == ("DaysToExpiry", 30)


@pytest.mark.parametrize("environment", config.names())
def test_every_nat_gateway_is_watched(loaded: Callable[[str], Assembly], environment: str) -> None:
    built = loaded(environment)
    gateways = {one for one in built.of_type("AWS::EC2::NatGateway") if not one.stack.stage}
    for metric in ("ErrorPortAllocation", "PacketsDropCount"):
        watched = {
            target.resource
            for one in built.of_type("AWS::CloudWatch::Alarm")
            if f'"{metric}"' in json.dumps(one.properties)
            for target in targets_in(one.resolved)
        }
        assert gateways <= watched, metric
