"""A service on Fargate: hardened, watched, rolled back, and its requests left alone by CloudFormation."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs_lib.container_cluster import ContainerCluster
from constructs_lib.container_service import ContainerService, Strategy
from constructs_lib.container_task import ContainerTask, Process
from constructs_lib.load_balancer import LoadBalancer
from constructs_lib.private_namespace import PrivateNamespace
from constructs_lib.service_scaling import Schedule, Targets
from constructs_lib.service_targets import Requests, ServiceTargets
from constructs_lib.shifting_role import ShiftingRole
from constructs_lib.traffic_rule import TrafficRules

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
REPOSITORY_ARN = ["arn:", {"Ref": "AWS::Partition"}, ":ecr:", {"Ref": "AWS::Region"}, ":", {"Ref": "AWS::AccountId"}]
ECR_IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/api:1.0.0"


def made(
    stack: cdk.Stack,
    key: kms.Key,
    logs_bucket: s3.IBucket,
    *,
    strategy: str = "rolling",
    requests: Requests | None = None,
    process: dict[str, Any] | None = None,
    **changes: Any,
) -> assertions.Template:
    """The template of a service that stands alone, with these changes."""
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    logs: dict[str, Any] = {"log_key": key, "log_retention_days": 7}
    names = PrivateNamespace(stack, "Names", name="c.internal", vpc=vpc)
    cluster = ContainerCluster(stack, "Cluster", name="c", namespace=names, encryption_key=key, **logs)
    balancer = LoadBalancer(
        stack,
        "Balancer",
        vpc=vpc,
        target_ports=[8080],
        certificate_arn=CERTIFICATE,
        cloudfront_prefix_list_id=None,
        idle_timeout_seconds=60,
        access_log_bucket=logs_bucket,
        retain_data=True,
    )
    rules = role = None
    if strategy != "rolling":
        rules = TrafficRules(stack, "Rules", listener=balancer.listener, encryption_key=key, **logs)
        role = ShiftingRole(stack, "Shifting", listener=balancer.listener, tag=("environment", "test")).role
    targets = None
    if requests:
        targets = ServiceTargets(
            stack,
            "Targets",
            requests=requests,
            port=8080,
            drain_seconds=20,
            vpc=vpc,
            balancer=balancer,
            shifting_rules=rules,
        )
    task = ContainerTask(
        stack,
        "Task",
        name="api",
        process=Process(**({"image": ECR_IMAGE, "size": (256, 512), "port": 8080} | (process or {}))),
        **logs,
    )
    arguments: dict[str, Any] = {
        "port": 8080,
        "min_tasks": 2,
        "max_tasks": 6,
        "spot_percent": 0,
        "scaling": Targets(),
        "schedules": [],
        "queue_name": None,
        "start_seconds": 30,
        "shell": False,
    }
    ContainerService(
        stack,
        "Service",
        name="Api",
        cluster=cluster,
        task=task,
        security_group=ec2.SecurityGroup(stack, "Group", vpc=vpc),
        subnet_ids=["subnet-1"],
        targets=targets,
        strategy=Strategy(name=strategy),
        shifting_role=role,
        **(arguments | changes),
    )
    return assertions.Template.from_stack(stack)


def only(template: assertions.Template, kind: str, like: str = "") -> dict[str, Any]:
    """The properties of the one resource of a type whose id contains `like`."""
    found = [r["Properties"] for name, r in template.find_resources(kind).items() if like in name]
    assert len(found) == 1, f"{len(found)} {kind}"
    return dict(found[0])


PUBLIC = Requests(priority=7, paths=("/api/*",))
SHIFTING = ("blue-green", "linear", "canary")


def test_containers_can_write_to_their_scratch_folder_only_and_are_not_root(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    task = only(made(stack, key, logs_bucket), "AWS::ECS::TaskDefinition")
    for container in task["ContainerDefinitions"]:
        assert container["ReadonlyRootFilesystem"] is True
        assert container["User"] == "10001:10001"
        assert container["LinuxParameters"] == {"InitProcessEnabled": True, "Capabilities": {"Drop": ["ALL"]}}
        assert container["LogConfiguration"]["Options"]["mode"] == "non-blocking"
    main, collector = task["ContainerDefinitions"]
    assert [mount["ContainerPath"] for mount in main["MountPoints"]] == ["/tmp"]
    assert {"Name": "OTEL_EXPORTER_OTLP_ENDPOINT", "Value": "http://localhost:4317"} in main["Environment"]
    assert collector["Essential"] is False
    assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"


def test_a_secret_reaches_the_process_by_reference_and_only_the_starter_reads_it(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    secret = secretsmanager.Secret(stack, "Token", encryption_key=key)
    template = made(stack, key, logs_bucket, process={"secrets": {"TOKEN": secret}})
    main = only(template, "AWS::ECS::TaskDefinition")["ContainerDefinitions"][0]
    assert main["Secrets"] == [{"Name": "TOKEN", "ValueFrom": {"Ref": stack.get_logical_id(secret.node.default_child)}}]  # type: ignore[arg-type]
    readers = {
        name
        for name, policy in template.find_resources("AWS::IAM::ManagedPolicy").items()
        if "secretsmanager:GetSecretValue" in str(policy)
    }
    assert [name for name in readers if "Starter" in name]
    assert len(readers) == 1


def test_a_replaced_revision_stays_usable_so_that_a_service_can_go_back_to_it(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    (task,) = made(stack, key, logs_bucket).find_resources("AWS::ECS::TaskDefinition").values()
    assert task["UpdateReplacePolicy"] == "Retain"
    assert task.get("DeletionPolicy", "Delete") == "Delete"


def test_a_service_may_need_nothing(stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket) -> None:
    task = only(made(stack, key, logs_bucket, process={"tracing": False}), "AWS::ECS::TaskDefinition")
    assert [container["Name"] for container in task["ContainerDefinitions"]] == ["main"]


def test_a_python_process_traces_without_a_change_of_its_image(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    process = {"traced_percent": 5, "environment": {"PYTHONPATH": "/app"}}
    task = only(made(stack, key, logs_bucket, process=process), "AWS::ECS::TaskDefinition")
    main, collector, instrumentation = task["ContainerDefinitions"]
    told = {pair["Name"]: pair["Value"] for pair in main["Environment"]}
    first, own, last = told["PYTHONPATH"].split(":")
    assert (own, last) == ("/app", "/otel-auto-instrumentation-python")
    assert first.startswith(last)
    assert (told["OTEL_TRACES_SAMPLER_ARG"], told["OTEL_EXPORTER_OTLP_ENDPOINT"]) == ("0.05", "http://localhost:4318")
    assert main["DependsOn"] == [{"ContainerName": "instrumentation", "Condition": "SUCCESS"}]
    (shared,) = instrumentation["MountPoints"]
    assert shared["SourceVolume"] in {mount["SourceVolume"] for mount in main["MountPoints"]}
    assert shared["SourceVolume"] in {volume["Name"] for volume in task["Volumes"]}
    for container in (collector, instrumentation):
        assert (container["Essential"], container["ReadonlyRootFilesystem"]) == (False, True)


def test_traces_that_nobody_takes_are_refused(stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket) -> None:
    with pytest.raises(ValueError, match="traced_percent must be None without tracing, got 5"):
        made(stack, key, logs_bucket, process={"traced_percent": 5, "tracing": False})


@pytest.mark.parametrize(("image", "pulls"), [(ECR_IMAGE, True), ("public.ecr.aws/docker/library/nginx:1.29", False)])
def test_only_images_of_a_registry_of_ours_need_permission(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket, image: str, pulls: bool
) -> None:
    template = made(stack, key, logs_bucket, process={"image": image})
    assert ("ecr:BatchGetImage" in str(template.to_json())) is pulls
    if pulls:
        assert ":ecr:us-east-1:111122223333:repository/team/api" in str(template.to_json())


def test_an_image_of_an_account_that_is_not_known_yet_may_be_pulled() -> None:
    stack = cdk.Stack(cdk.App(), "Anywhere")
    image = f"{stack.account}.dkr.ecr.{stack.region}.amazonaws.com/team/api:1.0.0"
    logs: dict[str, Any] = {"log_key": kms.Key(stack, "Key"), "log_retention_days": 7}
    ContainerTask(stack, "Task", name="t", process=Process(image=image, size=(256, 512)), **logs)
    statement = {
        "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Effect": "Allow",
        "Resource": {"Fn::Join": ["", [*REPOSITORY_ARN, ":repository/team/api"]]},
    }
    policies = assertions.Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy").values()
    assert statement in [one for policy in policies for one in policy["Properties"]["PolicyDocument"]["Statement"]]


@pytest.mark.parametrize("strategy", ["rolling", *SHIFTING])
def test_a_version_that_fails_is_rolled_back(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket, strategy: str
) -> None:
    template = made(stack, key, logs_bucket, strategy=strategy, requests=PUBLIC)
    deployment = only(template, "AWS::ECS::Service")["DeploymentConfiguration"]
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert deployment["Alarms"]["Rollback"] is True
    alarms = template.find_resources("AWS::CloudWatch::Alarm")
    assert {alarm["Ref"] for alarm in deployment["Alarms"]["AlarmNames"]} == set(alarms)
    assert len(alarms) == 2


@pytest.mark.parametrize("strategy", SHIFTING)
def test_cloudformation_never_writes_the_weights_that_ecs_moves(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket, strategy: str
) -> None:
    """aws/aws-cdk#36649: a rule of CloudFormation's own would send requests back with any change of it."""
    template = made(stack, key, logs_bucket, strategy=strategy, requests=PUBLIC)
    service = only(template, "AWS::ECS::Service")
    (rule_id,) = template.find_resources("Custom::TrafficRule")
    assert not template.find_resources("AWS::ElasticLoadBalancingV2::ListenerRule")
    rule = only(template, "Custom::TrafficRule")
    assert "Actions" not in rule
    assert "Weight" not in str(rule)
    balancing = service["LoadBalancers"][0]
    shifting = balancing["AdvancedConfiguration"]
    assert shifting["ProductionListenerRule"] == {"Fn::GetAtt": [rule_id, "RuleArn"]}
    assert rule["TargetGroupArns"] == [balancing["TargetGroupArn"], {"Ref": shifting["AlternateTargetGroupArn"]["Ref"]}]
    assert balancing["TargetGroupArn"] != shifting["AlternateTargetGroupArn"]


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ("rolling", {"Strategy": "ROLLING"}),
        ("blue-green", {"Strategy": "BLUE_GREEN", "BakeTimeInMinutes": 5}),
        (
            "linear",
            {
                "Strategy": "LINEAR",
                "BakeTimeInMinutes": 5,
                "LinearConfiguration": {"StepPercent": 10, "StepBakeTimeInMinutes": 5},
            },
        ),
        (
            "canary",
            {
                "Strategy": "CANARY",
                "BakeTimeInMinutes": 5,
                "CanaryConfiguration": {"CanaryPercent": 10, "CanaryBakeTimeInMinutes": 5},
            },
        ),
    ],
)
def test_each_strategy_says_how_fast(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket, strategy: str, said: dict[str, Any]
) -> None:
    template = made(stack, key, logs_bucket, strategy=strategy, requests=PUBLIC)
    deployment = only(template, "AWS::ECS::Service")["DeploymentConfiguration"]
    assert {name: deployment.get(name) for name in said} == said


def test_a_service_may_change_its_strategy_because_the_two_rules_never_have_one_priority(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    template = made(stack, key, logs_bucket, strategy="canary", requests=PUBLIC)
    assert only(template, "Custom::TrafficRule")["Priority"] == "13"
    other = cdk.Stack(cdk.App(), "Other", env=cdk.Environment(account="111122223333", region="us-east-1"))
    rolling = made(
        other, kms.Key(other, "Key"), s3.Bucket.from_bucket_name(other, "Logs", "access-logs"), requests=PUBLIC
    )
    assert only(rolling, "AWS::ElasticLoadBalancingV2::ListenerRule")["Priority"] == 14


def test_shifting_requests_that_come_from_nowhere_is_refused(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    with pytest.raises(ValueError, match="strategy must be rolling without two target groups and a role, got canary"):
        made(stack, key, logs_bucket, strategy="canary")


@pytest.mark.parametrize(
    ("percent", "strategy"),
    [
        (0, [{"CapacityProvider": "FARGATE", "Weight": 1}]),
        (100, [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]),
        (
            70,
            [
                {"CapacityProvider": "FARGATE", "Base": 1, "Weight": 30},
                {"CapacityProvider": "FARGATE_SPOT", "Weight": 70},
            ],
        ),
    ],
)
def test_tasks_are_shared_between_fargate_and_spot(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket, percent: int, strategy: list[dict[str, Any]]
) -> None:
    template = made(stack, key, logs_bucket, spot_percent=percent)
    assert only(template, "AWS::ECS::Service")["CapacityProviderStrategy"] == strategy


def test_it_scales_on_processors_memory_requests_messages_and_the_clock(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    template = made(
        stack,
        key,
        logs_bucket,
        requests=PUBLIC,
        scaling=Targets(requests_per_task=500, messages_per_task=10),
        queue_name="jobs",
        schedules=[Schedule(name="Morning", expression="cron(0 7 * * ? *)", time_zone="UTC", min_tasks=4, max_tasks=9)],
    )
    target = only(template, "AWS::ApplicationAutoScaling::ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"], target["ResourceId"]) == (2, 6, "service/c/Api")
    assert target["ScheduledActions"][0]["ScalableTargetAction"] == {"MinCapacity": 4, "MaxCapacity": 9}
    policies = template.find_resources("AWS::ApplicationAutoScaling::ScalingPolicy")
    held = {
        policy["Properties"]["PolicyName"]: policy["Properties"]["TargetTrackingScalingPolicyConfiguration"]
        for policy in policies.values()
    }
    assert {name: each["TargetValue"] for name, each in held.items()} == {
        "Cpu": 60,
        "Memory": 75,
        "Requests": 500,
        "Backlog": 10,
    }
    assert held["Backlog"]["CustomizedMetricSpecification"]["Metrics"][-1]["ReturnData"] is True


def test_it_is_found_by_its_name_unless_its_requests_shift(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    template = made(stack, key, logs_bucket)
    assert only(template, "AWS::ServiceDiscovery::Service")["Name"] == "api"
    assert only(template, "AWS::ECS::Service")["ServiceRegistries"]
    other = cdk.Stack(cdk.App(), "Other", env=cdk.Environment(account="111122223333", region="us-east-1"))
    shifting = made(
        other,
        kms.Key(other, "Key"),
        s3.Bucket.from_bucket_name(other, "Logs", "access-logs"),
        strategy="blue-green",
        requests=PUBLIC,
    )
    assert "ServiceRegistries" not in only(shifting, "AWS::ECS::Service")


def test_the_load_balancer_speaks_tls_alone_and_is_locked(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    template = made(stack, key, logs_bucket)
    listeners = {
        each["Properties"]["Protocol"]: each["Properties"]
        for each in template.find_resources("AWS::ElasticLoadBalancingV2::Listener").values()
    }
    assert listeners["HTTPS"]["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res")
    assert listeners["HTTP"]["DefaultActions"][0]["RedirectConfig"]["Protocol"] == "HTTPS"
    attributes = {
        each["Key"]: each["Value"]
        for each in only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")["LoadBalancerAttributes"]
    }
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert attributes["deletion_protection.enabled"] == "true"
    assert attributes["access_logs.s3.enabled"] == "true"


@pytest.mark.parametrize(("certificate", "port"), [(CERTIFICATE, 443), (None, 80)])
def test_behind_cloudfront_nobody_else_reaches_it(
    stack: cdk.Stack, logs_bucket: s3.IBucket, certificate: str | None, port: int
) -> None:
    LoadBalancer(
        stack,
        "Balancer",
        vpc=ec2.Vpc(stack, "Vpc", max_azs=2),
        target_ports=[8080],
        certificate_arn=certificate,
        cloudfront_prefix_list_id="pl-3b927c52",
        idle_timeout_seconds=60,
        access_log_bucket=logs_bucket,
        retain_data=False,
    )
    template = assertions.Template.from_stack(stack)
    assert "0.0.0.0/0" not in str(only(template, "AWS::EC2::SecurityGroup", "Balancer")["SecurityGroupEgress"])
    assert "SecurityGroupIngress" not in only(template, "AWS::EC2::SecurityGroup", "Balancer")
    ingress = only(template, "AWS::EC2::SecurityGroupIngress")
    assert (ingress["SourcePrefixListId"], ingress["FromPort"], ingress["ToPort"]) == ("pl-3b927c52", port, port)


def test_plain_http_to_the_world_is_refused(stack: cdk.Stack, logs_bucket: s3.IBucket) -> None:
    with pytest.raises(ValueError, match="certificate_arn or cloudfront_prefix_list_id must be given, got neither"):
        LoadBalancer(
            stack,
            "Balancer",
            vpc=ec2.Vpc(stack, "Vpc", max_azs=2),
            target_ports=[],
            certificate_arn=None,
            cloudfront_prefix_list_id=None,
            idle_timeout_seconds=60,
            access_log_bucket=logs_bucket,
            retain_data=False,
        )
