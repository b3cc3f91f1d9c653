"""What watches the account: made when it is asked for, and typed against AWS's own lists."""

import json
from typing import Any, get_args

import aws_cdk as cdk
import pytest
from aws_cdk import aws_config, aws_kms, aws_s3
from aws_cdk.assertions import Match, Template

from config.sections.detection import GuardDutyFeature, ManagedRule, Standard
from constructs_lib.account_detectors import STANDARDS, AccountDetectors
from constructs_lib.config_recorder import DATA_PROTECTION, ConfigRecorder

KNOWN_RULES = {
    getattr(aws_config.ManagedRuleIdentifiers, name)
    for name in dir(aws_config.ManagedRuleIdentifiers)
    if name.isupper()
}


def detectors(stack: cdk.Stack, **asked: Any) -> Template:
    nothing: dict[str, Any] = {
        "analyze_access": False,
        "guard_duty_features": None,
        "scan_images": False,
        "standards": None,
    }
    AccountDetectors(stack, "Detectors", name="test", **nothing | asked)
    return Template.from_stack(stack)


@pytest.fixture
def recorder(stack: cdk.Stack, key: aws_kms.Key, logs_bucket: aws_s3.IBucket) -> Template:
    ConfigRecorder(
        stack,
        "Config",
        name="test",
        managed_rules=["INCOMING_SSH_DISABLED"],
        protects_data=True,
        encryption_key=key,
        access_log_bucket=logs_bucket,
        lifecycle_rules=[],
        retain_data=True,
    )
    return Template.from_stack(stack)


def test_nothing_is_made_that_is_not_asked_for(stack: cdk.Stack) -> None:
    assert "Resources" not in detectors(stack).to_json()


def test_guard_duty_is_on_and_tells_soon(stack: cdk.Stack) -> None:
    detectors(stack, guard_duty_features=["S3_DATA_EVENTS"]).has_resource_properties(
        "AWS::GuardDuty::Detector",
        {
            "Enable": True,
            "Features": Match.array_with([{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}]),
            "FindingPublishingFrequency": "FIFTEEN_MINUTES",
        },
    )


def test_what_nobody_asks_guard_duty_for_is_off_and_not_billed(stack: cdk.Stack) -> None:
    template = detectors(stack, guard_duty_features=["S3_DATA_EVENTS"])
    (detector,) = template.find_resources("AWS::GuardDuty::Detector").values()
    status = {one["Name"]: one["Status"] for one in detector["Properties"]["Features"]}
    assert set(status) == set(get_args(GuardDutyFeature))
    assert [name for name, said in status.items() if said == "ENABLED"] == ["S3_DATA_EVENTS"]


def test_every_image_is_scanned_again_when_a_vulnerability_becomes_known(stack: cdk.Stack) -> None:
    detectors(stack, scan_images=True).has_resource_properties(
        "AWS::ECR::RegistryScanningConfiguration",
        {
            "ScanType": "ENHANCED",
            "Rules": [
                {
                    "RepositoryFilters": [{"Filter": "*", "FilterType": "WILDCARD"}],
                    "ScanFrequency": "CONTINUOUS_SCAN",
                }
            ],
        },
    )


def test_standards_wait_for_the_hub(stack: cdk.Stack) -> None:
    template = detectors(stack, standards=["cis", "pci-dss"])
    (hub,) = template.find_resources("AWS::SecurityHub::Hub")
    found = template.find_resources("AWS::SecurityHub::Standard").values()
    assert [standard["DependsOn"] for standard in found] == [[hub], [hub]]


def test_an_unknown_standard_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ValueError, match=r"standards must be among aws-foundational, cis, .*, got soc2"):
        detectors(stack, standards=["soc2"])


def test_the_configuration_offers_the_standards_that_there_are() -> None:
    assert set(get_args(Standard)) == set(STANDARDS)


def test_every_managed_rule_is_one_of_awss() -> None:
    assert {*get_args(ManagedRule), *DATA_PROTECTION} - KNOWN_RULES == set()


def test_everything_is_recorded_and_delivered_encrypted(recorder: Template) -> None:
    recorder.has_resource_properties(
        "AWS::Config::ConfigurationRecorder",
        {"RecordingGroup": {"AllSupported": True, "IncludeGlobalResourceTypes": True}},
    )
    recorder.has_resource_properties("AWS::Config::DeliveryChannel", {"S3KmsKeyArn": Match.any_value()})


def test_the_bucket_of_the_recorder_has_no_object_lock(recorder: Template) -> None:
    (bucket,) = recorder.find_resources("AWS::S3::Bucket").values()
    assert not bucket["Properties"].get("ObjectLockEnabled")  # AWS Config delivers to none that locks by default
    assert bucket["DeletionPolicy"] == "Retain"


def test_rules_and_the_pack_wait_for_the_recorder(recorder: Template) -> None:
    (recorder_id,) = recorder.find_resources("AWS::Config::ConfigurationRecorder")
    for kind in ("AWS::Config::ConfigRule", "AWS::Config::ConformancePack"):
        (resource,) = recorder.find_resources(kind).values()
        assert recorder_id in resource["DependsOn"]


def test_the_pack_is_a_template_of_rules(recorder: Template) -> None:
    (pack,) = recorder.find_resources("AWS::Config::ConformancePack").values()
    rules = json.loads(pack["Properties"]["TemplateBody"])["Resources"].values()
    assert {rule["Properties"]["Source"]["SourceIdentifier"] for rule in rules} == set(DATA_PROTECTION)
    assert len(pack["Properties"]["TemplateBody"]) < 51_200  # more needs a file in S3
