"""Ids of the configuration collide with nothing that the stacks themselves are made of."""

import json
from collections.abc import Callable
from pathlib import Path

import config
from config.sections.data import TAKEN_IDS, TAKEN_IDS_OF

CDKS_OWN = {"BootstrapVersion", "CheckBootstrapVersion", "OnlyTheEmulator", "Publish"}
"""Parameters, rules and names of ours that are made of more than one word, and read as no store's name."""


def children(folder: Path, stack: str) -> set[str]:
    tree = json.loads((folder / "tree.json").read_text())["tree"]["children"]
    return set(tree[stack]["children"])


def test_every_id_that_the_data_stack_takes_is_refused_in_the_configuration(assembly: Callable[[str], Path]) -> None:
    data = config.load("everything").data
    lists = (data.tables, data.buckets, data.databases, data.document_databases, data.caches, data.file_systems)
    stores = {store.id for stores in (*lists, data.image_repositories) for store in stores}
    made = {f"{database.id}{part}" for database in data.databases for part in ("Bootstrap", "Proxy")}
    assert children(assembly("everything"), "Data") - stores - made - CDKS_OWN == set(TAKEN_IDS)


def test_copies_and_canaries_are_called_like_nothing_beside_them(assembly: Callable[[str], Path]) -> None:
    copies = {name for name in children(assembly("everything"), "Recovery") if name.endswith("Copies")}
    buckets = {f"{bucket.id}Copies" for bucket in config.load("everything").data.buckets}
    assert copies - buckets == {f"{name}Copies" for name in TAKEN_IDS_OF["buckets"]}
    tree = json.loads((assembly("everything") / "tree.json").read_text())["tree"]["children"]
    canaries = set(tree["Backup"]["children"]["FileCanaries"]["children"])
    assert canaries - {files.id for files in config.load("everything").data.file_systems} == set(
        TAKEN_IDS_OF["file_systems"]
    )
