"""What happens between resources, stacks and exports: renames, moves, propagation, conditions, parameters."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.changes import Change, Report, Severity, compare
from tests.changes.building import definition, one, report, write_assembly
from tests.changes.cases import arn, kept, ref

TABLE, ROLE, QUEUE = "AWS::DynamoDB::Table", "AWS::IAM::Role", "AWS::SQS::Queue"
KEYS = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
FUNCTION = {"Runtime": "python3.14", "Handler": "index.handler", "Code": {"S3Bucket": "assets", "S3Key": "a.zip"}}


def stack(**resources: Mapping[str, Any]) -> dict[str, Any]:
    return {"Resources": dict(resources)}


def changed(folder: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> Report:
    return report(folder, {"S": before}, {"S": after})


# Renames and moves


def test_a_new_construct_id_is_a_rename_and_loses_the_data(tmp_path: Path) -> None:
    found = changed(tmp_path, stack(Old=definition(TABLE, KEYS)), stack(New=definition(TABLE, KEYS)))
    (change,) = found.changes
    assert (change.change, change.severity) == (Change.RENAME, Severity.CRITICAL)
    assert (change.logical_id, change.new_logical_id, change.stateful) == ("Old", "New", True)


def test_a_kept_physical_name_makes_the_creation_fail(tmp_path: Path) -> None:
    role = definition(ROLE, {"RoleName": "deployer", "AssumeRolePolicyDocument": {}})
    (change,) = changed(tmp_path, stack(Old=role), stack(New=role)).changes
    assert (change.change, change.severity, change.properties) == (Change.RENAME, Severity.CRITICAL, ["RoleName"])
    assert "RoleName stays the same" in change.reason


def test_a_rename_without_a_name_is_a_replacement_of_no_consequence(tmp_path: Path) -> None:
    role = definition(ROLE, {"AssumeRolePolicyDocument": {}, "Description": "d"})
    (change,) = changed(tmp_path, stack(Old=role), stack(New=role)).changes
    assert (change.change, change.severity) == (Change.RENAME, Severity.MEDIUM)


def test_who_refers_to_a_renamed_resource_is_updated(tmp_path: Path) -> None:
    def with_queue(name: str) -> dict[str, Any]:
        environment = {"Variables": {"QUEUE": ref(name), "MODE": "a"}}
        function = definition("AWS::Lambda::Function", {**FUNCTION, "Environment": environment})
        return {name: definition(QUEUE, kept(VisibilityTimeout=5)), "F": function}

    found = changed(tmp_path, stack(**with_queue("Old")), stack(**with_queue("New")))
    assert {change.logical_id: change.change for change in found.changes} == {"Old": Change.RENAME, "F": Change.UPDATE}
    assert one(found, "F").severity is Severity.LOW


def test_a_resource_that_moves_to_another_stack_is_found_there(tmp_path: Path) -> None:
    table = definition(TABLE, kept(**KEYS))
    topic = {"T": definition("AWS::SNS::Topic", {"DisplayName": "t"})}
    before = {"A": stack(Table=table, **topic), "B": stack(**topic)}
    after = {"A": stack(**topic), "B": stack(Table=table, **topic)}
    (change,) = report(tmp_path, before, after).changes
    assert (change.change, change.stack, change.new_stack) == (Change.RENAME, "A", "B")
    assert change.severity is Severity.CRITICAL


def test_two_different_things_are_no_rename(tmp_path: Path) -> None:
    found = changed(
        tmp_path,
        stack(A=definition("AWS::SSM::Parameter", {"Name": "/a", "Type": "String", "Value": "1"})),
        stack(B=definition("AWS::SSM::Parameter", {"Name": "/b", "Type": "String", "Value": "2"})),
    )
    assert [change.change for change in found.changes] == [Change.DESTROY, Change.CREATE]


def test_new_code_is_one_quiet_line_with_all_that_follows_from_it(tmp_path: Path) -> None:
    def with_code(key: str) -> dict[str, Any]:
        code = {"Code": {"S3Bucket": "assets", "S3Key": f"{key}.zip"}}
        version = f"Version{key}"
        return stack(
            F=definition("AWS::Lambda::Function", {**FUNCTION, **code}),
            **{version: definition("AWS::Lambda::Version", {"FunctionName": ref("F")})},
            Live=definition("AWS::Lambda::Alias", {"Name": "live", "FunctionVersion": arn(version, "Version")}),
        )

    found = changed(tmp_path, with_code("a"), with_code("b"))
    assert {change.logical_id for change in found.changes} == {"F", "Versiona", "Live"}
    assert all(change.routine and change.severity is Severity.LOW for change in found.changes)


# Propagation

REPLACED = definition(TABLE, {**KEYS, "TableName": "a"}), definition(TABLE, {**KEYS, "TableName": "b"})


def test_a_replacement_replaces_those_whose_create_only_property_refers_to_it(tmp_path: Path) -> None:
    follower = {"RouteTableId": ref("Routes"), "SubnetId": "s"}
    sides = [
        stack(
            Vpc=definition("AWS::EC2::VPC", {"CidrBlock": cidr}),
            Subnet=definition("AWS::EC2::Subnet", {"VpcId": ref("Vpc"), "AvailabilityZone": "a"}),
            Routes=definition("AWS::EC2::RouteTable", {"VpcId": ref("Vpc")}),
            Linked=definition("AWS::EC2::SubnetRouteTableAssociation", follower),
            Alone=definition("AWS::SNS::Topic", {"DisplayName": "t"}),
        )
        for cidr in ("10.0.0.0/16", "10.1.0.0/16")
    ]
    found = changed(tmp_path, *sides)
    replaced = {change.logical_id for change in found.changes if change.change is Change.REPLACE}
    assert replaced == {"Vpc", "Subnet", "Routes", "Linked"}
    assert "Alone" not in {change.logical_id for change in found.changes}
    assert "VpcId" in one(found, "Subnet").properties


def test_a_replacement_only_updates_those_that_can_change_in_place(tmp_path: Path) -> None:
    function = definition("AWS::Lambda::Function", {**FUNCTION, "Environment": {"Variables": {"TABLE": ref("T")}}})
    found = changed(tmp_path, stack(T=REPLACED[0], F=function), stack(T=REPLACED[1], F=function))
    assert one(found, "T").change is Change.REPLACE
    assert (one(found, "F").change, one(found, "F").severity) == (Change.UPDATE, Severity.LOW)


def test_a_replacement_that_reaches_a_named_resource_makes_the_deploy_fail(tmp_path: Path) -> None:
    sides = [
        stack(
            Subnets=definition("AWS::RDS::DBSubnetGroup", {"DBSubnetGroupName": name, "SubnetIds": ["s"]}),
            C=definition("AWS::RDS::DBCluster", kept(DBSubnetGroupName=ref("Subnets"), DBClusterIdentifier="main")),
        )
        for name in ("a", "b")
    ]
    change = one(changed(tmp_path, *sides), "C")
    assert (change.change, change.severity) == (Change.REPLACE, Severity.CRITICAL)
    assert "The deploy fails: DBClusterIdentifier stays the same" in change.reason


def test_a_name_with_the_id_of_something_replaced_in_it_is_another_name(tmp_path: Path) -> None:
    sides = [
        stack(
            Listener=definition("AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": balancer, "Port": 443}),
            Rule=definition(
                "AWS::ElasticLoadBalancingV2::ListenerRule", {"ListenerArn": ref("Listener"), "Priority": 1}
            ),
        )
        for balancer in ("a", "b")
    ]
    change = one(changed(tmp_path, *sides), "Rule")
    assert (change.change, change.severity) == (Change.REPLACE, Severity.MEDIUM)


def test_two_tables_cannot_swap_their_names(tmp_path: Path) -> None:
    def named(one: str, two: str) -> dict[str, Any]:
        return stack(**{key: definition(TABLE, kept(**KEYS, TableName=name)) for key, name in (("A", one), ("B", two))})

    found = changed(tmp_path, named("x", "y"), named("y", "x"))
    assert "The deploy fails: TableName is that of B" in one(found, "A").reason
    assert "The deploy fails: TableName is that of A" in one(found, "B").reason


def test_a_possible_replacement_possibly_replaces_others(tmp_path: Path) -> None:
    sides = [
        stack(
            Service=definition("AWS::ECS::Service", {"LaunchType": kind}),
            Ours=definition(
                "AWS::ApplicationAutoScaling::ScalableTarget",
                {"ResourceId": arn("Service", "Name"), "ScalableDimension": "d"},
            ),
        )
        for kind in ("FARGATE", "EC2")
    ]
    found = changed(tmp_path, *sides)
    assert {change.change for change in found.changes} == {Change.MAY_REPLACE}


def test_a_replacement_reaches_other_stacks_by_their_imports(tmp_path: Path) -> None:
    source = {"EventSourceArn": {"Fn::ImportValue": "table"}, "FunctionName": "f"}
    reader = {"Reads": definition("AWS::Lambda::EventSourceMapping", source)}
    exports = {"Out": {"Value": arn("T", "StreamArn"), "Export": {"Name": "table"}}}
    sides = [{"A": {**stack(T=table), "Outputs": exports}, "B": stack(**reader)} for table in REPLACED]
    found = report(tmp_path, *sides)
    assert one(found, "Reads").change is Change.REPLACE
    assert one(found, "Out").severity is Severity.CRITICAL
    assert "imports it as table" in one(found, "Out").reason


def test_a_replacement_reaches_other_stacks_by_weak_references(tmp_path: Path) -> None:
    weak = {"Fn::GetStackOutput": {"StackName": "A", "OutputName": "Out"}}
    reader = {"Reads": definition("AWS::Lambda::EventSourceMapping", {"EventSourceArn": weak, "FunctionName": "f"})}
    outputs = {"Out": {"Value": arn("T", "StreamArn")}}
    sides = [{"A": {**stack(T=table), "Outputs": outputs}, "B": stack(**reader)} for table in REPLACED]
    found = report(tmp_path, *sides)
    assert one(found, "Reads").change is Change.REPLACE


# Exports

READER = stack(P=definition("AWS::SSM::Parameter", {"Type": "String", "Value": {"Fn::ImportValue": "queue"}}))
OTHER = stack(P=definition("AWS::SSM::Parameter", {"Type": "String", "Value": "x"}))
QUEUE_STACK = stack(Q=definition(QUEUE, {}))
EXPORTING = {**QUEUE_STACK, "Outputs": {"Out": {"Value": ref("Q"), "Export": {"Name": "queue"}}}}


@pytest.mark.parametrize("importer", [READER, OTHER])
def test_an_export_cannot_go_while_a_deployed_stack_imports_it(tmp_path: Path, importer: dict[str, Any]) -> None:
    found = report(tmp_path, {"A": EXPORTING, "B": READER}, {"A": QUEUE_STACK, "B": importer})
    change = one(found, "Out")
    assert change.severity is Severity.CRITICAL
    assert "export queue goes while deployed stack B imports it" in change.reason


def test_an_export_that_nobody_imports_may_go(tmp_path: Path) -> None:
    assert report(tmp_path, {"A": EXPORTING}, {"A": QUEUE_STACK}).changes == []


def test_an_output_that_is_read_weakly_cannot_go(tmp_path: Path) -> None:
    weak = {"Fn::GetStackOutput": {"StackName": "A", "OutputName": "Out"}}
    reader = stack(P=definition("AWS::SSM::Parameter", {"Type": "String", "Value": weak}))
    found = report(tmp_path, {"A": EXPORTING, "B": reader}, {"A": QUEUE_STACK, "B": reader})
    assert one(found, "Out").severity is Severity.CRITICAL


# Stacks


def test_resources_of_a_removed_stack_are_judged_one_by_one(tmp_path: Path) -> None:
    topic = definition("AWS::SNS::Topic", {})
    gone = stack(Kept=definition(TABLE, kept(**KEYS)), Lost=definition(TABLE, KEYS), Topic=topic)
    found = report(tmp_path, {"A": gone, "B": OTHER}, {"B": OTHER})
    verdicts = {change.logical_id: change.change for change in found.changes}
    assert verdicts == {"Kept": Change.RETAIN, "Lost": Change.DESTROY, "Topic": Change.DESTROY}
    assert "Stack A left the app" in one(found, "Lost").reason


def test_an_added_stack_is_created(tmp_path: Path) -> None:
    found = report(tmp_path, {"B": OTHER}, {"A": QUEUE_STACK, "B": OTHER})
    assert [(change.stack, change.change) for change in found.changes] == [("A", Change.CREATE)]


@pytest.mark.parametrize(("resources", "severity"), [(stack(T=definition(TABLE, KEYS)), "critical"), (OTHER, "high")])
def test_termination_protection_that_goes(tmp_path: Path, resources: dict[str, Any], severity: str) -> None:
    protected = {**resources, "@manifest": {"terminationProtection": True}}
    (change,) = report(tmp_path, {"A": protected}, {"A": resources}).changes
    assert (change.severity.word, change.properties) == (severity, ["TerminationProtection"])


def nested(folder: Path, *resources: Mapping[str, Any] | None) -> Report:
    """A parent whose nested stack holds the resources; None: there is no nested stack."""
    folders = [folder / "base", folder / "head"]
    for place, inside in zip(folders, resources, strict=True):
        place.mkdir(parents=True)
        if inside is not None:
            (place / "Inner.nested.template.json").write_text(json.dumps({"Resources": inside}))

    def parent(inside: Mapping[str, Any] | None, key: str) -> dict[str, Any]:
        if inside is None:
            return stack(T=definition("AWS::SNS::Topic", {}))
        metadata = {"aws:asset:path": "Inner.nested.template.json"}
        nested_stack = {"@Metadata": metadata, "TemplateURL": f"https://assets/{key}.json"}
        return stack(T=definition("AWS::SNS::Topic", {}), Inner=definition("AWS::CloudFormation::Stack", nested_stack))

    keys = ["a", "a" if resources[0] == resources[1] else "b"]
    return changed(folder, *(parent(inside, key) for inside, key in zip(resources, keys, strict=True)))


def test_a_change_in_a_nested_stack_is_found_there(tmp_path: Path) -> None:
    found = nested(tmp_path, {"Q": definition(QUEUE, {})}, {"Q": definition(QUEUE, {"FifoQueue": True})})
    assert (one(found, "Q").stack, one(found, "Q").change) == ("S/Inner", Change.REPLACE)
    assert one(found, "Inner").routine


def test_a_nested_stack_that_is_removed_takes_its_tables_along(tmp_path: Path) -> None:
    found = nested(tmp_path, {"T": definition(TABLE, KEYS), "K": definition(TABLE, kept(TableName="k"))}, None)
    assert (one(found, "Inner").change, one(found, "K").change) == (Change.DESTROY, Change.RETAIN)
    tables = [change for change in found.changes if change.resource_type == TABLE and change.logical_id == "T"]
    assert [change.severity for change in tables] == [Severity.CRITICAL]
    assert not any("left the app" in change.reason for change in found.changes)


# Conditions and parameters

ASKING = {
    "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
}


@pytest.mark.parametrize("branch", [0, 1])
def test_both_branches_of_a_choice_are_looked_at(tmp_path: Path, branch: int) -> None:
    def named(name: str) -> dict[str, Any]:
        names = ["same-a", "same-b"]
        names[branch] = name
        return {**ASKING, **stack(T=definition(TABLE, {**KEYS, "TableName": {"Fn::If": ["IsProd", *names]}}))}

    change = one(changed(tmp_path, named("x"), named("y")), "T")
    assert (change.change, change.severity) == (Change.MAY_REPLACE, Severity.CRITICAL)


def test_a_resource_that_gets_a_condition_may_go(tmp_path: Path) -> None:
    table = definition(TABLE, KEYS)
    found = changed(tmp_path, {**ASKING, **stack(T=table)}, {**ASKING, **stack(T={**table, "Condition": "IsProd"})})
    assert (one(found, "T").change, one(found, "T").severity) == (Change.DESTROY, Severity.CRITICAL)


def test_a_condition_that_the_deploy_decides_changes(tmp_path: Path) -> None:
    def under(region: str) -> dict[str, Any]:
        conditions = {"Here": {"Fn::Equals": [{"Fn::GetStackOutput": {"StackName": "Z", "OutputName": "o"}}, region]}}
        return {"Conditions": conditions, **stack(T={**definition(TABLE, KEYS), "Condition": "Here"})}

    change = one(changed(tmp_path, under("a"), under("b")), "T")
    assert change.severity is Severity.CRITICAL
    assert "Its condition Here changes" in change.reason


def test_another_default_is_no_change_of_what_is_deployed(tmp_path: Path) -> None:
    def with_default(value: str) -> dict[str, Any]:
        return {"Parameters": {"Level": {"Type": "String", "Default": value}}, **OTHER}

    (change,) = changed(tmp_path, with_default("a"), with_default("b")).changes
    assert (change.severity, change.properties) == (Severity.LOW, ["Parameters.Level"])


def test_a_new_parameter_with_a_default_lets_the_deploy_go_on(tmp_path: Path) -> None:
    found = changed(tmp_path, OTHER, {**OTHER, **ASKING})
    assert found.changes == []
    needy = {"Parameters": {"Stage": {"Type": "String"}}, "Conditions": ASKING["Conditions"], **OTHER}
    assert one(changed(tmp_path / "needy", OTHER, needy), "Parameters.Stage").severity is Severity.HIGH


@pytest.mark.parametrize("decided", ["by a condition", "directly"])
def test_what_a_parameter_decides_is_told_as_a_possibility(tmp_path: Path, decided: str) -> None:
    def guarded(value: Any) -> dict[str, Any]:
        parameters = {"Parameters": {"Stage": {"Type": "String"}}, "Conditions": ASKING["Conditions"]}
        return {**parameters, **stack(T=definition(TABLE, {**KEYS, "DeletionProtectionEnabled": value}))}

    value = {"Fn::If": ["IsProd", True, False]} if decided == "by a condition" else ref("Stage")
    before = {**guarded(True), "@manifest": {"terminationProtection": True}}
    found = changed(tmp_path, before, guarded(value))
    (protection,) = (each for each in found.changes if each.properties == ["TerminationProtection"])
    assert protection.reason.startswith("Termination protection goes")
    change = one(found, "T")
    assert change.severity is Severity.CRITICAL
    assert change.reason.startswith("May happen, as a parameter or condition decides: Deletion protection goes")


@pytest.mark.parametrize("value", [ref("Guard"), {"Fn::If": ["IsGuarded", True, False]}])
def test_a_default_that_flips_only_may_reach_what_is_deployed(tmp_path: Path, value: Any) -> None:
    def guarded(default: str) -> dict[str, Any]:
        parameters = {"Guard": {"Type": "String", "Default": default}}
        conditions = {"IsGuarded": {"Fn::Equals": [ref("Guard"), "true"]}}
        table = definition(TABLE, {**KEYS, "DeletionProtectionEnabled": value})
        return {"Parameters": parameters, "Conditions": conditions, **stack(T=table)}

    found = changed(tmp_path, guarded("true"), guarded("false"))
    assert one(found, "T").reason.startswith("May happen, as a parameter or condition decides: Deletion protection")
    assert "unless it is given the new one" in one(found, "Parameters.Guard").reason


# Several environments


def test_what_is_alike_in_several_environments_is_told_once(tmp_path: Path) -> None:
    for name, size in (("dev", 1), ("staging", 1), ("prod", 3)):
        for side, retention in (("base", 35), ("head", 7 if name != "prod" else 14)):
            table = definition("AWS::RDS::DBCluster", {"BackupRetentionPeriod": retention, "Size": size})
            write_assembly(tmp_path / side / name, {"S": stack(C=table)}, stackName=f"app-{name}-data")
    found = compare(tmp_path / "base", tmp_path / "head")
    assert sorted(change.environments for change in found.changes) == [["dev", "staging"], ["prod"]]
    assert {row["environment"]: row["stack"] for row in found.rows()} == {
        "dev": "app-dev-data",
        "staging": "app-staging-data",
        "prod": "app-prod-data",
    }


def test_what_is_named_after_its_environment_is_told_once_too(tmp_path: Path) -> None:
    for name in ("dev", "prod"):
        stack = f"shop-{name}-data"
        outputs = {"T": {"Value": "1", "Export": {"Name": f"{stack}:Topic"}}}
        alarm = definition("AWS::CloudWatch::Alarm", {"AlarmName": f"{name}-alarm"})
        alarm["Metadata"] = {"aws:cdk:path": f"Alarms/{name}-alarm/Resource"}
        imports = definition("AWS::SNS::Topic", {"TopicName": {"Fn::ImportValue": f"{stack}:Topic"}})
        reader = {"Resources": {"T": imports}}
        before = {stack: {"Resources": {f"A{name}": alarm}, "Outputs": outputs}, f"shop-{name}-web": reader}
        write_assembly(tmp_path / "base" / name, before)
        write_assembly(tmp_path / "head" / name, {stack: {}, f"shop-{name}-web": reader})

    found = compare(tmp_path / "base", tmp_path / "head")

    assert {change.resource_type for change in found.changes} >= {
        "AWS::CloudWatch::Alarm",
        "AWS::CloudFormation::Stack",
    }
    assert all(change.environments == ["dev", "prod"] for change in found.changes)
    rows = {(row["environment"], row["logical_id"]) for row in found.rows()}
    assert {("dev", "Adev"), ("prod", "Aprod")} <= rows
    assert any("shop-prod-data:Topic" in row["reason"] for row in found.rows() if row["environment"] == "prod")
