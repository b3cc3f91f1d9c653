"""What holds for any two sets of stacks: nothing changes into itself, nothing is lost, nothing is told twice."""

from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.assembly import StackSource
from infra.changes import Change, Severity
from infra.changes.engine import changes_between
from infra.changes.rules.grants import Selector
from infra.changes.rules.patterns import includes

TYPES = (
    "AWS::DynamoDB::Table",
    "AWS::EC2::SecurityGroup",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Lambda::Version",
    "AWS::RDS::DBCluster",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "Custom::Thing",
    "Some::Private::Thing",
)
NAMES = ("A", "B", "C", "D")
SCALARS = st.one_of(st.booleans(), st.integers(0, 99), st.sampled_from(["a", "b", "*", "arn:aws:s3:::x", ""]))
VALUES = st.recursive(
    st.one_of(
        SCALARS,
        st.sampled_from(NAMES).map(lambda name: {"Ref": name}),
        st.sampled_from(NAMES).map(lambda name: {"Fn::GetAtt": [name, "Arn"]}),
        st.tuples(SCALARS, SCALARS).map(lambda pair: {"Fn::If": ["Open", *pair]}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["Name", "Key", "Value", "Arn"]), inner, max_size=3),
    ),
    max_leaves=6,
)
PROPERTIES = st.dictionaries(
    st.sampled_from(
        [
            "TableName",
            "KmsKeyId",
            "Tags",
            "PolicyDocument",
            "Policies",
            "SecurityGroupIngress",
            "FunctionName",
            "Code",
            "VersioningConfiguration",
        ]
    ),
    VALUES,
    max_size=4,
)
RESOURCES = st.dictionaries(
    st.sampled_from(NAMES),
    st.fixed_dictionaries(
        {"Type": st.sampled_from(TYPES), "Properties": PROPERTIES},
        optional={
            "DeletionPolicy": st.sampled_from(["Delete", "Retain", "Snapshot"]),
            "Condition": st.just("Open"),
        },
    ),
    max_size=4,
)
CONDITIONS = {"Open": {"Fn::Equals": [{"Ref": "AWS::NotificationARNs"}, "x"]}}
STACKS = st.dictionaries(st.sampled_from(["S1", "S2"]), RESOURCES, max_size=2)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GONE = (Change.DESTROY, Change.DESTROY_SNAPSHOT, Change.RETAIN, Change.RENAME)


def sources(stacks: dict[str, Any]) -> list[StackSource]:
    return [
        StackSource(
            name=name,
            construct_path=name,
            file=Path(f"{name}.json"),
            account="111111111111",
            region="eu-west-1",
            template={"Conditions": CONDITIONS, "Resources": resources},
        )
        for name, resources in stacks.items()
    ]


@QUICK
@given(STACKS)
def test_nothing_changes_into_itself(stacks: dict[str, Any]) -> None:
    assert changes_between(sources(stacks), sources(stacks)) == []


@QUICK
@given(STACKS, STACKS)
def test_what_is_on_one_side_only_is_told_exactly_once(before: dict[str, Any], after: dict[str, Any]) -> None:
    changes = changes_between(sources(before), sources(after))
    old = {(stack, logical_id) for stack, resources in before.items() for logical_id in resources}
    new = {(stack, logical_id) for stack, resources in after.items() for logical_id in resources}
    told = Counter((change.stack, change.logical_id) for change in changes)
    told.update(
        (change.new_stack or change.stack, change.new_logical_id) for change in changes if change.new_logical_id
    )
    for place in old ^ new:
        assert told[place] == 1, place
    assert all(count == 1 for place, count in told.items() if place not in old & new)


@QUICK
@given(STACKS, STACKS)
def test_what_is_gone_is_gone_the_other_way_round_come(before: dict[str, Any], after: dict[str, Any]) -> None:
    there = changes_between(sources(before), sources(after))
    back = changes_between(sources(after), sources(before))
    renamed = {change.logical_id for change in (*there, *back) if change.change is Change.RENAME}
    created = {(each.stack, each.logical_id) for each in there if each.change is Change.CREATE}
    gone = {(each.stack, each.logical_id) for each in back if each.change in GONE and each.change is not Change.RENAME}
    if not renamed:
        assert created <= gone


@QUICK
@given(STACKS, STACKS)
def test_lost_data_is_critical_and_nothing_is_without_a_reason(before: dict[str, Any], after: dict[str, Any]) -> None:
    for change in changes_between(sources(before), sources(after)):
        assert change.reasons, change
        if change.stateful and change.change in (Change.DESTROY, Change.DESTROY_SNAPSHOT):
            assert change.severity is Severity.CRITICAL
        if change.change is Change.REPLACE and change.stateful and change.resource_type != "AWS::SQS::Queue":
            assert change.severity is Severity.CRITICAL
        if change.routine:
            assert change.severity is Severity.LOW


@QUICK
@given(STACKS, STACKS, STACKS)
def test_another_stack_beside_it_takes_nothing_from_a_change(
    before: dict[str, Any], after: dict[str, Any], more: dict[str, Any]
) -> None:
    """Severity is monotone: what else is in the app makes no change less severe."""
    alone = changes_between(sources(before), sources(after))
    others = {f"Other{name}": resources for name, resources in more.items()}
    together = changes_between(sources({**before, **others}), sources({**after, **others}))
    severities = {(change.stack, change.logical_id): change.severity for change in together}
    assert all(severities[(change.stack, change.logical_id)] >= change.severity for change in alone)


PATTERNS = st.text(alphabet="ab*?:", min_size=1, max_size=5)


@QUICK
@given(PATTERNS, PATTERNS, PATTERNS)
def test_patterns_that_include_each_other_form_a_chain(first: str, second: str, third: str) -> None:
    assert includes(first, first)
    if includes(first, second) and includes(second, third):
        assert includes(first, third)


@QUICK
@given(st.lists(PATTERNS, max_size=3), st.lists(PATTERNS, max_size=3), st.booleans())
def test_a_selector_covers_what_is_left_of_it(kept: list[str], dropped: list[str], negated: bool) -> None:
    wide, narrow = Selector(tuple(kept + dropped)), Selector(tuple(kept))
    if negated:
        wide, narrow = Selector(tuple(kept), negated=True), Selector(tuple(kept + dropped), negated=True)
    assert wide.covers(narrow)
