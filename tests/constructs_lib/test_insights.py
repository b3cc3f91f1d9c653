"""Questions to the logs are at hand, and failed requests have traces."""

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from constructs_lib.insights import OF_FUNCTIONS, OF_THE_TRAIL, SavedQueries, Traces


@pytest.mark.parametrize("queries", [OF_FUNCTIONS, OF_THE_TRAIL], ids=["functions", "trail"])
def test_each_query_is_saved_for_the_groups_that_it_is_about(stack: cdk.Stack, queries: dict[str, str]) -> None:
    SavedQueries(stack, "Queries", folder="app/test", queries=queries, log_groups=["one", "two"])
    saved = [
        one["Properties"] for one in Template.from_stack(stack).find_resources("AWS::Logs::QueryDefinition").values()
    ]
    assert {one["Name"] for one in saved} == {f"app/test/{name}" for name in queries}
    assert all(one["LogGroupNames"] == ["one", "two"] for one in saved)
    assert all("\n\n" not in one["QueryString"] and one["QueryString"][0] not in "\n|" for one in saved)


def test_a_query_that_asks_for_something_has_a_parameter_for_it(stack: cdk.Stack) -> None:
    SavedQueries(stack, "Queries", folder="app", queries=OF_FUNCTIONS, log_groups=["one"])
    asking = {name for name, query in OF_FUNCTIONS.items() if "{{" in query}
    with_parameters = Template.from_stack(stack).find_resources(
        "AWS::Logs::QueryDefinition", {"Properties": {"Parameters": [Match.object_like({"Name": "request"})]}}
    )
    assert {one["Properties"]["Name"] for one in with_parameters.values()} == {f"app/{name}" for name in asking}


def test_some_requests_are_traced_and_those_that_went_wrong_are_a_group(stack: cdk.Stack) -> None:
    Traces(stack, "Traces", name="groundwork-an-environment-name", sampled_percent=5, slow_ms=200)
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::XRay::SamplingRule", {"SamplingRule": Match.object_like({"FixedRate": 0.05, "ReservoirSize": 1})}
    )
    template.has_resource_properties(
        "AWS::XRay::Group", {"FilterExpression": "fault = true OR error = true OR responsetime > 0.2"}
    )


def test_long_names_are_cut_to_what_x_ray_takes(stack: cdk.Stack) -> None:
    Traces(stack, "Traces", name="a" * 40, sampled_percent=5, slow_ms=200)
    Template.from_stack(stack).has_resource_properties("AWS::XRay::Group", {"GroupName": "a" * 32})
