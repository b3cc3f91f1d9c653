"""`bootstrap`: prepares an account: the rights of deployments, from the templates, then CDK's own bucket and roles."""

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import confirm, emit, progress

if TYPE_CHECKING:
    from config import Environment
    from infra.bootstrap.policy import Needs
    from scripts.aws import Aws


def bootstrap(
    *,
    environment: Annotated[str, typer.Option(help="Whose account.")],
    assembly: Annotated[Path | None, typer.Option(help="Read this assembly instead of the app.")] = None,
    github: Annotated[
        bool, typer.Option("--github", help="Let GitHub's workflows of the repository review and deploy.")
    ] = False,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting after this long.")] = 30,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the rights; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the stack's template to stdout as JSON.")] = False,
) -> None:
    """Bootstrap an account, or bring it up to date: again whenever the app has a new type of resource."""
    import config
    from infra.assembly import NotAnAssemblyError, load
    from infra.bootstrap import template
    from scripts.aws import Aws, AwsError, told_plainly
    from scripts.synthesis import SynthesisError, synthesise

    with (
        told_plainly(SynthesisError, NotAnAssemblyError, LookupError, ValueError),
        tempfile.TemporaryDirectory() as scratch,
    ):
        chosen = config.load(environment)
        aws = Aws(chosen, port=port)
        account = str(chosen.account) if dry_run and chosen.account else aws.check_account()
        needs = needed(chosen, load(assembly or synthesise(environment, Path(scratch) / "assembly")))
        host = _host()
        repository = host.pipeline.repository if github and host and host.pipeline else None
        if github and not repository:
            raise AwsError(
                "--github needs a pipeline section in an environment's configuration: it names the repository"
            )
        pipeline_account = str((host and host.account) or account)
        made = template.template(
            needs,
            account=account,
            environment=environment,
            pipeline_account=pipeline_account,
            repository=repository,
            drilled=not chosen.production,
        )
        _show(needs, made, pipeline_account)
        if as_json:
            emit(made)
        if dry_run:
            return
        confirm(chosen, f"bootstrap account {account}", yes=yes)
        _deploy(aws, f"{needs.prefix}-bootstrap", made, seconds=time_limit_minutes * 60)
        _bootstrap(aws, account, needs, pipeline_account)
    progress.print(f"[green]✓[/] {account} is bootstrapped in {', '.join(needs.regions)}", soft_wrap=True)


def needed(environment: "Environment", assembly: Any) -> "Needs":
    """Return what the environment's templates need of the role that deploys them."""
    from infra.bootstrap.policy import needs_of

    return needs_of(assembly, prefix=f"{environment.project}-{environment.name}")


def _host() -> "Environment | None":
    """Return the environment on AWS whose account hosts the pipeline."""
    import config

    known = (config.load(name) for name in config.names())
    return next((one for one in known if one.pipeline and not one.emulator), None)


def _show(needs: "Needs", made: dict[str, Any], pipeline_account: str) -> None:
    from infra.bootstrap.permissions import permissions_for

    for service, actions in permissions_for(needs.kinds).items():
        progress.print(f"  {service}: {len(actions)} actions", markup=False)
    said = "whose names begin with " + needs.prefix
    progress.print(f"Deployments make these, in {', '.join(needs.regions)}; roles only {said}", soft_wrap=True)
    progress.print(f"CDK's roles trust {pipeline_account}; roles for people and workflows: ", end="")
    roles = (one["Properties"]["RoleName"] for one in made["Resources"].values() if one["Type"] == "AWS::IAM::Role")
    progress.print(", ".join(roles), soft_wrap=True)


def _deploy(aws: "Aws", name: str, made: dict[str, Any], *, seconds: float) -> None:
    """Create or update the stack of policies and roles."""
    from botocore.exceptions import ClientError

    from scripts.aws import AwsError
    from scripts.delivery.change_sets import NOTHING, failures, settle
    from scripts.delivery.stacks import find_stack

    cloudformation = aws.client("cloudformation")
    environment = aws.environment
    arguments = {
        "StackName": name,
        "TemplateBody": json.dumps(made, separators=(",", ":")),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Tags": [{"Key": "project", "Value": environment.project}],
    }
    there = find_stack(aws, name, aws.region)
    try:
        operation = cloudformation.update_stack if there and there.verdict == "ready" else cloudformation.create_stack
        arn = operation(**arguments)["StackId"]
    except ClientError as error:
        if any(part in str(error) for part in NOTHING):
            return
        raise
    status = settle(aws, arn, aws.region, seconds=seconds)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise AwsError("\n  ".join([f"{name} is {status}", *failures(aws, arn, aws.region)]))
    cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=environment.retain_data)


def _bootstrap(aws: "Aws", account: str, needs: "Needs", pipeline_account: str) -> None:
    """Run CDK's own bootstrap, away from the app: it would synthesise it first."""
    from infra.bootstrap.template import policy_arns
    from scripts.aws import AwsError
    from scripts.delivery.cli import cdk_of
    from scripts.local.cdk import CdkError

    cdk = cdk_of(aws)
    targets = [f"aws://{account}/{region}" for region in needs.regions]
    trust = [] if pipeline_account == account else ["--trust", pipeline_account, "--trust-for-lookup", pipeline_account]
    cdk.folder.mkdir(parents=True, exist_ok=True)
    with progress.status("cdk bootstrap ..."):
        command = cdk.start(
            "bootstrap", "bootstrap", *targets, *trust,
            "--cloudformation-execution-policies", ",".join(policy_arns(needs, account)),
            "--public-access-block-configuration", "--termination-protection", cwd=cdk.folder,
        )  # fmt: skip
        try:
            command.finish()
        except CdkError as error:
            raise AwsError(str(error)) from None
        finally:
            command.stop()
