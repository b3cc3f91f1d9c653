"""The stack of an account's own roles and policies: for deployments, for reviews, and for GitHub's workflows."""

from typing import Any

from infra.bootstrap.drill import drill_statements
from infra.bootstrap.policy import POLICIES, Needs, policies

GITHUB = "token.actions.githubusercontent.com"
DEPLOY_HOURS = 4
"""How long a session of a deployment lasts: as long as the workflow's job that executes it may take."""


def template(
    needs: Needs,
    *,
    account: str,
    environment: str,
    pipeline_account: str,
    repository: str | None,
    drilled: bool = False,
) -> dict[str, Any]:
    """Return the stack's template. With a `repository` (OWNER/NAME), GitHub may review and deploy without a key.

    Where it is `drilled`, GitHub may drill the restore of its data as well: never in production.
    """
    names = [f"{needs.prefix}-execution-{number}" for number in range(1, POLICIES + 1)]
    resources: dict[str, Any] = {
        f"Execution{number}": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"ManagedPolicyName": name, "PolicyDocument": document},
        }
        for number, (name, document) in enumerate(zip(names, policies(needs, account), strict=True), start=1)
    }
    resources["Review"] = _role(
        f"{needs.prefix}-review", _reviewers(account, pipeline_account, repository), _review(needs, account)
    )
    if repository:
        resources["GitHub"] = {
            "Type": "AWS::IAM::OIDCProvider",
            "Properties": {"Url": f"https://{GITHUB}", "ClientIdList": ["sts.amazonaws.com"]},
        }
        environments = (environment, f"{environment}-prepare")
        trust = [_from_github(account, *(f"repo:{repository}:environment:{one}" for one in environments))]
        resources["Deploy"] = _role(f"{needs.prefix}-deploy", trust, _deploy(needs, account), hours=DEPLOY_HOURS)
        if drilled:
            trust = [_from_github(account, f"repo:{repository}:environment:{environment}-drill")]
            resources["Drill"] = _role(f"{needs.prefix}-drill", trust, drill_statements(needs, account))
        for name in {"Review", "Deploy", "Drill"} & resources.keys():
            resources[name]["DependsOn"] = "GitHub"
    return {
        "Description": f"Who may deploy and review {needs.prefix}",
        "Metadata": {"groundwork": {"environment": environment, "deployable": sorted(needs.kinds)}},
        "Resources": resources,
    }


def policy_arns(needs: Needs, account: str) -> list[str]:
    """Return the ARNs that the role of deployments gets."""
    return [f"arn:aws:iam::{account}:policy/{needs.prefix}-execution-{number}" for number in range(1, POLICIES + 1)]


def _role(name: str, trust: list[dict[str, Any]], allowed: list[dict[str, Any]], *, hours: int = 1) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "MaxSessionDuration": hours * 3600,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": trust},
            "Policies": [{"PolicyName": "Allowed", "PolicyDocument": {"Version": "2012-10-17", "Statement": allowed}}],
        },
    }


def _reviewers(account: str, pipeline_account: str, repository: str | None) -> list[dict[str, Any]]:
    root = {"AWS": f"arn:aws:iam::{pipeline_account}:root"}
    people = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": root}
    return [people, *([_from_github(account, f"repo:{repository}:pull_request")] if repository else [])]


def _from_github(account: str, *subjects: str) -> dict[str, Any]:
    """Trust workflows of one repository, in some environments or for pull requests only."""
    return {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{GITHUB}"},
        "Condition": {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": list(subjects)}},
    }


def _stacks(needs: Needs, account: str) -> list[str]:
    return [f"arn:aws:cloudformation:*:{account}:stack/{name}/*" for name in (f"{needs.prefix}-*", "CDKToolkit")]


def _review(needs: Needs, account: str) -> list[dict[str, Any]]:
    """Just what a comparison with what is deployed reads: templates, no data, no change."""
    reads = ["DescribeStacks", "GetTemplate", "ListStackResources", "DescribeStackResources"]
    return [
        {"Effect": "Allow", "Action": [f"cloudformation:{one}" for one in reads], "Resource": _stacks(needs, account)},
        {
            "Effect": "Allow",
            "Action": "ssm:GetParameter",
            "Resource": f"arn:aws:ssm:*:{account}:parameter/cdk-bootstrap/*",
        },
    ]


def _deploy(needs: Needs, account: str) -> list[dict[str, Any]]:
    """What the verbs call themselves; the rest they do as CDK's roles."""
    assets = f"arn:aws:s3:::cdk-*-assets-{account}-*"
    calls = [
        "DescribeStacks", "DescribeStackEvents", "ListStackResources", "GetTemplate", "DescribeChangeSet",
        "ExecuteChangeSet", "DeleteChangeSet", "DeleteStack", "RollbackStack", "ContinueUpdateRollback",
        "SetStackPolicy", "UpdateTerminationProtection",
    ]  # fmt: skip
    everywhere = [
        "cloudformation:DescribeStacks",
        "cloudwatch:DescribeAlarms",
        "codeconnections:GetConnection",
    ]
    mute = [f"cloudwatch:{one}AlarmMuteRule" for one in ("Delete", "Get", "Put")]
    muted = [f"arn:aws:cloudwatch:*:{account}:{kind}:{needs.prefix}-*" for kind in ("alarm", "alarm-mute-rule")]
    return [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::{account}:role/cdk-*"},
        {"Effect": "Allow", "Action": [f"cloudformation:{one}" for one in calls], "Resource": _stacks(needs, account)},
        {"Effect": "Allow", "Action": everywhere, "Resource": "*"},
        {"Effect": "Allow", "Action": mute, "Resource": muted},
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"{assets}/releases/*"},
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": assets},
        {
            "Effect": "Allow",
            "Action": "ssm:GetParameter",
            "Resource": f"arn:aws:ssm:*:{account}:parameter/cdk-bootstrap/*",
        },
    ]
