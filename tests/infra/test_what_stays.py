"""What stays when an environment that retains nothing is destroyed: what the runbook lists, and it costs nothing."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import config
from tests.conftest import Templates

RUNBOOK = Path(__file__).parent.parent.parent / "docs" / "runbooks" / "destroy.md"
TEMPORARY = [name for name in config.names() if not config.load(name).retain_data]
SNAPSHOT_BY_DEFAULT = {"AWS::RDS::DBCluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"}
"""What CloudFormation takes a snapshot of where the template says nothing."""


def left_behind(templates: Templates) -> Iterator[tuple[str, str]]:
    """Yield a word for each thing that a destroyed stack leaves, and where."""
    for stack, template in templates.items():
        resources = template["Resources"]
        emptied = {
            json.dumps(one["Properties"]["BucketName"])
            for one in resources.values()
            if one["Type"] == "Custom::S3AutoDeleteObjects"
        }
        for logical_id, resource in resources.items():
            said = _left_by(logical_id, resource, emptied)
            yield from ((kind, f"{stack}/{logical_id}") for kind in said)


def _left_by(logical_id: str, resource: dict[str, Any], emptied: set[str]) -> Iterator[str]:
    kind, properties = resource["Type"], resource.get("Properties", {})
    policy = resource.get("DeletionPolicy", "Snapshot" if kind in SNAPSHOT_BY_DEFAULT else "Delete")
    if policy != "Delete":
        yield f"kept: {policy} of {kind}"
    match kind:
        case "AWS::S3::Bucket" if json.dumps({"Ref": logical_id}) not in emptied:
            yield "a bucket that is not emptied"
        case "AWS::ECR::Repository" if properties.get("EmptyOnDelete") is not True:
            yield "a repository that is not emptied"
        case "AWS::Backup::BackupVault":
            yield "recovery points"
        case "AWS::KMS::Key":
            yield "keys"
        case "AWS::SecretsManager::Secret":
            yield "secrets"
        case "AWS::DynamoDB::GlobalTable":
            yield "backups of tables"
        case "AWS::Lambda::Function" if "LogGroup" not in properties.get("LoggingConfig", {}):
            yield "log groups of CDK's own functions"
        case "AWS::RDS::DBInstance" if properties.get("MonitoringInterval"):
            yield "RDSOSMetrics"
        case "AWS::ECS::TaskDefinition" | "AWS::Batch::JobDefinition":
            yield "definitions"


@pytest.mark.parametrize("environment", TEMPORARY)
def test_nothing_stays_but_what_the_runbook_lists(environment: str, templates: Callable[[str], Templates]) -> None:
    listed = set(re.findall(r"^\| \*\*(.+?)\*\*", RUNBOOK.read_text(), re.MULTILINE))
    unlisted = [f"{kind}: {place}" for kind, place in left_behind(templates(environment)) if kind not in listed]
    assert not unlisted


def test_what_is_retained_or_never_emptied_is_noticed() -> None:
    broken = {
        "Data": {
            "Resources": {
                "Files": {"Type": "AWS::S3::Bucket"},
                "Images": {"Type": "AWS::ECR::Repository", "Properties": {}},
                "Main": {"Type": "AWS::RDS::DBCluster"},
                "Todos": {"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain"},
            }
        }
    }
    assert {kind for kind, _ in left_behind(broken)} == {
        "a bucket that is not emptied",
        "a repository that is not emptied",
        "kept: Snapshot of AWS::RDS::DBCluster",
        "kept: Retain of AWS::SQS::Queue",
    }
