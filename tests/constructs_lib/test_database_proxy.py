"""A proxy pools connections, and knows no password."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.database_proxy import DatabaseProxy
from constructs_lib.workload_role import WorkloadRole

Make = Callable[..., DatabaseProxy]


@pytest.fixture
def make(stack: cdk.Stack, key: kms.Key, vpc: ec2.Vpc) -> Make:
    subnets = ec2.SubnetSelection(subnet_group_name="Isolated")

    def proxy(*, engine: str = "postgresql", version: str = "17.9", **changes: Any) -> DatabaseProxy:
        cluster = AuroraCluster(
            stack,
            "Main",
            name="shop-main",
            engine=engine,
            version=version,
            database_name="app",
            master_user="platform",
            min_acu=1,
            max_acu=4,
            readers=1,
            backup_days=35,
            retain_data=True,
            vpc=vpc,
            subnets=subnets,
            encryption_key=key,
            log_key=key,
            log_retention_days=30,
        )
        values: dict[str, Any] = {
            "name": "shop-main",
            "database": cluster,
            "user": "app",
            "vpc": vpc,
            "subnets": subnets,
            "log_key": key,
            "log_retention_days": 30,
        }
        return DatabaseProxy(stack, "Proxy", **{**values, **changes})

    return proxy


def test_clients_and_the_proxy_itself_sign_in_with_iam_over_tls(make: Make, stack: cdk.Stack) -> None:
    make()
    template = Template.from_stack(stack)
    wanted = {
        "DefaultAuthScheme": "IAM_AUTH",
        "RequireTLS": True,
        "Auth": Match.absent(),
        "DebugLogging": Match.absent(),
    }
    template.has_resource_properties("AWS::RDS::DBProxy", wanted)
    [policy] = (
        found["Properties"]["PolicyDocument"]["Statement"]
        for name, found in template.find_resources("AWS::IAM::ManagedPolicy").items()
        if name.startswith("Proxy")
    )
    assert [statement["Action"] for statement in policy] == ["rds-db:connect"]
    assert str(policy[0]["Resource"]).endswith("'/app']]}")


@pytest.mark.parametrize(
    ("engine", "ports"),
    [
        ({"engine": "postgresql", "version": "17.9"}, (5433, 5432)),
        ({"engine": "mysql", "version": "8.0.mysql_aurora.3.12.0"}, (3307, 3306)),
    ],
)
def test_clients_reach_the_proxy_and_the_proxy_reaches_the_cluster(
    make: Make, stack: cdk.Stack, vpc: ec2.Vpc, engine: dict[str, str], ports: tuple[int, int]
) -> None:
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    make(**engine).allow_from(client, scope=stack)
    rules = Template.from_stack(stack).find_resources("AWS::EC2::SecurityGroupIngress").values()
    ways = {
        (rule["SourceSecurityGroupId"]["Fn::GetAtt"][0][:6], rule["GroupId"]["Fn::GetAtt"][0][:6], rule["FromPort"])
        for rule in (each["Properties"] for each in rules)
    }
    assert ways == {("ProxyA", "MainAc", ports[0]), ("Client", "ProxyA", ports[1])}


def test_a_client_signs_in_to_the_proxy_as_its_one_user(make: Make, stack: cdk.Stack) -> None:
    role = WorkloadRole(stack, "Client", service="lambda", description="client")
    make().grant_connect(role.policy)
    found = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy")
    [resource] = [
        policy["Properties"]["PolicyDocument"]["Statement"][0]["Resource"]
        for name, policy in found.items()
        if name.startswith("Client")
    ]
    place, proxy_id, user = resource["Fn::Join"][1][-3:]
    assert (place, user) == (":rds-db:us-east-1:111122223333:dbuser:", "/app")
    number, split = proxy_id["Fn::Select"]
    arn = "arn:aws:rds:us-east-1:111122223333:db-proxy:prx-0123"
    assert split["Fn::Split"][1]["Fn::GetAtt"][1] == "DBProxyArn"
    assert arn.split(split["Fn::Split"][0])[number] == "prx-0123"


def test_its_log_is_there_before_rds_makes_one_and_its_target_after_the_instances(make: Make, stack: cdk.Stack) -> None:
    make()
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Logs::LogGroup",
        {"LogGroupName": "/aws/rds/proxy/shop-main", "RetentionInDays": 30, "KmsKeyId": Match.any_value()},
    )
    [proxy] = template.find_resources("AWS::RDS::DBProxy").values()
    [targets] = template.find_resources("AWS::RDS::DBProxyTargetGroup").values()
    assert any(name.startswith("ProxyLog") for name in proxy["DependsOn"])
    assert sum(name.startswith(("MainWriter", "MainReader")) for name in targets["DependsOn"]) == 2


@pytest.mark.parametrize("percent", [0, 100])
def test_a_proxy_leaves_connections_for_others(make: Make, percent: int) -> None:
    with pytest.raises(ValueError, match=f"most_connections_percent must be 1-99, got {percent}"):
        make(most_connections_percent=percent)
