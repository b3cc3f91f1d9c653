"""A cache speaks TLS to whoever signs in, and can be brought back."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.monitoring import Monitoring
from constructs_lib.monitoring.caches import monitor_cache
from constructs_lib.node_cache import NodeCache
from constructs_lib.serverless_cache import ServerlessCache
from constructs_lib.workload_role import WorkloadRole

GROUP, SERVERLESS = "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::ServerlessCache"
KEY = {"Fn::GetAtt": [Match.string_like_regexp("^Key"), "Arn"]}


@pytest.fixture
def shared(key: kms.Key, vpc: ec2.Vpc) -> dict[str, Any]:
    """What both kinds of cache are given."""
    return {
        "name": "shop-cache",
        "engine": "valkey",
        "version": "8.1",
        "snapshot_days": 15,
        "retain_data": True,
        "vpc": vpc,
        "subnets": ec2.SubnetSelection(subnet_group_name="Isolated"),
        "encryption_key": key,
    }


def node_cache(stack: cdk.Stack, shared: dict[str, Any], **changes: Any) -> NodeCache:
    nodes = {"node_type": "cache.t4g.medium", "replicas": 1, "port": 6380, "log_retention_days": 30}
    return NodeCache(stack, "Cache", **{**shared, **nodes, "log_key": shared["encryption_key"], **changes})


def serverless_cache(stack: cdk.Stack, shared: dict[str, Any], **changes: Any) -> ServerlessCache:
    return ServerlessCache(stack, "Cache", **{**shared, "most_data_gb": 5, "most_ecpus_per_second": 5000, **changes})


def test_nodes_fail_over_to_each_other_and_take_encrypted_connections_only(
    stack: cdk.Stack, shared: dict[str, Any]
) -> None:
    cache = node_cache(stack, shared)
    Template.from_stack(stack).has_resource_properties(
        GROUP,
        {
            "NumCacheClusters": 2,
            "AutomaticFailoverEnabled": True,
            "MultiAZEnabled": True,
            "TransitEncryptionEnabled": True,
            "TransitEncryptionMode": "required",
            "AtRestEncryptionEnabled": True,
            "KmsKeyId": KEY,
            "Port": 6380,
            "UserGroupIds": [{"Ref": Match.string_like_regexp("Users")}],
            "SnapshotRetentionLimit": 15,
        },
    )
    assert len(cache.node_names) == 2


def test_slow_commands_and_the_engines_log_go_to_groups_of_ours(stack: cdk.Stack, shared: dict[str, Any]) -> None:
    node_cache(stack, shared)
    template = Template.from_stack(stack)
    for kind in ("slow-log", "engine-log"):
        template.has_resource_properties(
            "AWS::Logs::LogGroup",
            {
                "LogGroupName": f"/aws/vendedlogs/elasticache/shop-cache/{kind}",
                "RetentionInDays": 30,
                "KmsKeyId": Match.any_value(),
            },
        )
    (group,) = template.find_resources(GROUP).values()
    logs = group["Properties"]["LogDeliveryConfigurations"]
    assert [(log["LogType"], log["DestinationType"]) for log in logs] == [
        ("slow-log", "cloudwatch-logs"),
        ("engine-log", "cloudwatch-logs"),
    ]


def test_one_node_has_nothing_to_fail_over_to(stack: cdk.Stack, shared: dict[str, Any]) -> None:
    node_cache(stack, shared, replicas=0)
    Template.from_stack(stack).has_resource_properties(
        GROUP, {"NumCacheClusters": 1, "AutomaticFailoverEnabled": False, "MultiAZEnabled": False}
    )


@pytest.mark.parametrize(("retain_data", "policy"), [(True, "Snapshot"), (False, "Delete")])
def test_nodes_leave_a_snapshot_where_data_is_retained(
    stack: cdk.Stack, shared: dict[str, Any], retain_data: bool, policy: str
) -> None:
    node_cache(stack, shared, retain_data=retain_data)
    Template.from_stack(stack).has_resource(GROUP, {"DeletionPolicy": policy, "UpdateReplacePolicy": policy})


def test_a_serverless_cache_is_encrypted_and_stops_growing_at_its_limits(
    stack: cdk.Stack, shared: dict[str, Any]
) -> None:
    serverless_cache(stack, shared)
    Template.from_stack(stack).has_resource_properties(
        SERVERLESS,
        {
            "MajorEngineVersion": "8",
            "KmsKeyId": KEY,
            "CacheUsageLimits": {"DataStorage": {"Unit": "GB", "Maximum": 5}, "ECPUPerSecond": {"Maximum": 5000}},
            "UserGroupId": {"Ref": Match.string_like_regexp("Users")},
            "SnapshotRetentionLimit": 15,
        },
    )


@pytest.mark.parametrize(
    ("retain_data", "policy", "final"), [(True, "Retain", "shop-cache-final"), (False, "Delete", Match.absent())]
)
def test_a_serverless_cache_stays_where_data_is_retained(
    stack: cdk.Stack, shared: dict[str, Any], retain_data: bool, policy: str, final: Any
) -> None:
    serverless_cache(stack, shared, retain_data=retain_data)
    Template.from_stack(stack).has_resource(
        SERVERLESS,
        {"DeletionPolicy": policy, "UpdateReplacePolicy": policy, "Properties": {"FinalSnapshotName": final}},
    )


@pytest.mark.parametrize(("engine", "version", "count"), [("valkey", "8.1", 1), ("redis", "7.1", 2)])
def test_only_users_of_iam_sign_in(
    stack: cdk.Stack, shared: dict[str, Any], engine: str, version: str, count: int
) -> None:
    serverless_cache(stack, shared, engine=engine, version=version)
    users = Template.from_stack(stack).find_resources("AWS::ElastiCache::User").values()
    working = [user["Properties"] for user in users if not user["Properties"]["AccessString"].startswith("off ")]
    assert len(users) == count
    assert [user["AuthenticationMode"] for user in working] == [{"Type": "iam"}]
    assert all(user["UserId"] == user["UserName"] for user in working)  # or IAM refuses it
    assert all("-@dangerous" in user["AccessString"] and "-@admin" in user["AccessString"] for user in working)


@pytest.mark.parametrize(("make", "port"), [(node_cache, 6380), (serverless_cache, 6379)])
def test_whoever_is_let_in_may_sign_in_on_one_port(
    stack: cdk.Stack, shared: dict[str, Any], vpc: ec2.Vpc, make: Any, port: int
) -> None:
    cache = make(stack, shared)
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    cache.allow_from(client, scope=client)
    cache.grant_connect(WorkloadRole(stack, "Role", service="lambda", description="Client").policy)
    template = Template.from_stack(stack)
    template.has_resource_properties("AWS::EC2::SecurityGroupIngress", {"FromPort": port, "ToPort": port})
    (policy,) = template.find_resources("AWS::IAM::ManagedPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "elasticache:Connect"
    assert len(statement["Resource"]) == 2
    assert "*" not in str(statement["Resource"])


def test_a_name_that_leaves_no_room_for_its_users_is_refused(stack: cdk.Stack, shared: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"name must have at most 36 characters, got x{37}"):
        serverless_cache(stack, shared, name="x" * 37)


def test_each_node_is_watched(stack: cdk.Stack, shared: dict[str, Any]) -> None:
    assert watched(stack, node_cache(stack, shared)) == {
        f"test-Cache{node}-{kind}": 80 for node in (1, 2) for kind in ("cache-cpu", "cache-memory")
    }


def test_a_serverless_cache_is_watched_at_its_own_limits(stack: cdk.Stack, shared: dict[str, Any]) -> None:
    assert watched(stack, serverless_cache(stack, shared)) == {
        "test-Cache-cache-memory": 4_000_000_000,  # 80 % of 5 GB
        "test-Cache-cache-throttles": 0,
    }


def watched(stack: cdk.Stack, cache: NodeCache | ServerlessCache) -> dict[str, float]:
    """Thresholds of the alarms that a cache gets, by their names."""
    monitoring = Monitoring(stack, "Monitoring", name="test", topics={"P2": "arn:aws:sns:us-east-1:1:alarms"})
    monitor_cache(monitoring, cache, name="Cache", cpu_percent=80, memory_percent=80)
    found = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").values()
    return {alarm["Properties"]["AlarmName"]: alarm["Properties"]["Threshold"] for alarm in found}
