"""A listener rule whose conditions CloudFormation decides on, and whose weights ECS does."""

import json
from typing import Any
from urllib.request import Request, urlopen

import boto3

MAX_REASON_CHARACTERS = 400
ANSWER_SECONDS = 10


def handler(event: dict[str, Any], _context: Any) -> None:
    """Answer one request of CloudFormation, whatever happens: without an answer a stack hangs for an hour."""
    status, reason, rule = "SUCCESS", "", event.get("PhysicalResourceId", "none")
    try:
        rule = apply(boto3.client("elbv2"), event)
    except Exception as error:
        status, reason = "FAILED", f"{type(error).__name__}: {error}"
    answer(event, status, reason, rule)


def apply(elb: Any, event: dict[str, Any]) -> str:
    """Create, change or delete the rule; return its ARN, which is also its physical id."""
    wanted, rule = event["ResourceProperties"], str(event.get("PhysicalResourceId", "none"))
    if event["RequestType"] == "Delete":
        if rule.startswith("arn:"):  # what never came to be needs no removal
            delete(elb, rule)
        return rule
    if event["RequestType"] == "Create":
        return create(elb, wanted, weights=[1, 0])
    before = event["OldResourceProperties"]
    if before["ListenerArn"] != wanted["ListenerArn"]:
        return create(elb, wanted, weights=weights(elb, rule))  # CloudFormation then deletes the old one
    if before["TargetGroupArns"] != wanted["TargetGroupArns"]:
        elb.modify_rule(RuleArn=rule, Actions=forward(wanted, weights(elb, rule)))
    if before["Priority"] != wanted["Priority"]:
        elb.set_rule_priorities(RulePriorities=[{"RuleArn": rule, "Priority": int(wanted["Priority"])}])
    if before["Conditions"] != wanted["Conditions"]:
        # Without Actions the live ones stay: ECS may have moved all requests to the other target group.
        elb.modify_rule(RuleArn=rule, Conditions=wanted["Conditions"])
    return rule


def create(elb: Any, wanted: dict[str, Any], *, weights: list[int]) -> str:
    """Make the rule with these weights; return its ARN."""
    made = elb.create_rule(
        ListenerArn=wanted["ListenerArn"],
        Priority=int(wanted["Priority"]),
        Conditions=wanted["Conditions"],
        Actions=forward(wanted, weights),
    )
    return str(made["Rules"][0]["RuleArn"])


def forward(wanted: dict[str, Any], weights: list[int]) -> list[dict[str, Any]]:
    """Return the action that shares requests between the target groups."""
    targets = [
        {"TargetGroupArn": group, "Weight": weight}
        for group, weight in zip(wanted["TargetGroupArns"], weights, strict=True)
    ]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": targets}}]


def weights(elb: Any, rule: str) -> list[int]:
    """Return the live weights of the rule's two target groups."""
    action = elb.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"][0]
    live = [int(group.get("Weight", 1)) for group in action.get("ForwardConfig", {}).get("TargetGroups", [])]
    return live if len(live) == len(("blue", "green")) else [1, 0]


def delete(elb: Any, rule: str) -> None:
    """Remove the rule; one that is gone already is no error."""
    try:
        elb.delete_rule(RuleArn=rule)
    except elb.exceptions.RuleNotFoundException:
        return


def answer(event: dict[str, Any], status: str, reason: str, rule: str) -> None:
    """Tell CloudFormation."""
    body = {
        "Status": status,
        "Reason": reason[:MAX_REASON_CHARACTERS] or "Done.",
        "PhysicalResourceId": rule,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"RuleArn": rule},
    }
    request = Request(event["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"content-type": ""})  # noqa: S310
    urlopen(request, timeout=ANSWER_SECONDS).close()  # noqa: S310 - the address is CloudFormation's own
