"""What AWS itself finds, by how urgent it is: threats, open doors, broken rules, failed backups, outages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from constructs_lib.alarm_routes import AlarmRoutes
from constructs_lib.monitoring import Severity


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A kind of event on the account's default bus, and how urgent it is."""

    severity: Severity
    description: str
    source: str
    detail_type: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


def _guard_duty(severity: Severity, description: str, *between: object) -> Finding:
    """A threat; GuardDuty counts 9 and above as critical, 7 as high, 4 as medium."""
    return Finding(
        severity=severity,
        description=description,
        source="aws.guardduty",
        detail_type="GuardDuty Finding",
        detail={"severity": [{"numeric": list(between)}]},
    )


FINDINGS = {
    "CriticalThreats": _guard_duty("P0", "GuardDuty sees an attack that is under way", ">=", 9),
    "Threats": _guard_duty("P1", "GuardDuty sees a resource that is probably compromised", ">=", 7, "<", 9),
    "Suspicions": _guard_duty("P2", "GuardDuty sees something unusual", ">=", 4, "<", 7),
    "OpenDoors": Finding(
        severity="P2",
        description="Access Analyzer found that somebody outside the account has access",
        source="aws.access-analyzer",
        detail_type="Access Analyzer Finding",
        detail={"status": ["ACTIVE"]},
    ),
    "Vulnerabilities": Finding(
        severity="P2",
        description="Inspector found a serious vulnerability",
        source="aws.inspector2",
        detail_type="Inspector2 Finding",
        detail={"status": ["ACTIVE"], "severity": ["CRITICAL", "HIGH"]},
    ),
    "HubFindings": Finding(
        severity="P2",
        description="Security Hub has a serious finding of its own or of another product",
        source="aws.securityhub",
        detail_type="Security Hub Findings - Imported",
        detail={
            "findings": {
                # What these find comes by its own rule; once is enough.
                "ProductName": [{"anything-but": ["GuardDuty", "IAM Access Analyzer", "Inspector", "Config"]}],
                "RecordState": ["ACTIVE"],
                "Severity": {"Label": ["CRITICAL", "HIGH"]},
                "Workflow": {"Status": ["NEW"]},
            }
        },
    ),
    "BrokenRules": Finding(
        severity="P3",
        description="AWS Config found a resource that breaks a rule",
        source="aws.config",
        detail_type="Config Rules Compliance Change",
        detail={"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
    ),
    "FailedBackups": Finding(
        severity="P1",
        description="A backup or a copy failed, expired or was stopped",
        source="aws.backup",
        detail={"state": ["FAILED", "EXPIRED", "ABORTED", "PARTIAL"]},
    ),
    "FailedRestores": Finding(
        severity="P2",
        description="A restore that somebody asked for failed or was stopped; tests have an alarm of their own",
        source="aws.backup",
        detail_type="Restore Job State Change",
        detail={"status": ["FAILED", "ABORTED"], "restoreTestingPlanArn": [{"exists": False}]},
    ),
    "Outages": Finding(
        severity="P2",
        description="A service of AWS has an outage that touches this account",
        source="aws.health",
        detail_type="AWS Health Event",
        detail={"eventTypeCategory": ["issue"]},
    ),
}
"""A service that is off sends nothing, so each rule is made in any case, also for what an organisation turns on."""


def route_findings(routes: AlarmRoutes) -> None:
    """Tell the listeners of each severity about the findings of it."""
    for name, finding in FINDINGS.items():
        routes.add_event_rule(
            name,
            severity=finding.severity,
            description=finding.description,
            source=finding.source,
            detail=finding.detail,
            detail_type=[finding.detail_type] if finding.detail_type else None,
        )
