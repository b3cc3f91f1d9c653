"""What holds in every environment, seen in its synthesised templates."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import config
from tests.conftest import Templates, run_app

STATEFUL = {
    "AWS::Backup::BackupVault",
    "AWS::DynamoDB::GlobalTable",
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
}
SNAPSHOTTED = {"AWS::RDS::DBCluster"}
"""What leaves a snapshot where others are retained."""
STACKS = {"Backup", "Boundary", "Compute", "Data", "Edge", "Monitoring", "Network", "Recovery", "Security", "Site"}
OPTIONS = {"Batch", "Containers", "LoadTest", "Messaging", "Services", "WebSocket"}
"""Stacks that are there where the configuration asks for what they hold; services have as many as they need."""

environments = pytest.mark.parametrize("environment", config.names())


def resources(templates: Templates, *types: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for stack, template in templates.items():
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] in types:
                yield stack, logical_id, resource


@environments
def test_every_environment_has_the_same_stacks(environment: str, templates: Callable[[str], Templates]) -> None:
    hosts_pipeline = config.load(environment).pipeline is not None
    found = {name.rstrip("0123456789") for name in templates(environment)}
    assert found - OPTIONS == STACKS | ({"Pipeline", "PipelineReplica"} if hosts_pipeline else set())


@environments
def test_no_finding_is_left_unacknowledged(environment: str, assembly: Callable[[str], Path]) -> None:
    report = json.loads((assembly(environment) / "validation-report.json").read_text())
    packs = {plugin["pluginName"]: plugin for plugin in report["pluginReports"]}
    assert {"AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless"} <= packs.keys()
    assert [finding for plugin in packs.values() for finding in plugin["violations"]] == []


@environments
def test_every_acknowledgement_gives_a_reason(environment: str, assembly: Callable[[str], Path]) -> None:
    report = json.loads((assembly(environment) / "validation-report.json").read_text())
    accepted = [finding for plugin in report["pluginReports"] for finding in plugin.get("suppressedViolations", [])]
    assert accepted
    for finding in accepted:
        for suppressed in finding["violatingConstructs"] if "reason" not in finding else [finding]:
            assert len(suppressed["reason"].split()) > 5, finding


@environments
def test_data_is_retained_exactly_where_the_configuration_says(
    environment: str, templates: Callable[[str], Templates]
) -> None:
    retain = config.load(environment).retain_data
    expected = "Retain" if retain else "Delete"
    application = {name: t for name, t in templates(environment).items() if not name.startswith("Pipeline")}
    for stack, logical_id, resource in resources(application, *STATEFUL):
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == expected, (stack, logical_id)
    for stack, logical_id, resource in resources(application, *SNAPSHOTTED):
        kept = "Snapshot" if retain else expected
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == kept, (stack, logical_id)


@environments
def test_stacks_are_protected_exactly_where_data_is_retained(environment: str, assembly: Callable[[str], Path]) -> None:
    manifest = json.loads((assembly(environment) / "manifest.json").read_text())
    stacks = [a for a in manifest["artifacts"].values() if a["type"] == "aws:cloudformation:stack"]
    protected = {bool(stack["properties"].get("terminationProtection")) for stack in stacks}
    assert protected == {config.load(environment).retain_data}


@environments
def test_everything_of_the_data_stack_carries_the_tag_that_backup_selects_by(
    environment: str, templates: Callable[[str], Templates]
) -> None:
    found = templates(environment)
    selections = [
        each["Properties"]["BackupSelection"] for _, _, each in resources(found, "AWS::Backup::BackupSelection")
    ]
    (condition,) = (tag for selection in selections for tag in selection.get("ListOfTags", []))
    wanted = {"Key": condition["ConditionKey"], "Value": condition["ConditionValue"]}
    stores = list(resources({"Data": found["Data"]}, "AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable"))
    assert stores
    for _, logical_id, store in stores:
        properties = store["Properties"]
        tags = properties.get("Tags") or [tag for replica in properties["Replicas"] for tag in replica["Tags"]]
        assert wanted in tags, logical_id


@environments
def test_nothing_waits_for_a_lookup(environment: str, assembly: Callable[[str], Path]) -> None:
    manifest = json.loads((assembly(environment) / "manifest.json").read_text())
    assert not manifest.get("missing")


@environments
def test_what_is_for_the_emulator_refuses_every_account_of_aws(
    environment: str, templates: Callable[[str], Templates]
) -> None:
    emulated = config.load(environment).emulator is not None
    expected = {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "000000000000"]}
    for stack, template in templates(environment).items():
        rule = template.get("Rules", {}).get("OnlyTheEmulator")
        assert (rule and rule["Assertions"][0]["Assert"]) == (expected if emulated else None), stack


def test_readers_do_not_hold_the_stacks_that_they_read(templates: Callable[[str], Templates]) -> None:
    assert "Fn::ImportValue" not in json.dumps(templates("prod")["Monitoring"])
    assert "Fn::GetStackOutput" in json.dumps(templates("prod")["Monitoring"])


def test_the_cidr_of_the_configuration_is_the_one_in_the_template(
    templates: Callable[[str], Templates],
) -> None:
    ((_, _, vpc),) = resources(templates("prod"), "AWS::EC2::VPC")
    assert vpc["Properties"]["CidrBlock"] == str(config.load("prod").network.cidr)


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_a_stage_of_the_pipeline_has_the_logical_ids_and_names_of_the_app(
    environment: str, assembly: Callable[[str], Path]
) -> None:
    alone, staged = assembly(environment), assembly("dev") / f"assembly-Pipeline-{environment.title()}"
    for path in sorted(alone.glob("*.template.json")):
        (twin,) = staged.glob(f"*{path.name.removesuffix('.template.json')}*.template.json")
        mine, theirs = json.loads(path.read_text()), json.loads(twin.read_text())
        assert mine["Resources"].keys() == theirs["Resources"].keys(), path.name
    names = [{a["properties"]["stackName"] for a in _stacks(folder)} for folder in (alone, staged)]
    assert names[0] == names[1]


def _stacks(folder: Path) -> list[dict[str, Any]]:
    manifest = json.loads((folder / "manifest.json").read_text())
    return [a for a in manifest["artifacts"].values() if a["type"] == "aws:cloudformation:stack"]


def test_a_synthesis_with_the_stock_start_of_jsii_is_equal_to_the_byte(
    assembly: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWORK_STOCK_JSII", "1")
    assert run_app(tmp_path, environment="staging").returncode == 0
    for path in assembly("staging").glob("*.template.json"):
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_experiments_stop_at_an_alarm_that_is_there(templates: Callable[[str], Templates]) -> None:
    found = templates("everything")
    alarms = {alarm["Properties"].get("AlarmName") for _, _, alarm in resources(found, "AWS::CloudWatch::Alarm")}
    experiments = list(resources(found, "AWS::FIS::ExperimentTemplate"))
    assert experiments
    for _, logical_id, experiment in experiments:
        named = {stop["Value"].rpartition(":")[2] for stop in experiment["Properties"]["StopConditions"]}
        assert named <= alarms, logical_id


def test_shield_protects_every_front_door_where_it_is_wanted(templates: Callable[[str], Templates]) -> None:
    app = templates("everything")
    doors = list(resources(app, "AWS::CloudFront::Distribution", "AWS::ElasticLoadBalancingV2::LoadBalancer"))
    protected = [json.dumps(one["Properties"]) for _, _, one in resources(app, "AWS::Shield::Protection")]
    assert len(doors) == 2
    assert [door for _, door, _ in doors if not any(door in said for said in protected)] == []


def test_names_inside_the_vpc_need_no_container(templates: Callable[[str], Templates]) -> None:
    assert not config.load("prod").compute.containers.services
    (found,) = resources(templates("prod"), "AWS::ServiceDiscovery::PrivateDnsNamespace")
    assert found[2]["Properties"]["Name"] == "prod.groundwork.internal"
    assert not list(resources(templates("dev"), "AWS::ServiceDiscovery::PrivateDnsNamespace"))


def test_a_service_reads_a_setting_when_it_starts(templates: Callable[[str], Templates]) -> None:
    app = templates("everything")
    (setting,) = (id_ for _, id_, _ in resources(app, "AWS::SSM::Parameter"))
    read = [
        secret["ValueFrom"]
        for _, _, task in resources(app, "AWS::ECS::TaskDefinition")
        for container in task["Properties"]["ContainerDefinitions"]
        for secret in container.get("Secrets", [])
        if secret["Name"] == "CURRENCY"
    ]
    assert len(read) == 1
    assert setting in json.dumps(read)
