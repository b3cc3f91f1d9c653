"""The loader reads any cloud assembly, and says in a sentence when a folder is none."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.assembly import Assembly, NotAnAssemblyError, Opaque, Target, Text, load
from tests.guardrails.conftest import ASSEMBLIES
from tests.guardrails.samples import resource, stack

TOPIC = "AWS::SNS::Topic"


def resolved(assembly: Assembly, expression: Any) -> Any:
    """What an expression in the last stack stands for."""
    return assembly.resolve(assembly.stacks[-1], expression)


def test_stacks_of_stages_and_nested_stacks_are_read_with_their_construct_paths() -> None:
    assembly = load(ASSEMBLIES / "staged")
    paths = {(item.construct_path, item.stage, item.nested) for item in assembly.stacks}
    assert ("Live/Events", "Live", False) in paths
    assert ("Live/Events/Topics", "Live", True) in paths
    (beta, live) = assembly.of_type(TOPIC)
    assert (beta.construct_path, live.construct_path) == (
        "Beta/Events/Topics/News/Resource",
        "Live/Events/Topics/News/Resource",
    )


def test_a_reference_is_followed_from_a_nested_stack_to_a_key_of_another_stack_of_its_own_stage() -> None:
    assembly = load(ASSEMBLIES / "staged")
    for topic in assembly.of_type(TOPIC):
        key = topic.get("KmsMasterKeyId")
        assert isinstance(key, Target)
        assert key.resource.construct_path == f"{topic.stack.stage}/Base/Key/Resource"


def test_exports_weak_references_and_outputs_of_other_regions_are_followed() -> None:
    producer = stack(
        "producer",
        Resources={"Topic": resource(TOPIC)},
        Outputs={"Out": {"Value": {"Ref": "Topic"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}:Out"}}}},
    )
    away = stack("away", region="us-west-2", Outputs={"Out": {"Value": "far"}})
    assembly = Assembly([producer, away, stack("consumer")])
    topic = Target(assembly.stacks[0].resources["Topic"], "Ref")
    assert resolved(assembly, {"Fn::ImportValue": "producer:Out"}) == topic
    assert resolved(assembly, {"Fn::GetStackOutput": {"StackName": "producer", "OutputName": "Out"}}) == topic
    weak = {"Fn::GetStackOutput": {"StackName": "away", "OutputName": "Out", "Region": "us-west-2"}}
    assert resolved(assembly, weak) == "far"


def test_cdk_cross_region_readers_are_followed() -> None:
    exports = {"/cdk/exports/a": {"Fn::GetAtt": ["Topic", "TopicName"]}}
    writer = resource("Custom::CrossRegionExportWriter", WriterProps={"exports": exports})
    producer = stack("producer", Resources={"Topic": resource(TOPIC), "Writer": writer})
    reader = stack("consumer", Resources={"Reader": resource("Custom::CrossRegionExportReader")})
    assembly = Assembly([producer, reader])
    topic = assembly.stacks[0].resources["Topic"]
    assert resolved(assembly, {"Fn::GetAtt": ["Reader", "/cdk/exports/a"]}) == Target(topic, "TopicName")


def test_string_functions_keep_what_is_known_and_point_to_the_rest() -> None:
    assembly = Assembly(
        [
            stack(
                Resources={"Topic": resource(TOPIC)},
                Mappings={"M": {"a": {"b": "c"}}},
                Parameters={"P": {"Default": "p"}},
            )
        ]
    )
    topic = Target(assembly.stacks[0].resources["Topic"], "Ref")
    assert resolved(assembly, {"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}, {"Ref": "P"}]]}) == "a-us-east-1-p"
    assert resolved(assembly, {"Fn::Sub": ["${x}/${Topic}!", {"x": "y"}]}) == Text(("y/", topic, "!"))
    assert resolved(assembly, {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Sub": "a/${Topic}"}]}]}) == topic
    assert resolved(assembly, {"Fn::FindInMap": ["M", "a", "b"]}) == "c"
    assert resolved(assembly, {"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}) == {"b": [1]}


@pytest.mark.parametrize(
    "expression",
    [{"Ref": "Nobody"}, {"Fn::GetAtt": ["Nobody", "Arn"]}, {"Fn::Join": ["", None]}, {"Fn::Select": [9, ["a"]]}],
    ids=str,
)
def test_an_expression_that_leads_nowhere_is_opaque_and_never_an_error(expression: Any) -> None:
    assembly = Assembly([stack()])
    assert isinstance(resolved(assembly, expression), Opaque)


def test_parameters_that_refer_to_each_other_in_a_circle_end() -> None:
    outer = stack(Resources={"Nested": resource("AWS::CloudFormation::Stack", Parameters={"P": {"Ref": "Nested"}})})
    outer.template["Resources"]["Nested"]["Properties"]["Parameters"]["P"] = {"Fn::GetAtt": ["Nested", "Outputs.O"]}
    outer.nested["Nested"] = stack("inner", Parameters={"P": {}}, Outputs={"O": {"Value": {"Ref": "P"}}})
    assembly = Assembly([outer])
    assert isinstance(resolved(assembly, {"Ref": "P"}), Opaque)


def test_a_condition_is_decided_where_it_can_be_and_guessed_where_it_cannot() -> None:
    conditions = {
        "Here": {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]},
        "Elsewhere": {"Fn::Not": [{"Condition": "Here"}]},
        "Asked": {"Fn::And": [{"Condition": "Here"}, {"Fn::Equals": [{"Ref": "P"}, "yes"]}]},
    }
    source = stack(Conditions=conditions, Parameters={"P": {"Type": "String"}})
    assembly = Assembly([source])
    here = assembly.stacks[0]
    assert (assembly.holds(here, "Here"), assembly.holds(here, "Elsewhere"), assembly.guessed) == (True, False, False)
    assert (assembly.holds(here, "Asked"), assembly.guessed) == (True, True)
    assert Assembly([source], undecided=False).holds(here, "Asked") is False


def _written(folder: Path, manifest: Any, **files: str) -> Path:
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    (folder / "manifest.json").write_text(text)
    for name, content in files.items():
        (folder / f"{name}.json").write_text(content)
    return folder


STACK = {"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "a.json"}}}}
ITSELF = {"artifacts": {"S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}}


@pytest.mark.parametrize(
    ("manifest", "template", "reason"),
    [
        ("{", "{}", "manifest.json cannot be read as JSON"),
        ("[]", "{}", "manifest.json is not a JSON object"),
        ({"name": "an npm package"}, "{}", "lists no artifacts"),
        (STACK, None, "a.json is missing, though the assembly names it"),
        (STACK, "not json", "a.json cannot be read as JSON"),
        (STACK, '{"Resources": []}', "a.json: Resources is not an object"),
        (STACK, '{"Resources": {"R": {}}}', "a.json: resource R has no Type"),
        (STACK, '{"Resources": {"R": {"Type": "A::B::C", "Properties": 5}}}', "Properties of resource R"),
        ({"artifacts": {"A": {"type": "aws:cloudformation:stack"}}}, "{}", "stack A names no templateFile"),
        (ITSELF, "{}", "contains itself"),
    ],
)
def test_a_folder_that_cannot_be_read_is_refused_in_one_sentence(
    manifest: Any, template: str | None, reason: str, tmp_path: Path
) -> None:
    files = {} if template is None else {"a": template}
    with pytest.raises(NotAnAssemblyError, match=reason.replace(".", r"\.")) as error:
        load(_written(tmp_path, manifest, **files))
    assert "\n" not in str(error.value)


def test_the_folder_above_an_assembly_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "cdk.out").mkdir()
    _written(tmp_path / "cdk.out", {"artifacts": {}})
    with pytest.raises(NotAnAssemblyError, match=r"did you mean .*cdk\.out\?"):
        load(tmp_path)


def test_an_empty_app_is_an_assembly_without_stacks(tmp_path: Path) -> None:
    assert load(_written(tmp_path, {"version": "55.0.0"})).stacks == []
