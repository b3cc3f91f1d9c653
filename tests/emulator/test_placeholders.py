"""Types that the emulator has no API for: recorded, honest, listed."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.limits import NO_API
from tests.emulator.local_cloud import Cloud


def analyzer(**properties: Any) -> dict[str, Any]:
    return {"Analyzer": {"Type": "AWS::AccessAnalyzer::Analyzer", "Properties": {"Type": "ACCOUNT", **properties}}}


REFERENCES = {"ref": {"Ref": "Analyzer"}, "arn": {"Fn::GetAtt": ["Analyzer", "Arn"]}}


def test_references_come_from_the_registry_schema(cloud: Cloud) -> None:
    told = cloud.deploy(analyzer(AnalyzerName="outside"), REFERENCES)
    assert told["arn"] == "arn:aws:accessanalyzer:us-east-1:000000000000:analyzer/outside"
    assert told["ref"] == told["arn"]


def test_each_placeholder_is_listed_with_what_does_not_happen(cloud: Cloud) -> None:
    told = cloud.deploy(analyzer())
    listed = [one for one in cloud.emulator.recorded() if one["stack"] == told["stack"]]
    assert [(one["logical_id"], one["type"], one["limit"]) for one in listed] == [
        ("Analyzer", "AWS::AccessAnalyzer::Analyzer", NO_API)
    ]


def test_what_the_emulator_does_is_not_listed(cloud: Cloud) -> None:
    told = cloud.deploy({"Queue": {"Type": "AWS::SQS::Queue"}})
    assert not [one for one in cloud.emulator.recorded() if one["stack"] == told["stack"]]


def test_a_change_keeps_the_identity(cloud: Cloud) -> None:
    before = cloud.deploy(analyzer(), REFERENCES)
    after = cloud.deploy(analyzer(Tags=[{"Key": "a", "Value": "b"}]), REFERENCES, name=before["stack"])
    assert after == before


def test_a_change_that_replaces_on_aws_gives_a_new_identity(cloud: Cloud) -> None:
    before = cloud.deploy(analyzer(), REFERENCES)
    after = cloud.deploy(analyzer(Type="ORGANIZATION"), REFERENCES, name=before["stack"])
    assert after["ref"] != before["ref"]


def test_a_type_that_aws_does_not_know_either_is_refused_by_name(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match=r"Unrecognized resource types: \[AWS::Nope::Thing\]"):
        cloud.deploy({"Thing": {"Type": "AWS::Nope::Thing"}})


def test_an_attribute_that_the_type_lacks_fails_the_stack(cloud: Cloud) -> None:
    with pytest.raises(AssertionError, match="NoSuchAttribute"):
        cloud.deploy(analyzer(), {"nothing": {"Fn::GetAtt": ["Analyzer", "NoSuchAttribute"]}})
