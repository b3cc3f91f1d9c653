"""The promises of an estimate: nothing is dropped, nothing is guessed, nothing is counted twice."""

from datetime import date, timedelta
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.assembly import Assembly
from infra.cost import Estimate, PriceBook, default_book, estimate, most_expensive, total_fixed
from infra.cost.free import FREE_SERVICES, FREE_TYPES, REASONS
from infra.cost.prices import STALE_AFTER_DAYS, PriceBookError, check, stale
from infra.cost.rules import RULES
from infra.cost.usage import UsageError, default_usage
from tests.cost.conftest import Price
from tests.cost.cost_samples import USAGE, USD, book_of, stack
from tests.cost.test_cost_truth_table import CASES

KINDS = sorted({*RULES, *FREE_TYPES, "AWS::IAM::Role", "AWS::New::Thing", "Custom::Unheard", "Acme::A::B"})


def places(found: Estimate) -> list[tuple[str, str, str, str]]:
    """The key of every resource: once for all its lines, once for each time it is free."""
    lines = list(dict.fromkeys(line.place.key for line in found.lines))
    return lines + [resource.place.key for resource in found.free]


@given(st.lists(st.sampled_from(KINDS), max_size=30), st.integers(1, 4))
@settings(deadline=None, max_examples=60)
def test_every_resource_of_an_assembly_has_lines_or_is_free_with_a_reason(kinds: list[str], stacks: int) -> None:
    names = cycle(range(stacks))
    held: dict[int, dict[str, Any]] = {number: {} for number in range(stacks)}
    for number, kind in enumerate(kinds):
        held[next(names)][f"R{number}"] = (kind, {})
    sources = [stack(resources, name=f"stack-{number}") for number, resources in held.items()]
    found = estimate(Assembly(sources), USAGE, book_of(USD))
    expected = [
        ("test", "us-east-1", f"stack-{number}", logical_id)
        for number, resources in held.items()
        for logical_id in resources
    ]
    assert sorted(places(found)) == sorted(expected)
    assert all((line.monthly_usd is None) == (line.bucket == "unpriced") for line in found.lines)
    assert all(line.formula for line in found.lines)
    assert all(resource.reason for resource in found.free)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3) | st.just({"Ref": "AWS::StackId"}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)
PROPERTIES = [
    *("BlockDeviceMappings", "CapacityProviderStrategy", "ClusterSettings", "DBInstanceClass", "Engine"),
    *("Environment", "EventSelectors", "Features", "HealthCheckConfig", "LaunchType", "LifecycleConfiguration"),
    *("Metrics", "MinCapacity", "ProvisionedThroughput", "Replicas", "RetentionInDays", "Rules", "Schedule"),
    *("Size", "SubnetIds", "Subscription", "TaskDefinition", "Type"),
]


@given(st.sampled_from(sorted(RULES)), st.dictionaries(st.sampled_from(PROPERTIES), JUNK, max_size=4))
@settings(deadline=None, max_examples=80)
def test_properties_of_another_shape_never_break_the_estimate(kind: str, properties: dict[str, Any]) -> None:
    found = estimate(Assembly([stack({"X": (kind, properties)})]), USAGE, book_of(USD))
    assert len(places(found)) == 1
    assert all((line.monthly_usd or 0) >= 0 for line in found.lines)


def test_a_type_is_decided_once() -> None:
    assert not set(RULES) & set(FREE_TYPES)
    assert len(FREE_TYPES) == sum(len(types) for types in REASONS.values())
    assert not [kind for kind in RULES if kind.startswith(tuple(FREE_SERVICES))]


def test_a_type_that_nobody_decided_is_unpriced_by_name(price: Price) -> None:
    (line,) = price({"X": ("AWS::New::Thing", {})}).lines
    assert (line.bucket, line.formula) == ("unpriced", "no pricing rule for AWS::New::Thing")


def test_a_custom_resource_is_unpriced_because_its_template_cannot_tell(price: Price) -> None:
    (line,) = price({"X": ("Custom::Unheard", {})}).lines
    assert "custom resource" in line.formula


def test_a_price_that_is_null_makes_the_line_unpriced_and_keeps_its_quantity() -> None:
    assembly = Assembly([stack({"X": ("AWS::EC2::NatGateway", {})})])
    found = estimate(assembly, USAGE, book_of({"nat_gateway.hour": None, "nat_gateway.gb": 0.045}))
    assert found.total("usage") == pytest.approx(4.50)
    (line,) = found.of("unpriced")
    assert line.formula == "730 h x ?: no sourced price for nat_gateway.hour in us-east-1"


def test_a_region_without_a_sourced_price_takes_none_from_another_region(price: Price) -> None:
    found = price(stack({"X": ("AWS::EC2::NatGateway", {})}, region="us-west-2"))
    assert {line.bucket for line in found.lines} == {"unpriced"}


def test_a_service_without_regions_has_one_price_everywhere() -> None:
    assembly = Assembly([stack({"X": ("AWS::Route53::HostedZone", {})}, region="eu-north-1")])
    assert estimate(assembly, USAGE, book_of({"route53.zone": 0.5}, "global")).total("fixed") == 0.5


def test_a_stack_without_a_region_is_priced_in_the_default_one_and_says_so(price: Price) -> None:
    found = price(stack({"X": ("AWS::KMS::Key", {})}, region="unknown-region"))
    assert found.total("fixed") == 1.0
    assert found.regionless_stacks == ["stack"]


def test_a_value_that_only_the_deploy_knows_makes_the_resource_unpriced(price: Price) -> None:
    found = price(
        stack(
            {"X": ("AWS::ElastiCache::ReplicationGroup", {"NumCacheClusters": {"Ref": "Nodes"}})},
            Parameters={"Nodes": {"Type": "Number"}},
        )
    )
    (line,) = found.lines
    assert line.formula == "NumCacheClusters is known only at deploy time"


def test_a_resource_whose_condition_does_not_hold_is_free_and_says_so(price: Price) -> None:
    found = price(
        stack(
            {"X": {"Type": "AWS::KMS::Key", "Condition": "Never"}},
            Conditions={"Never": {"Fn::Equals": ["a", "b"]}},
        )
    )
    assert [resource.reason for resource in found.free] == ["not deployed: its condition Never does not hold"]


def test_the_stacks_that_a_pipeline_delivers_to_its_own_account_count_once(price: Price) -> None:
    keys = {"X": ("AWS::KMS::Key", {})}
    found = price(
        stack(keys, name="platform-dev"),
        stack(keys, name="platform-dev", stage="Dev"),
        stack(
            keys,
            name="platform-prod",
            stage="Prod",
            account="777788889999",
            groundwork={"environment": "prod"},
        ),
    )
    assert found.repeated_stacks == ["Dev/platform-dev"]
    assert (found.total("fixed", "test"), found.total("fixed", "prod")) == (1.0, 1.0)


def test_a_gateway_shares_its_traffic_with_those_of_its_own_environment_only(price: Price) -> None:
    gateway = {"X": ("AWS::EC2::NatGateway", {})}
    found = price(stack(gateway, name="dev"), stack(gateway, name="dev", stage="Dev"))
    assert found.total("usage") == pytest.approx(4.50)


def test_an_assembly_that_is_not_ours_is_named_after_its_stages(price: Price) -> None:
    found = price(
        stack({"X": ("AWS::KMS::Key", {})}, groundwork={}),
        stack({"X": ("AWS::KMS::Key", {})}, groundwork={}, name="other", stage="Beta"),
    )
    assert found.environments == ["(unnamed)", "Beta"]


def test_the_usage_that_templates_carry_counts_for_their_environment() -> None:
    table = {"X": ("AWS::DynamoDB::Table", {"BillingMode": "PAY_PER_REQUEST"})}
    sources = [
        stack(table, name=name, groundwork={"environment": name, "usage": {"table_storage_gb": size}})
        for name, size in (("small", 1), ("large", "100.0"))
    ]
    found = estimate(Assembly(sources), prices=book_of({"dynamodb.storage": 0.25}))
    assert (found.total("usage", "small"), found.total("usage", "large")) == (0.25, 25.0)
    assert found.assumptions["large"]["table_storage_gb"] == 100
    assert found.assumptions["large"]["table_reads_millions"] == default_usage()["table_reads_millions"]


def test_usage_may_be_an_object_and_wins_over_the_templates() -> None:
    class Busy:
        table_storage_gb = 8.0

    source = stack(
        {"X": ("AWS::DynamoDB::Table", {})}, groundwork={"usage": {"table_storage_gb": 1}, "environment": "e"}
    )
    found = estimate(Assembly([source]), Busy(), book_of({"dynamodb.storage": 0.25}))
    assert found.total("usage") == 2.0


@pytest.mark.parametrize("value", ["many", -1, True, [1]])
def test_an_assumption_that_is_no_amount_is_refused_by_name(value: Any, price: Price) -> None:
    with pytest.raises(UsageError, match=r"usage\.repository_storage_gb must be a number of at least 0"):
        price({"X": ("AWS::ECR::Repository", {})}, usage={"repository_storage_gb": value})


def test_a_line_tells_how_it_was_calculated_and_where_the_price_is_from(price: Price) -> None:
    lines = {line.label: line for line in price({"X": ("AWS::ECR::Repository", {})}).lines}
    line = lines["storage"]
    assert line.formula == "10 GB x 0.1 USD/unit"
    assert line.price_keys == ("ecr",)
    assert (line.source, line.price_day) == ("a test", date(2026, 11, 1))
    assert line.assumptions == ("repository_storage_gb",)


def test_the_most_expensive_resources_are_ranked_by_what_they_cost_unused(price: Price) -> None:
    found = price(
        {
            "Key": ("AWS::KMS::Key", {}),
            "Nat": ("AWS::EC2::NatGateway", {}),
            "Board": ("AWS::CloudWatch::Dashboard", {}),
            "Pool": ("AWS::Cognito::UserPool", {}),
        }
    )
    assert [cost.place.logical_id for cost in most_expensive(found, 2)] == ["Nat", "Board"]
    assert [cost.place.logical_id for cost in most_expensive(found, 9)] == ["Nat", "Board", "Key"]
    assert total_fixed(found, "test") == pytest.approx(36.85)


def test_a_dead_letter_queue_is_expected_to_stay_empty(price: Price) -> None:
    found = price(
        {
            "Work": (
                "AWS::SQS::Queue",
                {
                    "RedrivePolicy": {
                        "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]},
                        "maxReceiveCount": 3,
                    }
                },
            ),
            "Dead": ("AWS::SQS::Queue", {}),
            "Lost": ("AWS::SQS::Queue", {}),
            "Rule": (
                "AWS::Events::Rule",
                {
                    "Targets": [
                        {
                            "Arn": {"Fn::GetAtt": ["Work", "Arn"]},
                            "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["Lost", "Arn"]}},
                        }
                    ]
                },
            ),
        }
    )
    assert {line.place.logical_id for line in found.lines} == {"Work"}


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        ("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Gateway"}),
        ("AWS::ApiGateway::Stage", {}),
        ("AWS::ECS::Cluster", {}),
        ("AWS::Lambda::Version", {"FunctionName": "other"}),
        ("AWS::SSM::Parameter", {"Type": "String"}),
        ("AWS::SNS::Subscription", {"Protocol": "sqs"}),
        ("AWS::CloudTrail::Trail", {"IsMultiRegionTrail": True}),
        ("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT"}),
        ("AWS::GuardDuty::Detector", {"Enable": False}),
        ("AWS::ECR::RegistryScanningConfiguration", {"ScanType": "BASIC"}),
        ("AWS::EC2::FlowLog", {"LogDestinationType": "cloud-watch-logs"}),
    ],
)
def test_what_is_set_up_without_a_charge_is_free_with_a_reason(
    resource_type: str, properties: dict[str, Any], price: Price
) -> None:
    found = price({"X": (resource_type, properties)})
    assert not found.lines
    assert found.free[0].reason


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        ("AWS::ECS::Service", {"LaunchType": "EC2"}),
        ("AWS::RDS::DBInstance", {"DBInstanceClass": "db.m7g.large", "Engine": "postgres"}),
        ("AWS::ECS::Cluster", {"ClusterSettings": [{"Name": "containerInsights", "Value": "enhanced"}]}),
        ("AWS::CloudWatch::Alarm", {"Metrics": [{"Expression": "SELECT MAX(Errors) FROM Lambda"}]}),
        ("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT_UNUSED_ACCESS"}),
        ("AWS::Config::ConformancePack", {"ConformancePackName": "pack"}),
        ("AWS::ECR::RegistryScanningConfiguration", {"ScanType": "ENHANCED"}),
        ("AWS::SecurityHub::Hub", {}),
        ("AWS::Shield::Protection", {"Name": "door"}),
        ("AWS::SecurityHub::Standard", {"StandardsArn": "arn:aws:securityhub:::standards/cis"}),
        ("AWS::CodeBuild::Project", {"Environment": {"ComputeType": "BUILD_LAMBDA_1GB"}}),
        ("AWS::EC2::Instance", {"InstanceType": "u-24tb1.112xlarge"}),
    ],
)
def test_what_the_model_cannot_calculate_is_listed(
    resource_type: str, properties: dict[str, Any], price: Price
) -> None:
    assert price({"X": (resource_type, properties)}).of("unpriced")


def test_every_price_that_a_rule_asks_for_has_a_row_in_the_committed_book() -> None:
    asked = {
        key
        for resources, _ in CASES.values()
        for line in estimate(Assembly([stack(resources)]), USAGE, default_book()).lines
        for key in line.price_keys
    }
    assert asked - set(default_book().keys()) == set()


def test_the_committed_book_tells_source_and_day_of_every_price() -> None:
    check(default_book().raw)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"usd": 1, "source": "s"}, "needs usd, source and date, or null"),
        ({"usd": 0, "source": "s", "date": "2026-01-01"}, "usd must be above 0, got 0"),
        ({"usd": 1, "source": "x", "date": "2026-01-01"}, "must be one of the listed sources, got 'x'"),
        ({"usd": 1, "source": "s", "date": "lately"}, "date must be YYYY-MM-DD or YYYY-MM, got 'lately'"),
    ],
)
def test_a_price_that_nobody_could_trace_is_refused(found: dict[str, Any], message: str) -> None:
    raw = {"sources": {"s": "a source"}, "prices": {"k": {"unit": "u", "regions": {"us-east-1": found}}}}
    with pytest.raises(PriceBookError, match=message):
        check(raw)


def test_prices_are_old_after_ninety_days() -> None:
    days = {"new": date(2026, 8, 1), "old": date(2026, 7, 31), "oldest": date(2024, 7, 1)}
    today = date(2026, 8, 1) + timedelta(days=STALE_AFTER_DAYS)
    assert list(stale(days, today)) == ["oldest", "old"]


def test_a_source_that_knows_the_month_only_is_taken_from_its_first_day() -> None:
    raw = {
        "sources": {"s": "a source"},
        "prices": {"a": {"unit": "u", "regions": {"r": {"usd": 1, "source": "s", "date": "2026-06"}}}},
    }
    price = PriceBook(raw).find("a", "r")
    assert price is not None
    assert price.day == date(2026, 6, 1)
