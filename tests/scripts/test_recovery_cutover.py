"""Which copy serves is one line of a file, which the next deployment reads; undoing takes the line away."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config import cutovers
from scripts import cutover
from scripts.__main__ import app
from scripts.aws import Aws, WrongArgumentError
from scripts.recovery import buckets
from scripts.recovery.stores import Store


def test_the_next_deployment_reads_a_swapped_cluster_anew(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cutovers.json"
    monkeypatch.setattr(cutovers, "FILE", file)
    store = Store("Main", "cluster", "shop-main")
    cutover._tell_stack(aws, store, "shop-main-20260101")
    assert json.loads(file.read_text()) == {aws.environment.name: {"Main": "shop-main-20260101"}}
    cutover._tell_stack(aws, store, None)
    assert not file.exists()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cutovers, "FILE", tmp_path / "cutovers.json")
    return tmp_path / "cutovers.json"


def make(aws: Aws, store: Store, name: str) -> None:
    if store.kind == "bucket":
        aws.client("s3").create_bucket(Bucket=name)
        return
    aws.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


STORES = [Store("Todos", "table", "todos"), Store("Attachments", "bucket", "attachments")]


@pytest.mark.parametrize("store", STORES, ids=lambda store: str(store.kind))
def test_a_copy_is_put_into_use_by_a_line_and_out_of_it_by_taking_the_line_away(
    aws: Aws, store: Store, file: Path
) -> None:
    make(aws, store, "copy-of-it")
    cutover._point(aws, store, "copy-of-it")
    assert json.loads(file.read_text()) == {"dev": {store.id: "copy-of-it"}}
    cutover._point(aws, store, None)
    assert not file.exists()


@pytest.mark.parametrize("store", STORES, ids=lambda store: str(store.kind))
def test_a_copy_that_is_not_there_is_refused_and_nothing_is_written(aws: Aws, store: Store, file: Path) -> None:
    with pytest.raises(WrongArgumentError, match=f"--to must be a {store.kind} that is there, got nowhere-at-all"):
        cutover._point(aws, store, "nowhere-at-all")
    assert not file.exists()


def test_a_part_of_a_bucket_does_not_take_its_place(aws: Aws, file: Path) -> None:
    make(aws, STORES[1], "copy-of-it")
    tag = {"Key": buckets.PART_OF, "Value": "reports/"}
    aws.client("s3").put_bucket_tagging(Bucket="copy-of-it", Tagging={"TagSet": [tag]})
    with pytest.raises(
        WrongArgumentError, match="--to must hold all of the bucket, got copy-of-it, which has reports/"
    ):
        cutover._point(aws, STORES[1], "copy-of-it")
    assert not file.exists()


def test_undoing_what_was_not_done_says_so(aws: Aws, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cutover._point(aws, STORES[0], None)
    assert "Todos is not served from a copy in dev" in " ".join(capsys.readouterr().err.split())
    assert not file.exists()


@pytest.mark.parametrize("options", [[], ["--to", "copy", "--undo"]])
def test_it_wants_one_way_to_go(options: list[str]) -> None:
    said = CliRunner().invoke(app, ["cutover", "--environment", "dev", "--store", "Todos", *options])
    assert said.exit_code == 2
    assert "give either --to NAME or --undo" in said.stderr
