"""No role of the app climbs out of its boundary, and none is stopped from doing its work."""

import json
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
from botocore.session import get_session

import config
from constructs_lib.permissions_boundary import IDENTITY_CHANGES
from infra.assembly import Assembly
from infra.assembly.model import Resource, Target, describe
from infra.guardrails.statements import Statement, boundary_of, find_statements
from tests.infra.iam_evaluator import allowed

ADMINISTRATOR = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
"""What an intruder's role has at best: whatever policy it finds to attach."""

environments = pytest.mark.parametrize("environment", config.names())


@pytest.fixture(scope="module")
def platform(loaded: Callable[[str], Assembly]) -> Callable[[str], Assembly]:
    """Without the pipeline's copies of others."""
    return cache(lambda name: Assembly([source for source in loaded(name).sources if not source.stage]))


def boundary(app: Assembly) -> Resource:
    (found,) = {boundary_of(app, role) for role in app.of_type("AWS::IAM::Role")}
    assert found is not None
    return found


def ceiling(app: Assembly) -> list[dict[str, Any]]:
    policy = boundary(app)
    return [plain(said.body) for said in find_statements(app) if said.resource is policy]


def plain(value: Any) -> Any:
    """An expression as the text that IAM would see."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return describe(value).replace("${AWS::Partition}", "aws")


def request(app: Assembly, role: str = "compute-TodoApiRole", **keys: str) -> dict[str, str]:
    home = next(stack for stack in app.stacks if stack.construct_path == "Security")
    principal = f"arn:aws:iam::{home.account}:role/{home.name.removesuffix('security')}{role}"
    return {"aws:RequestedRegion": home.region, "aws:PrincipalArn": principal, **keys}


def arn(app: Assembly, name: str) -> str:
    home = next(stack for stack in app.stacks if stack.construct_path == "Security")
    return f"arn:aws:iam::{home.account}:{name.replace('OURS-', home.name.removesuffix('security'))}"


ESCALATIONS = [
    ("a new version of an own policy", "iam:CreatePolicyVersion", "policy/OURS-compute-TodoApiPolicy", {}),
    ("a new version of the boundary", "iam:CreatePolicyVersion", "policy/OURS-boundary", {}),
    ("an older version of a policy", "iam:SetDefaultPolicyVersion", "policy/OURS-boundary", {}),
    ("the administrator's policy attached", "iam:AttachRolePolicy", "role/OURS-compute-TodoApiRole", {}),
    ("an inline policy", "iam:PutRolePolicy", "role/OURS-compute-TodoApiRole", {}),
    (
        "a role passed to a new Lambda function",
        "iam:PassRole",
        "role/OURS-pipeline-Role",
        {"iam:PassedToService": "lambda.amazonaws.com"},
    ),
    (
        "somebody else's role passed to a task",
        "iam:PassRole",
        "role/Administrator",
        {"iam:PassedToService": "ecs-tasks.amazonaws.com"},
    ),
    ("a role passed to nobody that is named", "iam:PassRole", "role/OURS-pipeline-Role", {}),
    ("the trust of a stronger role", "iam:UpdateAssumeRolePolicy", "role/Administrator", {}),
    ("a stronger role assumed", "sts:AssumeRole", "role/cdk-hnb659fds-cfn-exec-role", {}),
    ("the boundary taken off", "iam:DeleteRolePermissionsBoundary", "role/OURS-compute-TodoApiRole", {}),
    ("a wider boundary", "iam:PutRolePermissionsBoundary", "role/OURS-compute-TodoApiRole", {}),
    ("a role without a boundary", "iam:CreateRole", "role/OURS-compute-New", {}),
    ("a user with a key", "iam:CreateAccessKey", "user/robot", {}),
]


@environments
@pytest.mark.parametrize(
    ("action", "resource", "keys"), [path[1:] for path in ESCALATIONS], ids=[p[0] for p in ESCALATIONS]
)
def test_no_way_leads_out_of_the_boundary_even_for_an_administrator(
    environment: str, platform: Callable[[str], Assembly], action: str, resource: str, keys: dict[str, str]
) -> None:
    app = platform(environment)
    target = arn(app, resource)
    assert allowed(action, target, request(app, **keys), policies=ADMINISTRATOR, boundary=ADMINISTRATOR)
    assert not allowed(action, target, request(app, **keys), policies=ADMINISTRATOR, boundary=ceiling(app))


@environments
def test_every_role_is_bounded_by_the_policy_of_its_environment(
    environment: str, platform: Callable[[str], Assembly]
) -> None:
    app = platform(environment)
    roles = list(app.of_type("AWS::IAM::Role"))
    assert any("Custom::" in role.construct_path for role in roles)
    assert {boundary_of(app, role) for role in roles} == {boundary(app)}
    assert boundary(app).stack.construct_path == "Boundary"


@environments
def test_the_boundary_is_there_before_the_roles_that_name_it(
    environment: str, platform: Callable[[str], Assembly]
) -> None:
    app = platform(environment)
    needs = {stack.construct_path: stack.dependencies for stack in app.stacks}

    def waits(stack: str) -> bool:
        return any(before == "Boundary" or waits(before) for before in needs[stack] if before in needs)

    assert [stack for stack in needs if stack != "Boundary" and not waits(stack)] == []


@environments
def test_nothing_happens_outside_the_regions_of_the_app(environment: str, platform: Callable[[str], Assembly]) -> None:
    app, settings = platform(environment), config.load(environment)

    def start(region: str) -> bool:
        asked = request(app) | {"aws:RequestedRegion": region}
        return allowed("ec2:RunInstances", "*", asked, policies=ADMINISTRATOR, boundary=ceiling(app))

    assert settings.region
    assert start(settings.region)
    assert start(settings.recovery_region)
    assert not start("ap-southeast-2")


@environments
def test_what_the_roles_are_granted_the_boundary_lets_through(
    environment: str, platform: Callable[[str], Assembly]
) -> None:
    app = platform(environment)
    bounded = ceiling(app)
    stopped = {
        (said.resource.construct_path, action, resource)
        for said in find_statements(app)
        if said.kind == "identity" and said.allows
        for action, resource, asked in asked_for(app, said)
        if not allowed(action, resource, asked, policies=ADMINISTRATOR, boundary=bounded)
    }
    assert stopped == set()


def asked_for(app: Assembly, said: Statement) -> Iterator[tuple[str, str, dict[str, str]]]:
    """A request for each action that `said` allows; a wildcard stands for the action of that name without it."""
    stack = said.resource.stack.construct_path.lower()
    for resource in said.resources:
        role = isinstance(resource, Target) and resource.resource.type == "AWS::IAM::Role"
        text = arn(app, f"role/OURS-{describe(resource)}") if role else plain(resource)
        services = [value for _, key, values in said.conditions if key == "iam:passedtoservice" for value in values]
        for action in said.actions:
            for service in services or [None]:
                keys = {"iam:PassedToService": str(service)} if service else {}
                yield action.replace("*", ""), text, request(app, role=f"{stack}-Role", **keys)


def test_every_operation_of_iam_that_changes_something_is_one_of_those_denied() -> None:
    operations = get_session().get_service_model("iam").operation_names
    looks = ("Generate", "Get", "List", "Simulate")
    changes = {f"iam:{name}" for name in operations if not name.startswith(looks)} | {"iam:PassRole"}
    assert {one for one in changes if not any(fnmatchcase(one, denied) for denied in IDENTITY_CHANGES)} == set()
    looking = {f"iam:{name}" for name in operations if name.startswith(looks)}
    assert {one for one in looking if any(fnmatchcase(one, denied) for denied in IDENTITY_CHANGES)} == set()


@pytest.mark.parametrize("action", ["iam:GenerateCredentialReport", "iam:GetRolePolicy", "iam:ListUsers"])
def test_the_recorder_of_aws_config_sees_identities(platform: Callable[[str], Assembly], action: str) -> None:
    app = platform("prod")
    (recorder,) = app.of_type("AWS::Config::ConfigurationRecorder")
    assert boundary_of(app, recorder.get("RoleARN").resource) is boundary(app)
    asked = request(app, role="security-ConfigRecorderRole")
    assert allowed(action, "*", asked, policies=ADMINISTRATOR, boundary=ceiling(app))


@environments
def test_roles_have_the_names_that_the_boundary_knows(environment: str, platform: Callable[[str], Assembly]) -> None:
    app, settings = platform(environment), config.load(environment)
    for role in app.of_type("AWS::IAM::Role"):
        name = describe(role.get("RoleName", default=role.stack.name))
        assert name.startswith(f"{settings.project}-{settings.name}-"), role
        assert role.get("Path", default="/") == "/", role


@environments
def test_the_boundary_fits_into_a_managed_policy(environment: str, platform: Callable[[str], Assembly]) -> None:
    text = json.dumps(plain(boundary(platform(environment)).resolved["PolicyDocument"]), separators=(",", ":"))
    assert len(text) <= 6144
