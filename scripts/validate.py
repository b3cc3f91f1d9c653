"""`validate`: every check before a deployment, the quick ones first; nothing is changed."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import Exit, emit, progress

if TYPE_CHECKING:
    from config import Environment
    from scripts.aws import Aws

BOOTSTRAP_VERSION = 6
Check = tuple[str, Callable[[], str | None]]
"""What should hold, and what finds the problem; None: it holds."""


def validate(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")],
    offline: Annotated[bool, typer.Option("--offline", help="Only what needs no credentials.")] = False,
    assembly: Annotated[Path | None, typer.Option(help="Check this assembly instead of the app.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the results to stdout as JSON.")] = False,
) -> None:
    """Check configuration, templates, account, bootstrap, stacks and connections. Exit code 3 where one fails."""
    import config
    from scripts.aws import Aws, told_plainly

    results: list[dict[str, Any]] = []
    with told_plainly(), tempfile.TemporaryDirectory() as scratch:
        chosen = config.load(environment)
        checks = list(_of_the_app(chosen, assembly, Path(scratch)))
        if not offline:
            checks += _of_the_account(Aws(chosen, port=port), assembly or Path(scratch) / "assembly")
        for name, check in checks:
            with progress.status(f"{name} ..."):
                problem = _try(check)
            mark = "[green]✓[/]" if problem is None else "[red]✗[/]"
            progress.print(f"  {mark} {name}", soft_wrap=True)
            if problem:
                progress.print(f"    {problem}", markup=False, soft_wrap=True)
            results.append({"check": name, "ok": problem is None, "problem": problem})
    if as_json:
        emit(results)
    if failed := sum(not one["ok"] for one in results):
        progress.print(f"{failed} of {len(results)} checks did not hold")
        raise typer.Exit(Exit.FINDINGS)


def _try(check: Callable[[], str | None]) -> str | None:
    """Return the problem; a check that cannot be made is one."""
    from botocore.exceptions import BotoCoreError, ClientError

    from scripts.aws import AwsError, in_words

    try:
        return check()
    except (AwsError, BotoCoreError, ClientError) as error:
        return in_words(error)


def _of_the_app(environment: "Environment", given: Path | None, scratch: Path) -> Iterator[Check]:
    from infra.assembly import NotAnAssemblyError, load
    from infra.guardrails.lock import LockError, read_locks
    from infra.guardrails.policy import STRICT, PolicyError
    from infra.guardrails.runbooks import runbook_sections
    from infra.guardrails.runner import Facts, run
    from scripts.synthesis import SynthesisError, synthesise

    folder = given or scratch / "assembly"

    def synthesis() -> str | None:
        try:
            synthesise(environment.name, folder, validate=True)
        except SynthesisError as error:
            return str(error)
        return None

    def promises() -> str | None:
        try:
            facts = Facts(otherwise=STRICT, locks=read_locks(), runbooks=runbook_sections())
            violations = run(load(folder), facts).violations
        except (NotAnAssemblyError, LockError, PolicyError) as error:
            return str(error)
        return "; ".join(map(str, violations)) or None

    if not given:
        yield "the app synthesises: cdk-nag's packs and CloudFormation's own validation find nothing", synthesis
    yield "the templates keep every promise, and no locked resource is lost", promises


def _of_the_account(aws: "Aws", folder: Path) -> list[Check]:
    from infra.assembly import load
    from scripts.delivery.rights import check_rights
    from scripts.delivery.stacks import check_ready, regions_of, stacks_of

    def account() -> str | None:
        aws.check_account()
        return None

    def stacks() -> str | None:
        check_ready(stacks_of(aws), aws.environment.name)
        return None

    checks: list[Check] = [("the credentials are of the environment's account", account)]
    for region in regions_of(aws.environment):
        checks.append((f"{region} is bootstrapped", partial(_bootstrapped, aws, region)))

    def rights() -> str | None:
        check_rights(aws, load(folder))
        return None

    checks.append(("deployments have the rights that the templates need", rights))
    checks.append(("every deployed stack is in a state that can be updated", stacks))
    if aws.environment.pipeline:
        arn = aws.environment.pipeline.connection_arn
        checks.append(("somebody completed the connection to GitHub", partial(_connected, aws, arn)))
    return checks


def _bootstrapped(aws: "Aws", region: str) -> str | None:
    from botocore.exceptions import ClientError

    from scripts.aws import code_of

    name = aws.environment.name
    try:
        found = aws.client("ssm", region).get_parameter(Name="/cdk-bootstrap/hnb659fds/version")
    except ClientError as error:
        if code_of(error) != "ParameterNotFound":
            raise
        return f"it is not: run `make bootstrap ENV={name}`"
    version = int(found["Parameter"]["Value"])
    return None if version >= BOOTSTRAP_VERSION else f"version {version} is too old: run `make bootstrap ENV={name}`"


def _connected(aws: "Aws", arn: str) -> str | None:
    if aws.environment.emulator:
        return None
    status = aws.client("codeconnections").get_connection(ConnectionArn=arn)["Connection"]["ConnectionStatus"]
    return None if status == "AVAILABLE" else f"it is {status}: complete its handshake in the console"
