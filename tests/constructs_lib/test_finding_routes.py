"""What AWS finds reaches the listeners of the right severity."""

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template
from moto.events.models import EventPattern

from constructs_lib.alarm_routes import AlarmRoutes
from constructs_lib.finding_routes import route_findings

Rules = list[tuple[str, EventPattern]]


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The severity's topic and the pattern of each rule."""
    stack = cdk.Stack(cdk.App(), "Test")
    route_findings(AlarmRoutes(stack, "Alarms", encryption_key=kms.Key(stack, "Key"), listeners=[]))
    found = Template.from_stack(stack).find_resources("AWS::Events::Rule").values()
    return [
        (rule["Properties"]["Targets"][0]["Arn"]["Ref"][6:8], EventPattern.load(json.dumps(pattern)))
        for rule in found
        if (pattern := rule["Properties"]["EventPattern"])
    ]


HUB = {"RecordState": "ACTIVE", "Severity": {"Label": "HIGH"}, "Workflow": {"Status": "NEW"}}


@pytest.mark.parametrize(
    ("source", "kind", "detail", "severities"),
    [
        ("aws.guardduty", "GuardDuty Finding", {"severity": 9.5}, ["P0"]),
        ("aws.guardduty", "GuardDuty Finding", {"severity": 8}, ["P1"]),
        ("aws.guardduty", "GuardDuty Finding", {"severity": 5}, ["P2"]),
        ("aws.guardduty", "GuardDuty Finding", {"severity": 2}, []),
        ("aws.access-analyzer", "Access Analyzer Finding", {"status": "ACTIVE"}, ["P2"]),
        ("aws.access-analyzer", "Access Analyzer Finding", {"status": "RESOLVED"}, []),
        ("aws.inspector2", "Inspector2 Finding", {"status": "ACTIVE", "severity": "CRITICAL"}, ["P2"]),
        ("aws.inspector2", "Inspector2 Finding", {"status": "ACTIVE", "severity": "LOW"}, []),
        ("aws.securityhub", "Security Hub Findings - Imported", {"findings": {**HUB, "ProductName": "Own"}}, ["P2"]),
        ("aws.securityhub", "Security Hub Findings - Imported", {"findings": {**HUB, "ProductName": "GuardDuty"}}, []),
        (
            "aws.config",
            "Config Rules Compliance Change",
            {"newEvaluationResult": {"complianceType": "NON_COMPLIANT"}},
            ["P3"],
        ),
        ("aws.config", "Config Rules Compliance Change", {"newEvaluationResult": {"complianceType": "COMPLIANT"}}, []),
        ("aws.backup", "Backup Job State Change", {"state": "FAILED"}, ["P1"]),
        ("aws.backup", "Backup Job State Change", {"state": "COMPLETED"}, []),
        ("aws.backup", "Copy Job State Change", {"state": "EXPIRED"}, ["P1"]),
        ("aws.backup", "Restore Job State Change", {"status": "ABORTED"}, ["P2"]),
        ("aws.backup", "Restore Job State Change", {"status": "COMPLETED"}, []),
        ("aws.backup", "Restore Job State Change", {"status": "FAILED", "restoreTestingPlanArn": "arn:plan"}, []),
        ("aws.health", "AWS Health Event", {"eventTypeCategory": "issue"}, ["P2"]),
        ("aws.health", "AWS Health Event", {"eventTypeCategory": "accountNotification"}, []),
    ],
)
def test_a_finding_is_told_once_and_as_urgently_as_it_is(
    rules: Rules, source: str, kind: str, detail: dict[str, Any], severities: list[str]
) -> None:
    event = {"source": source, "detail-type": kind, "detail": detail}
    assert [severity for severity, pattern in rules if pattern.matches_event(event)] == severities
