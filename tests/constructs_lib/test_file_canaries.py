"""Each file system gets its canary in a folder of its own; what reads restored ones may write nothing, nowhere."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from constructs_lib.file_canaries import FileCanaries
from constructs_lib.file_canaries.runtime import handler
from constructs_lib.restore_testing.runtime import canaries
from constructs_lib.shared_file_system import Door, SharedFileSystem

DOORS = {"Uploads": Door(path="/uploads", uid=1000, gid=1000, permissions="750")}


@pytest.fixture
def make(stack: cdk.Stack, key: kms.Key) -> Callable[[list[str]], FileCanaries]:
    def make(names: list[str]) -> FileCanaries:
        tiers = [
            ec2.SubnetConfiguration(name=name, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
            for name in ("private", "isolated")
        ]
        vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0, subnet_configuration=tiers)
        private, isolated = (ec2.SubnetSelection(subnet_group_name=name) for name in ("private", "isolated"))
        files = {
            name: SharedFileSystem(
                stack,
                name,
                name=name.lower(),
                doors=DOORS,
                cold_after_days=None,
                archive_after_days=None,
                retain_data=True,
                vpc=vpc,
                subnets=isolated,
                encryption_key=key,
            )
            for name in names
        }
        return FileCanaries(
            stack,
            "Canaries",
            file_systems=files,
            vpc=vpc,
            subnets=private,
            mount_subnets=isolated,
            encryption_key=key,
            log_key=key,
            log_retention_days=30,
        )

    return make


def test_each_file_system_has_a_writer_in_a_folder_of_its_own(
    stack: cdk.Stack, make: Callable[[list[str]], FileCanaries]
) -> None:
    made = make(["Shared", "Media"])
    assert set(made.writers) == {"SharedCanary", "MediaCanary"}
    template = Template.from_stack(stack)
    functions = template.find_resources("AWS::Lambda::Function").values()
    mounted = [one["Properties"].get("FileSystemConfigs") for one in functions]
    assert sorted(len(configs) for configs in mounted if configs) == [1, 1]
    assert sum(configs is None for configs in mounted) == 1
    template.has_resource_properties(
        "AWS::EFS::AccessPoint", {"RootDirectory": {"Path": "/_groundwork"}, "PosixUser": {"Uid": "1000"}}
    )


def test_the_reader_writes_nowhere_and_a_writer_in_its_folder_alone(
    stack: cdk.Stack, make: Callable[[list[str]], FileCanaries]
) -> None:
    make(["Shared"])
    policies = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy").values()
    statements = [one for policy in policies for one in policy["Properties"]["PolicyDocument"]["Statement"]]
    writes = [one for one in statements if "elasticfilesystem:ClientWrite" in one["Action"]]
    assert len(writes) == 1
    assert "elasticfilesystem:AccessPointArn" in writes[0]["Condition"]["StringEquals"]


def test_without_files_there_is_nothing_to_write(make: Callable[[list[str]], FileCanaries]) -> None:
    with pytest.raises(ValueError, match="file_systems must name at least one file system, got none"):
        make([])


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(handler, "FILES", tmp_path)
    return tmp_path


@pytest.mark.parametrize("folder", ["_groundwork", "aws-backup-restore_2026-03-03T06-00-00/_groundwork"])
def test_a_canary_that_was_written_is_read_where_aws_backup_puts_it(mounted: Path, folder: str) -> None:
    written = canaries.sealed(datetime.now(UTC))
    handler.handler({"Canary": written}, None)
    assert [path.name for path in mounted.iterdir()] == ["canary.json"]
    (mounted / folder).mkdir(parents=True)
    (mounted / "canary.json").rename(mounted / folder / "canary.json")
    (read,) = handler.handler({"Read": True}, None)["canaries"]
    assert canaries.opened(json.loads(read)) == datetime.fromisoformat(written["written_at"])


def test_a_new_canary_replaces_the_last(mounted: Path) -> None:
    for _ in range(2):
        written = canaries.sealed(datetime.now(UTC))
        handler.handler({"Canary": written}, None)
    assert json.loads((mounted / "canary.json").read_text()) == written


@pytest.mark.usefixtures("mounted")
@pytest.mark.parametrize("event", [{}, {"Read": False}])
def test_an_event_that_means_nothing_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the event must have Canary or Read"):
        handler.handler(event, None)
