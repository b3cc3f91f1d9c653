"""`up`: starts the emulator, deploys the whole app into it with the real CDK CLI, and shows that it works."""

import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import Exit, emit, fail

if TYPE_CHECKING:
    from config import Environment
    from emulator.daemon import Daemon
    from infra.assembly import Assembly
    from scripts.local.cdk import Cdk, Command

ENVIRONMENT = "local"
FOLDER = Path(__file__).parent.parent / ".groundwork" / "emulator"
STACKS_AT_ONCE = "4"


def up(
    *,
    environment: Annotated[
        str, typer.Option("--environment", "-e", help="An environment whose config has an emulator.")
    ] = ENVIRONMENT,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    folder: Annotated[Path, typer.Option(help="Folder of the emulator's lock, log and files.")] = FOLDER,
    assembly: Annotated[Path | None, typer.Option(help="Deploy this synthesised assembly instead of the app.")] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="List each resource that the emulator only records.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON on stdout.")] = False,
) -> None:
    """Start the emulator and deploy the local environment into it, or bring both up to date."""
    import config
    from emulator.daemon import Daemon, EmulatorError
    from infra.assembly import NotAnAssemblyError
    from scripts.local.cdk import CdkError, check_installed
    from scripts.local.report import show

    try:
        check_installed()
        settings = config.load(environment)
        if not settings.emulator:
            fail(f"config/{environment}.py: emulator: must be set, got None", Exit.USAGE)
        port = port or settings.emulator.port
        daemon = Daemon(folder.resolve(), port=port, account=str(settings.account))
        report = _bring_up(settings, daemon, assembly)
    except (config.ConfigError, EmulatorError, CdkError, NotAnAssemblyError) as error:
        fail(str(error))
    show(report, verbose=verbose)
    if as_json:
        emit(report)


def _bring_up(environment: "Environment", daemon: "Daemon", presynthesised: Path | None) -> dict[str, Any]:
    """Take every step; the app is synthesised while the emulator starts."""
    from infra.assembly import load
    from scripts.local.cdk import NODE_MODULES, Cdk, node_folder
    from scripts.local.progress import step
    from scripts.local.report import summary

    started = time.time()
    region, endpoint = str(environment.region), daemon.client.url
    cdk = Cdk(account=daemon.account, region=region, endpoint=endpoint, folder=daemon.folder)
    name = environment.name
    app = presynthesised or daemon.folder / ("assembly" if name == ENVIRONMENT else f"assembly-{name}")
    synthesis = None if presynthesised else _synthesise(cdk, name, app)
    try:
        with step("emulator") as said:
            new = daemon.start(node_folder=node_folder(), node_modules=NODE_MODULES)
            said.append(f"{'started' if new else 'runs'} on port {daemon.port}")
        _bootstrap(daemon, cdk, [region, environment.recovery_region])
        with step("synthesis") as said:
            if synthesis:
                synthesis.finish()
            assembly = load(app)
            ours = [resource for resource in assembly.resources if not resource.stack.stage]
            said.append(f"{len(ours)} resources")
    finally:
        if synthesis:
            synthesis.stop()
    _deploy(daemon, cdk, app, assembly)
    report = summary(daemon.client, assembly, since=started, environment=environment)
    if report["api"] and report["authorization"] != "aws-iam":  # the smoke test signs nothing
        _smoke(environment, daemon.port, report)
    return report


def _synthesise(cdk: "Cdk", environment: str, app: Path) -> "Command":
    return cdk.start("synth", "synth", "--quiet", "--context", f"environment={environment}", "--output", str(app))


def _bootstrap(daemon: "Daemon", cdk: "Cdk", regions: list[str]) -> None:
    """Make CDK's own bucket and roles in each region that lacks them, away from the app: it needs none."""
    from scripts.local.progress import step

    present = {stack["region"] for stack in daemon.client.progress() if stack["name"] == "CDKToolkit"}
    if missing := [region for region in regions if region not in present]:
        with step("bootstrap") as said:
            targets = [f"aws://{daemon.account}/{region}" for region in missing]
            cdk.start("bootstrap", "bootstrap", *targets, cwd=daemon.folder).finish()
            said.append(", ".join(missing))


def _deploy(daemon: "Daemon", cdk: "Cdk", app: Path, assembly: "Assembly") -> None:
    """Deploy every stack; what the emulator refuses is told by resource, not by the CLI's log."""
    from scripts.local.cdk import CdkError
    from scripts.local.progress import follow, step
    from scripts.local.report import refusals, unknown_types

    started = time.time()
    with step("deployment", spinner=False) as said:
        deployment = cdk.start(
            "deploy", "deploy", "--all", "--app", str(app), "--method", "direct",
            "--concurrency", STACKS_AT_ONCE, "--require-approval", "never",
        )  # fmt: skip
        try:
            follow(deployment, daemon.client, assembly, since=started)
            deployment.finish()
        except CdkError as error:
            lines = refusals(daemon.client, assembly, since=started) or unknown_types(assembly, str(error))
            fail("\n".join(["the emulator refused the deployment", *lines]) if lines else str(error))
        finally:
            deployment.stop()
        said.append("every stack is up to date")


def _smoke(environment: "Environment", port: int, report: dict[str, Any]) -> None:
    import httpx

    from scripts.aws import Aws, told_plainly
    from scripts.local.progress import step
    from scripts.smoke import check, show
    from scripts.users import temporary_user

    url = report["api"]
    user = temporary_user(Aws(environment, port=port)) if report["authorization"] == "cognito" else nullcontext()
    with step("smoke test") as said, told_plainly(), user as token:
        try:
            results = list(check(url, token=token))
        except httpx.HTTPError as error:
            fail(f"the API does not answer at {url}: {error}")
        said.append(f"{len(results)} checks")
    if failed := show(results):
        fail(f"{failed} of {len(results)} checks of the API did not hold")
