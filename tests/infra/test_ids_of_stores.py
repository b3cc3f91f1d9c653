"""Ids of what holds data come from its own id alone: whatever joins, leaves or moves beside it, it stays what it is."""

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import config
from config.sections.caches import Cache
from config.sections.data import Attribute, Bucket, Data, GlobalIndex, Table
from config.sections.databases import Database
from constructs_lib.tiered_vpc import TieredVpc
from infra.data_stack import DataStack

Store = Table | Bucket | Database | Cache
Resources = dict[str, Any]

NAMES = [
    "Todos", "Orders", "Orders2", "OrdersCopy", "People", "Main", "MainFiles", "Files", "A1", "Store",
]  # fmt: skip
"""Some are the beginning of others, or what a construct may call a part of itself."""
FIELD = {Table: "tables", Bucket: "buckets", Database: "databases", Cache: "caches"}
PROD = config.load("prod")


def make(kind: type[Store], name: str, size: int) -> Store:
    """Return a store whose settings follow from `size`."""
    if kind is Table:
        indexes = [GlobalIndex(name=f"by-{n}", partition_key=Attribute(name=f"a{n}")) for n in range(size)]
        return Table(id=name, partition_key=Attribute(name="pk"), global_indexes=tuple(indexes))
    if kind is Bucket:
        return Bucket(id=name, noncurrent_expiry_days=30 + size, events=size > 1)
    if kind is Database:
        return Database(id=name, version="17.9", readers=size, backup_days=14)
    return Cache(id=name)


stores = st.builds(
    lambda names, kinds, sizes: [make(kind, name, size) for name, kind, size in zip(names, kinds, sizes, strict=True)],
    st.just(NAMES[:5]) | st.permutations(NAMES).map(lambda names: names[:5]),
    st.lists(st.sampled_from([Table, Bucket, Table, Bucket, Database, Cache]), min_size=5, max_size=5),
    st.lists(st.integers(0, 2), min_size=5, max_size=5),
)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],  # a list of five needs no smaller one, and each try takes a second
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(listed=stores, data=st.data())
def test_what_joins_leaves_or_moves_changes_nothing_else(listed: list[Store], data: st.DataObject) -> None:
    kept = data.draw(
        st.lists(st.sampled_from(listed), unique_by=lambda store: store.id, min_size=1, max_size=4), label="kept"
    )
    everything, fewer = synthesised(listed), synthesised(kept)
    ids = {store.id for store in kept}
    assert owned_by(ids, everything) == owned_by(ids, fewer)
    assert owned_by(ids, fewer)


def owned_by(ids: Iterable[str], resources: Resources) -> Resources:
    """Every resource below a construct of `ids`, whole, by its logical id."""
    wanted = tuple(f"Data/{one}/" for one in ids) + tuple(f"Data/{one}Bootstrap/" for one in ids)
    return {key: body for key, body in resources.items() if body["Metadata"]["aws:cdk:path"].startswith(wanted)}


def synthesised(listed: Iterable[Store]) -> Resources:
    """Return the resources of a data stack with these stores, in this order."""
    fields: dict[str, list[Store]] = {field: [] for field in FIELD.values()}
    for store in listed:
        fields[FIELD[type(store)]].append(store)
    data = Data(**{field: tuple(members) for field, members in fields.items()}, users=None)
    app = cdk.App(
        analytics_reporting=False,
        builtin_cloud_formation_validation=False,
        context={"aws:cdk:enable-path-metadata": True},
    )
    place = cdk.Environment(account="111122223333", region="us-east-1")
    below = cdk.Stack(app, "Below", env=place)
    key = kms.Key.from_key_arn(below, "Key", "arn:aws:kms:us-east-1:111122223333:key/mine")
    DataStack(
        app,
        "Data",
        environment=PROD.model_copy(update={"data": data}),
        access_log_bucket=s3.Bucket.from_bucket_name(below, "Logs", "logs"),
        administrators={},
        copies={},
        copies_key=None,
        data_key=key,
        logs_key=key,
        network=TieredVpc(
            below,
            "Network",
            availability_zones=["us-east-1a", "us-east-1b"],
            cidr=IPv4Network("10.0.0.0/16"),
            egress="none",
        ),
    )
    stack = app.synth().get_stack_by_name(f"{PROD.project}-{PROD.name}-data")
    return dict(stack.template["Resources"])
