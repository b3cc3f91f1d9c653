"""What the report's sentences say: who is meant, what differs, once."""

from pathlib import Path
from typing import Any

from infra.changes import Report
from tests.changes.building import definition, one, report
from tests.changes.cases import arn, policy, ref, statement

ROLE, POLICY, ALARM = "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::CloudWatch::Alarm"


def changed(folder: Path, before: dict[str, Any], after: dict[str, Any]) -> Report:
    return report(folder, {"S": {"Resources": before}}, {"S": {"Resources": after}})


def pathed(path: str, kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    return definition(kind, {**properties, "@Metadata": {"aws:cdk:path": path}})


def test_a_list_says_which_items_go_and_come(tmp_path: Path) -> None:
    topics = {name: pathed(f"S/Alarms/{name}/Resource", "AWS::SNS::Topic", {}) for name in ("Kept", "Gone")}
    alarms = [
        definition(ALARM, {"AlarmActions": [ref(name) for name in names]}) for names in (["Kept", "Gone"], ["Kept"])
    ]
    found = changed(tmp_path, {**topics, "A": alarms[0]}, {**topics, "A": alarms[1]})
    assert "(AlarmActions: without Alarms/Gone)" in one(found, "A").reason


def test_of_long_values_the_part_is_shown_in_which_they_differ(tmp_path: Path) -> None:
    start = "arn:aws:cognito-idp:eu-west-1:111111111111:userpool/" + "x" * 60
    sides = [{"A": definition("AWS::IAM::OIDCProvider", {"Url": f"{start}/{end}"})} for end in ("first", "second")]
    reason = one(changed(tmp_path, *sides), "A").reason
    assert "first becomes ..." in reason
    assert "second)" in reason


def test_what_one_principal_gets_is_one_sentence_by_its_path(tmp_path: Path) -> None:
    role = pathed("S/Restore/CheckerRole/Resource/Resource", ROLE, {"AssumeRolePolicyDocument": policy()})
    queues = {name: pathed(f"S/{name}/Resource", "AWS::SQS::Queue", {}) for name in ("In", "Out")}

    def granted(*statements: Any) -> dict[str, Any]:
        body = {"PolicyName": "p", "Roles": [ref("CheckerRole1234")], "PolicyDocument": policy(*statements)}
        return {"CheckerRole1234": role, **queues, "P": definition(POLICY, body)}

    first = statement("sqs:GetQueueUrl", arn("In"))
    more = [
        statement(name, arn(queue))
        for queue, name in (("In", "sqs:SendMessage"), ("In", "sqs:Purge"), ("Out", "sqs:Tag"))
    ]
    reason = one(changed(tmp_path, granted(first), granted(first, *more)), "P").reason
    assert "Restore/CheckerRole may now sqs:SendMessage, sqs:Purge on In; sqs:Tag on Out." in reason
    assert reason.count("CheckerRole") == 1


def test_a_condition_that_goes_is_called_that(tmp_path: Path) -> None:
    def granted(**more: Any) -> dict[str, Any]:
        role = definition(ROLE, {"AssumeRolePolicyDocument": policy()})
        document = policy(statement("s3:GetObject", "arn:aws:s3:::b/*", **more))
        return {
            "R": role,
            "P": definition(POLICY, {"PolicyName": "p", "Roles": [ref("R")], "PolicyDocument": document}),
        }

    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    reason = one(changed(tmp_path, granted(Condition=condition), granted()), "P").reason
    assert "The condition on aws:MultiFactorAuthPresent goes: R may now s3:GetObject" in reason


def test_everybody_under_a_condition_on_a_principal_is_that_principal(tmp_path: Path) -> None:
    def open_to(*statements: Any) -> dict[str, Any]:
        bucket = {"B": definition("AWS::S3::Bucket", {})}
        return {
            **bucket,
            "P": definition("AWS::S3::BucketPolicy", {"Bucket": ref("B"), "PolicyDocument": policy(*statements)}),
        }

    narrowed = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/writer"}}
    put = statement("s3:PutObject", "*", Principal="*", Condition=narrowed)
    reason = one(changed(tmp_path, open_to(), open_to(put)), "P").reason
    assert "arn:aws:iam::111111111111:role/writer may now s3:PutObject." in reason
    assert "Everybody" not in reason


def test_two_properties_replace_and_one_replaces(tmp_path: Path) -> None:
    queues = [
        {"Q": definition("AWS::SQS::Queue", body)}
        for body in ({"QueueName": "a"}, {"QueueName": "b.fifo", "FifoQueue": True})
    ]
    assert "QueueName and FifoQueue replace the SQS Queue" in one(changed(tmp_path, *queues), "Q").reason


def test_an_alarm_says_at_which_value_it_goes_off(tmp_path: Path) -> None:
    sides = [
        {"A": definition(ALARM, {"Threshold": value, "Period": 60, "EvaluationPeriods": value})} for value in (2, 5)
    ]
    reason = one(changed(tmp_path, *sides), "A").reason
    assert "goes off at 5 instead of 2" in reason
    assert "goes off after 300 s instead of 120 s" in reason


def test_a_rule_that_goes_says_what_gets_through_no_longer(tmp_path: Path) -> None:
    groups = {name: pathed(f"S/{name}/Group/Resource", "AWS::EC2::SecurityGroup", {}) for name in ("Web", "Data")}
    rule = {"GroupId": arn("Data", "GroupId"), "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
    ingress = definition("AWS::EC2::SecurityGroupIngress", {**rule, "SourceSecurityGroupId": arn("Web", "GroupId")})
    reason = one(changed(tmp_path, {**groups, "R": ingress}, groups), "R").reason
    assert "No longer lets tcp 5432 in from Web/Group: an outage of what relies on it." in reason


def test_a_major_upgrade_says_which_parameter_group_stays(tmp_path: Path) -> None:
    group = {
        "G": definition("AWS::RDS::DBClusterParameterGroup", {"Family": "aurora-postgresql15", "Description": "d"})
    }
    sides = [
        {**group, "C": definition("AWS::RDS::DBCluster", {"EngineVersion": v, "DBClusterParameterGroupName": ref("G")})}
        for v in ("15.4", "16.1")
    ]
    assert "G stays of family aurora-postgresql15: the deploy fails" in one(changed(tmp_path, *sides), "C").reason
