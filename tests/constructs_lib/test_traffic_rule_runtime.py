"""The function behind a shifting rule: what ECS moved stays where it is, whatever the template changes."""

from typing import Any

import pytest

from constructs_lib.traffic_rule.runtime import handler

LISTENER, OTHER_LISTENER = "arn:aws:elasticloadbalancing:x:1:listener/app/b/1", "arn:elb:listener/app/b/2"
BLUE, GREEN, NEW = "arn:blue", "arn:green", "arn:new"
PROPERTIES = {
    "ListenerArn": LISTENER,
    "Priority": "5",
    "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}],
    "TargetGroupArns": [BLUE, GREEN],
}


class Elb:
    """Rules in a dict, changed by the calls that the function may make, as the API would."""

    class exceptions:  # noqa: N801 - as boto3 names it
        class RuleNotFoundException(Exception):
            pass

    def __init__(self) -> None:
        self.rules: dict[str, dict[str, Any]] = {}

    def create_rule(self, **rule: Any) -> dict[str, Any]:
        arn = f"arn:rule/{len(self.rules)}"
        self.rules[arn] = rule
        return {"Rules": [{"RuleArn": arn}]}

    def modify_rule(self, RuleArn: str, **changes: Any) -> None:  # noqa: N803
        self.rules[RuleArn] |= changes

    def set_rule_priorities(self, RulePriorities: list[dict[str, Any]]) -> None:  # noqa: N803
        for each in RulePriorities:
            self.rules[each["RuleArn"]]["Priority"] = each["Priority"]

    def describe_rules(self, RuleArns: list[str]) -> dict[str, Any]:  # noqa: N803
        return {"Rules": [self.rules[arn] for arn in RuleArns]}

    def delete_rule(self, RuleArn: str) -> None:  # noqa: N803
        if RuleArn not in self.rules:
            raise self.exceptions.RuleNotFoundException
        del self.rules[RuleArn]

    def weights(self, arn: str) -> dict[str, int]:
        groups = self.rules[arn]["Actions"][0]["ForwardConfig"]["TargetGroups"]
        return {group["TargetGroupArn"]: group["Weight"] for group in groups}


def event(kind: str, rule: str | None = None, **changes: Any) -> dict[str, Any]:
    made = {"RequestType": kind, "ResourceProperties": PROPERTIES | changes, "OldResourceProperties": PROPERTIES}
    return made | ({"PhysicalResourceId": rule} if rule else {})


@pytest.fixture
def elb() -> Elb:
    return Elb()


@pytest.fixture
def shifted(elb: Elb) -> str:
    """A rule whose requests a deployment has moved to the other target group."""
    arn = handler.apply(elb, event("Create"))
    elb.rules[arn]["Actions"] = handler.forward(PROPERTIES, [0, 100])
    return arn


def test_all_requests_begin_at_the_first_target_group(elb: Elb) -> None:
    assert elb.weights(handler.apply(elb, event("Create"))) == {BLUE: 1, GREEN: 0}


@pytest.mark.parametrize(
    "changes",
    [
        {"Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/b"]}}]},
        {"Priority": "7"},
        {"Priority": "7", "Conditions": []},
        {},
    ],
)
def test_a_change_of_the_template_leaves_requests_where_the_deployment_moved_them(
    elb: Elb, shifted: str, changes: dict[str, Any]
) -> None:
    assert handler.apply(elb, event("Update", shifted, **changes)) == shifted
    assert elb.weights(shifted) == {BLUE: 0, GREEN: 100}
    wanted = PROPERTIES | changes
    assert str(elb.rules[shifted]["Priority"]) == wanted["Priority"]
    assert elb.rules[shifted]["Conditions"] == wanted["Conditions"]


def test_another_listener_gets_a_rule_with_the_live_weights(elb: Elb, shifted: str) -> None:
    other = handler.apply(elb, event("Update", shifted, ListenerArn=OTHER_LISTENER))
    assert other != shifted
    assert elb.weights(other) == {BLUE: 0, GREEN: 100}


def test_other_target_groups_take_the_live_weights_over(elb: Elb, shifted: str) -> None:
    assert handler.apply(elb, event("Update", shifted, TargetGroupArns=[BLUE, NEW])) == shifted
    assert elb.weights(shifted) == {BLUE: 0, NEW: 100}


def test_deleting_twice_is_no_error_nor_is_deleting_what_never_was(elb: Elb, shifted: str) -> None:
    for rule in (shifted, shifted, "arn:rule/9", "none"):
        handler.apply(elb, event("Delete", rule))
    assert elb.rules == {}


def test_cloudformation_hears_of_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[Any, ...]] = []
    monkeypatch.setattr(handler, "answer", lambda *told: heard.append(told))
    monkeypatch.setattr(handler.boto3, "client", lambda name: Elb())
    handler.handler(event("Update", "arn:gone", TargetGroupArns=[NEW, GREEN]), None)
    ((_, status, reason, rule),) = heard
    assert (status, rule) == ("FAILED", "arn:gone")
    assert "KeyError" in reason
