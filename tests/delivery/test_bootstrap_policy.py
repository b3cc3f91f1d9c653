"""The role of deployments may do what the templates need, and nothing of a service that no template uses."""

import re
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore import xform_name
from botocore.session import Session

import config
from infra.assembly import Assembly
from infra.bootstrap.drill import drill_statements
from infra.bootstrap.permissions import ALWAYS, is_native, permissions_for, services_of, told_permissions
from infra.bootstrap.policy import MAX_CHARACTERS, POLICIES, READS, Needs, needs_of, policies, size, statements
from infra.bootstrap.template import template

ACCOUNT = "111122223333"
DEPLOYS = (
    "aws", "deploy", "mute", "validate", "delivery/change_sets", "delivery/drift", "delivery/policies",
    "delivery/releases", "delivery/rights", "delivery/rollout", "delivery/stacks",
)  # fmt: skip
"""Files of scripts/ with the calls of a deployment."""
DRIFT = {"DetectStackDrift", "DescribeStackDriftDetectionStatus", "DescribeStackResourceDrifts"}
"""Called as CDK's look-up role, which may read what CloudFormation compares."""
S3 = {"HeadBucket": "ListBucket", "ListObjectsV2": "ListBucket"}
"""Operations whose actions have another name."""
SMALL = Needs(
    kinds=frozenset({"AWS::SQS::Queue", "AWS::IAM::Role"}),
    regions=("eu-west-1", "us-east-1"),
    prefix="groundwork-dev",
    trusted=("lambda.amazonaws.com",),
)


@pytest.fixture(scope="module", params=config.names())
def needs(request: pytest.FixtureRequest, loaded: Callable[[str], Assembly]) -> Needs:
    return needs_of(loaded(request.param), prefix=f"groundwork-{request.param}")


def allowed(needs: Needs) -> set[str]:
    """Every action that some policy allows, in lower case."""
    return {
        action.lower()
        for document in policies(needs, ACCOUNT)
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }


def test_every_action_of_every_type_in_the_templates_is_allowed(needs: Needs) -> None:
    may = allowed(needs)
    for kind in filter(is_native, needs.kinds):
        own = {one.lower() for one in told_permissions(kind) if one.partition(":")[0] in services_of(kind)}
        assert own, f"nothing tells what {kind} needs"
        if not kind.startswith("AWS::IAM::"):
            assert {one for one in own if not any(fnmatchcase(one, known) for known in may)} == set()


def test_no_service_is_allowed_that_no_template_uses(needs: Needs) -> None:
    used = {service for kind in needs.kinds for service in services_of(kind)}
    assert {one.partition(":")[0] for one in allowed(needs)} <= used | ALWAYS | {"ssm", "s3"}


def test_it_fits_ten_policies_of_iam(needs: Needs) -> None:
    documents = policies(needs, ACCOUNT)
    assert len(documents) == POLICIES
    assert max(size(one["Statement"]) for one in documents) <= MAX_CHARACTERS


def test_a_type_that_leaves_the_templates_takes_its_rights_along() -> None:
    assert "sqs:createqueue" in allowed(SMALL)
    without = replace(SMALL, kinds=SMALL.kinds - {"AWS::SQS::Queue"})
    assert not [one for one in allowed(without) if one.startswith("sqs:")]


def test_nothing_is_written_with_a_wildcard(needs: Needs) -> None:
    stars = [one.partition(":")[2] for one in allowed(needs) if "*" in one]
    assert all(one.startswith(tuple(read.lower() for read in READS)) for one in stars)


def test_services_are_called_in_the_regions_of_the_stacks_only() -> None:
    for statement in statements(SMALL, ACCOUNT):
        if statement["Sid"] == "Sqs":
            assert statement["Condition"]["StringEquals"]["aws:RequestedRegion"] == ["eu-west-1", "us-east-1"]


def by_action(needs: Needs, action: str) -> list[dict[str, Any]]:
    return [one for one in statements(needs, ACCOUNT) if action in one["Action"] and one["Effect"] == "Allow"]


def test_only_roles_of_the_environment_are_made_and_passed_only_to_services_that_the_templates_trust() -> None:
    (create,), (passing,) = by_action(SMALL, "iam:CreateRole"), by_action(SMALL, "iam:PassRole")
    assert create["Resource"] == f"arn:aws:iam::{ACCOUNT}:role/groundwork-dev-*"
    assert passing["Condition"]["StringEquals"]["iam:PassedToService"] == ["lambda.amazonaws.com"]


def test_where_roles_have_a_boundary_no_role_is_made_or_widened_without_it() -> None:
    bounded = replace(SMALL, boundary="arn:aws:iam::111122223333:policy/boundary")
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"):
        (statement,) = by_action(bounded, action)
        assert statement["Condition"]["StringEquals"]["iam:PermissionsBoundary"] == bounded.boundary


def test_the_boundary_is_the_one_that_every_role_of_the_templates_has(needs: Needs) -> None:
    assert needs.boundary.endswith(f":policy/{needs.prefix}-boundary")


def test_nobody_makes_users_or_takes_a_boundary_away(needs: Needs) -> None:
    (deny,) = [one for one in statements(needs, ACCOUNT) if one["Sid"] == "Never"]
    assert {"iam:CreateUser", "iam:CreateAccessKey", "iam:DeleteRolePermissionsBoundary"} <= set(deny["Action"])


def test_a_deployment_cannot_give_itself_more_rights() -> None:
    (deny,) = [one for one in statements(SMALL, ACCOUNT) if one["Sid"] == "NotItself"]
    account = {"account": ACCOUNT, "pipeline_account": ACCOUNT}
    made = template(SMALL, **account, environment="dev", repository="example/app", drilled=True)
    kinds = {"AWS::IAM::ManagedPolicy": ("policy", "ManagedPolicyName"), "AWS::IAM::Role": ("role", "RoleName")}
    for resource in made["Resources"].values():
        if found := kinds.get(resource["Type"]):
            arn = f"arn:aws:iam::{ACCOUNT}:{found[0]}/{resource['Properties'][found[1]]}"
            assert any(fnmatchcase(arn, one) for one in deny["Resource"]), arn


def test_github_deploys_from_its_environment_and_reviews_from_pull_requests_only() -> None:
    made = template(
        SMALL, account=ACCOUNT, environment="dev", pipeline_account=ACCOUNT, repository="example/groundwork"
    )["Resources"]
    subjects = {
        name: [
            one["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
            for one in made[name]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            if one["Action"] == "sts:AssumeRoleWithWebIdentity"
        ]
        for name in ("Deploy", "Review")
    }
    assert subjects == {
        "Deploy": [["repo:example/groundwork:environment:dev", "repo:example/groundwork:environment:dev-prepare"]],
        "Review": [["repo:example/groundwork:pull_request"]],
    }


@pytest.mark.parametrize("drilled", [True, False])
def test_github_drills_from_an_environment_of_its_own_where_it_may(drilled: bool) -> None:
    made = template(
        SMALL,
        account=ACCOUNT,
        environment="dev",
        pipeline_account=ACCOUNT,
        repository="example/groundwork",
        drilled=drilled,
    )["Resources"]
    assert ("Drill" in made) is drilled
    if drilled:
        role = made["Drill"]["Properties"]
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        subject = trust["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
        assert subject == ["repo:example/groundwork:environment:dev-drill"]
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
            actions = {action.partition(":")[2] for action in statement["Action"]}
            own = "groundwork-dev" in str(statement["Resource"]) or "kms:ViaService" in str(statement.get("Condition"))
            assert own or actions in ({"DescribeAlarms"}, {"CreateSecret", "TagResource"})


def test_a_drill_ends_and_changes_no_cluster_but_its_own() -> None:
    for statement in drill_statements(SMALL, ACCOUNT):
        changes = {
            action for action in statement["Action"] if re.match(r"rds:(Delete|Modify|Restore|CreateDBI)", action)
        }
        made = [arn for arn in statement["Resource"] if re.search(r":(cluster|db|cluster-snapshot):", arn)]
        if changes - {"rds:DeleteDBClusterSnapshot"}:
            assert made
            assert all("-drill-" in arn for arn in made)


@pytest.mark.parametrize(
    ("service", "steps", "beyond"),
    [
        ("dynamodb", ("drill", "tables"), set[str]()),
        # Moments and names in use belong to `restore` and `cutover`.
        ("rds", ("cluster_drill", "clusters"), {"ModifyDBInstance", "RestoreDBClusterToPointInTime"}),
    ],
)
def test_a_drill_may_call_what_its_steps_call(service: str, steps: tuple[str, ...], beyond: set[str]) -> None:
    """Each operation that the code of a drill names is an action of the role."""
    allowed = {
        action.partition(":")[2]
        for statement in drill_statements(SMALL, ACCOUNT)
        for action in statement["Action"]
        if action.startswith(f"{service}:")
    }
    root = Path(__file__).parents[2] / "scripts" / "recovery"
    text = "".join((root / f"{name}.py").read_text() for name in steps)
    model = Session().get_service_model(service)
    operations = {xform_name(name): name for name in model.operation_names}
    called = {operations[name] for name in re.findall(r"\.([a-z_]+)\(", text) if name in operations}
    assert len(called) >= 10
    assert called - beyond <= allowed


def deploy_role() -> dict[str, Any]:
    made = template(SMALL, account=ACCOUNT, environment="dev", pipeline_account=ACCOUNT, repository="example/app")
    role: dict[str, Any] = made["Resources"]["Deploy"]["Properties"]
    return role


@pytest.mark.parametrize("service", ["cloudformation", "cloudwatch", "codeconnections", "s3", "ssm"])
def test_a_deployment_may_call_what_its_code_calls(service: str) -> None:
    """Each operation that `deploy`, `validate` and what they use name; what CDK's roles do is theirs."""
    statements = deploy_role()["Policies"][0]["PolicyDocument"]["Statement"]
    lists = (one["Action"] if isinstance(one["Action"], list) else [one["Action"]] for one in statements)
    allowed = {action.partition(":")[2] for actions in lists for action in actions if action.startswith(f"{service}:")}
    root = Path(__file__).parents[2] / "scripts"
    text = "".join((root / f"{name}.py").read_text() for name in DEPLOYS)
    operations = {xform_name(name): name for name in Session().get_service_model(service).operation_names}
    named = re.findall(r"\.([a-z_0-9]+)\(", text) + re.findall(r'get_paginator\(\s*"([a-z_0-9]+)"', text)
    called = {S3.get(operations[name], operations[name]) for name in named if name in operations}
    assert called
    assert called - DRIFT <= allowed


def test_a_deployments_session_is_as_long_as_its_workflows_job() -> None:
    workflow = yaml.safe_load((Path(__file__).parents[2] / ".github" / "workflows" / "deploy.yml").read_text())
    job = workflow["jobs"]["execute"]
    (asked,) = [one["with"]["role-duration-seconds"] for one in job["steps"] if "role-to-assume" in one.get("with", {})]
    assert asked == deploy_role()["MaxSessionDuration"] == job["timeout-minutes"] * 60


def test_the_role_of_reviews_reads_templates_and_nothing_else() -> None:
    made = template(SMALL, account=ACCOUNT, environment="dev", pipeline_account="999999999999", repository=None)
    role = made["Resources"]["Review"]["Properties"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::999999999999:root"}
    actions = [action for one in role["Policies"][0]["PolicyDocument"]["Statement"] for action in (
        [one["Action"]] if isinstance(one["Action"], str) else one["Action"]
    )]  # fmt: skip
    assert all(action.partition(":")[2].startswith(("Get", "List", "Describe")) for action in actions)
    assert "GitHub" not in made["Resources"]


def test_what_a_handler_names_for_services_the_app_lacks_is_left_out() -> None:
    told = {one.partition(":")[0] for one in told_permissions("AWS::WAFv2::WebACLAssociation")}
    assert "appsync" in told
    assert "appsync" not in permissions_for(["AWS::WAFv2::WebACLAssociation"])
