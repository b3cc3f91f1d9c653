"""What watches the account for intruders, for what it shares, for vulnerable images, and for weak settings."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_accessanalyzer as accessanalyzer
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_securityhub as securityhub
from constructs import Construct

GUARD_DUTY_FEATURES = (
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
)
"""Each is said to be on or off: of those that nobody mentions, GuardDuty turns most on, and charges for them."""

STANDARDS = {
    "aws-foundational": "aws-foundational-security-best-practices/v/1.0.0",
    "cis": "cis-aws-foundations-benchmark/v/3.0.0",
    "nist-800-53": "nist-800-53/v/5.0.0",
    "pci-dss": "pci-dss/v/4.0.1",
}
"""Security Hub's own names of its standards."""


class AccountDetectors(Construct):
    """Each detector that is asked for. AWS has one of each for an account and region.

    Where the account has one already, made by hand or by the organisation, CloudFormation's create fails and the stack
    rolls back to what it was: leave that one to its owner, or take it over with `cdk import`. The exception is the
    scanning of images: there is always a setting, which this overwrites, and which goes back to basic scanning when it
    is taken out. Taking a detector out deletes it, with the findings that it keeps.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        analyze_access: bool,
        guard_duty_features: Sequence[str] | None,
        scan_images: bool,
        standards: Sequence[str] | None,
    ) -> None:
        """Make GuardDuty and Security Hub unless their argument is None; `name` is the analyzer's."""
        unknown = sorted(set(standards or ()) - set(STANDARDS))
        if unknown:
            raise ValueError(f"standards must be among {', '.join(STANDARDS)}, got {', '.join(unknown)}")
        super().__init__(scope, construct_id)
        if guard_duty_features is not None:
            self._detect_intruders(guard_duty_features)
        if analyze_access:
            accessanalyzer.CfnAnalyzer(self, "Access", analyzer_name=name, type="ACCOUNT")
        if scan_images:
            self._scan_images()
        if standards is not None:
            self._check_standards(standards)

    def _detect_intruders(self, features: Sequence[str]) -> None:
        guardduty.CfnDetector(
            self,
            "Intruders",
            enable=True,
            features=[
                guardduty.CfnDetector.CFNFeatureConfigurationProperty(
                    name=feature, status="ENABLED" if feature in features else "DISABLED"
                )
                for feature in GUARD_DUTY_FEATURES
            ],
            finding_publishing_frequency="FIFTEEN_MINUTES",
        )

    def _scan_images(self) -> None:
        """Let Inspector scan every repository of this registry, again and again."""
        ecr.CfnRegistryScanningConfiguration(
            self,
            "Images",
            scan_type="ENHANCED",
            rules=[
                ecr.CfnRegistryScanningConfiguration.ScanningRuleProperty(
                    repository_filters=[
                        ecr.CfnRegistryScanningConfiguration.RepositoryFilterProperty(
                            filter="*", filter_type="WILDCARD"
                        )
                    ],
                    scan_frequency="CONTINUOUS_SCAN",
                )
            ],
        )

    def _check_standards(self, standards: Sequence[str]) -> None:
        hub = securityhub.CfnHub(
            self,
            "Hub",
            auto_enable_controls=True,
            control_finding_generator="SECURITY_CONTROL",
            enable_default_standards=False,
        )
        for standard in standards:
            subscription = securityhub.CfnStandard(
                self,
                "".join(part.title() for part in standard.split("-")),
                standards_arn=cdk.Stack.of(self).format_arn(
                    service="securityhub", account="", resource="standards", resource_name=STANDARDS[standard]
                ),
            )
            subscription.node.add_dependency(hub)
