"""The parts of the benchmark: each returns medians by name, or why it cannot be measured here."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from infra.kernel import node
from scripts.benchmark import floor, results
from scripts.benchmark.processes import ROOT, Command, RunError, interleave, measure

Say = Callable[[str], None]
Medians = dict[str, dict[str, float]]
Part = Callable[..., Medians]

APP = (ROOT / "app.py").read_text()
WITHOUT_CHECKS = APP.replace("add_checks(app)\n", "")
WITH_SERVICES = WITHOUT_CHECKS.replace(
    'config.load(app.node.try_get_context("environment"))', "many(int(sys.argv[1]))"
).replace("import config ", "import config\nfrom scripts.benchmark.growth import many ")
SERVICES = (1, 10, 50, 100)
WITHOUT_LEVERS = APP.replace("fast_process.prepare()\n", "").replace("fast_process.leave()\n", "")
NO_VALIDATION = {"CDK_VALIDATION": "false"}
ONE_PROCESS = """
import os, sys
from infra import fast_process
fast_process.prepare()
import config
from infra.checks import add_checks, new_app, synthesise
from infra.platform import build_app
for number in range(int(sys.argv[2])):
    os.environ["CDK_OUTDIR"] = f"{sys.argv[1]}/{number}"
    app = new_app()
    build_app(app, config.load("prod"))
    add_checks(app)
    synthesise(app)
fast_process.leave()
"""


class SkippedError(Exception):
    """This part cannot be measured here; the message says why."""


def available(names: list[str]) -> dict[str, "Part"]:
    """Return the parts by name: what takes long comes last."""
    return {
        **{f"synth {name}": partial(synthesis, name) for name in names},
        "environments": environments,
        "levers": levers,
        "growth": growth,
        "verbs": verbs,
        "cold import": cold_import,
        "first synth": first_synthesis,
        "up": up,
        "tests": tests,
    }


def context() -> dict[str, Any]:
    """Return the feature flags of the app."""
    flags: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    return flags


def synthesis(environment: str, *, rounds: int, say: Say) -> Medians:
    """Measure a cold synthesis with and without checks against the floor, and against the app without its levers."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        out, floor_folder = folder / "app", folder / "floor"
        settings = {
            "CDK_CONTEXT_JSON": json.dumps({**context(), "environment": environment}),
            "CDK_OUTDIR": str(out),
        }

        def ours(name: str, arguments: list[str]) -> Command:
            return Command(
                name, [sys.executable, *arguments], settings, prepare=lambda: shutil.rmtree(out, ignore_errors=True)
            )

        checked = ours("checked", ["-O", "app.py"])
        measure(checked)
        plan = _floor_plan(out, floor_folder)
        js = _javascript(plan)
        commands = [
            checked,
            Command("floor, checked", [*js, "checked"], NO_VALIDATION),
            ours("unchecked", ["-O", "-c", WITHOUT_CHECKS]),
            Command("floor", js, NO_VALIDATION),
            ours("checked, without levers", ["-c", WITHOUT_LEVERS]),
        ]
        measure(checked)
        _calibrate(commands[1], plan)
        resources = floor.verify(out, floor_folder)
        found = interleave(commands, rounds=rounds, say=lambda text: say(f"{environment}: {text}"))
        return {name: {**medians, "resources": resources} for name, medians in found.items()}


def _floor_plan(assembly: Path, folder: Path) -> Path:
    libraries = node.libraries(node.snapshot())
    if not libraries.exists():
        raise SkippedError("the libraries of JavaScript are not linked: run make setup")
    return floor.plan(assembly, folder, libraries=libraries, context=context())


def _javascript(plan: Path) -> list[str]:
    return [str(node.NODE), "--preserve-symlinks", str(Path(floor.__file__).with_name("floor.js")), str(plan)]


def _calibrate(command: Command, plan: Path) -> None:
    """Run the floor until it is clean: once to see what it finds, and once more to be sure."""
    try:
        measure(command)
    except RunError:
        floor.accept_the_rest(plan)
        measure(command)


def environments(*, rounds: int, say: Say) -> Medians:
    """Measure what a further environment takes in one process: prod, up to four times, since no other is as large."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"CDK_CONTEXT_JSON": json.dumps(context())}
        commands = [
            Command(f"{count} in one process", [sys.executable, "-O", "-c", ONE_PROCESS, folder, str(count)], settings)
            for count in (1, 2, 4)
        ]
        return interleave(commands, rounds=min(rounds, 3), say=say)


def levers(*, rounds: int, say: Say) -> Medians:
    """Measure prod, and what each of the levers saves: the same without that one."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary, "app")
        settings = {"CDK_CONTEXT_JSON": json.dumps({**context(), "environment": "prod"}), "CDK_OUTDIR": str(out)}
        collecting = APP.replace("fast_process.prepare()\n", "fast_process.prepare()\nimport gc\ngc.enable()\n")
        loading = f"from infra.kernel import node\nnode.is_usable = lambda blob: False\n{APP}"
        waiting = f"from infra.kernel import pipelining\npipelining.MOST_UNREAD = 1\n{APP}"
        importing = f"from infra.kernel import bindings\nbindings.install = lambda **_: None\n{APP}"
        optimised = ["-O", "app.py"]
        without: dict[str, tuple[list[str], dict[str, str]]] = {
            results.ALL_LEVERS: (optimised, {}),
            "Node's start from a snapshot": (["-O", "-c", loading], {}),
            "bindings made class by class": (["-O", "-c", importing], {}),
            "requests pipelined": (["-O", "-c", waiting], {}),
            "`-O`": (["app.py"], {}),
            "garbage collection switched off": (["-O", "-c", collecting], {}),
            "the hard exit": (["-O", "-c", APP.replace("fast_process.leave()\n", "")], {}),
            "leaving CloudFormation's rules to `make check`": (optimised, {"CDK_VALIDATION": "true"}),
        }
        afresh = partial(shutil.rmtree, out, ignore_errors=True)
        commands = [
            Command(name, [sys.executable, *arguments], settings | more, prepare=afresh)
            for name, (arguments, more) in without.items()
        ]
        return interleave(commands, rounds=rounds, say=say)


def growth(*, rounds: int, say: Say) -> Medians:
    """Measure prod with more and more services, without checks, against the floor of each."""
    with tempfile.TemporaryDirectory() as temporary:
        commands = []
        for count in SERVICES:
            out, floor_folder = Path(temporary, f"app-{count}"), Path(temporary, f"floor-{count}")
            settings = {"CDK_CONTEXT_JSON": json.dumps(context()), "CDK_OUTDIR": str(out)}
            command = [sys.executable, "-O", "-c", WITH_SERVICES, str(count)]
            ours = Command(_services(count), command, settings, prepare=partial(shutil.rmtree, out, ignore_errors=True))
            measure(ours)
            plan = _floor_plan(out, floor_folder)
            of_floor = Command(f"floor, {_services(count)}", _javascript(plan), NO_VALIDATION)
            measure(of_floor)
            floor.verify(out, floor_folder)
            commands += [ours, of_floor]
        return interleave(commands, rounds=min(rounds, 3), say=say)


def _services(count: int) -> str:
    return f"{count} service{'s' if count > 1 else ''}"


def verbs(*, rounds: int, say: Say) -> Medians:
    """Measure the start of the command line, and of its verbs on an assembly."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary, "assembly")
        settings = {
            "CDK_CONTEXT_JSON": json.dumps({**context(), "environment": "prod"}),
            "CDK_OUTDIR": str(out),
        }
        measure(Command("assembly", [sys.executable, "-O", "app.py"], settings))
        arguments = {
            "--help": [],
            "check": [str(out)],
            "cost": ["--assembly", str(out)],
            "report": ["--base", str(out), "--head", str(out)],
        }
        cli = [sys.executable, "-m", "scripts"]
        commands = [Command(verb, [*cli, verb, *given]) for verb, given in arguments.items()]
        return interleave(commands, rounds=rounds, say=say)


def cold_import(*, rounds: int, say: Say) -> Medians:
    """Measure the import of the function's bundle, as Lambda does it at a cold start."""
    bundle = ROOT / "build" / "todo_api.zip"
    if not bundle.exists():
        raise SkippedError("the bundle of the function is missing: run make bundle")
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(bundle, folder)
        settings = {"PYTHONPATH": folder, "AWS_DEFAULT_REGION": "us-east-1", "TABLE_NAME": "todos"}
        settings |= {"POWERTOOLS_SERVICE_NAME": "todo", "POWERTOOLS_METRICS_NAMESPACE": "todo"}
        commands = [
            Command("import of the handler", [sys.executable, "-c", "import todo_api.handler"], settings),
            Command("Python alone", [sys.executable, "-c", ""], settings),
        ]
        return interleave(commands, rounds=rounds, say=say)


def first_synthesis(*, rounds: int, say: Say) -> Medians:
    """Measure a synthesis straight after `make setup` in a fresh clone, and another one."""
    with tempfile.TemporaryDirectory() as temporary:
        clone = Path(temporary, "clone")

        def afresh() -> None:
            shutil.rmtree(clone, ignore_errors=True)
            for arguments in (["git", "clone", "--quiet", str(ROOT), str(clone)], ["make", "-C", str(clone), "setup"]):
                subprocess.run(arguments, check=True, capture_output=True)

        settings = {"CDK_CONTEXT_JSON": json.dumps({**context(), "environment": "prod"}), "CDK_OUTDIR": f"{clone}/out"}
        synth = [str(clone / ".venv" / "bin" / "python"), "-O", "app.py"]
        commands = [
            Command("first", synth, settings, afresh, folder=clone),
            Command("warm", synth, settings, folder=clone),
        ]
        return interleave(commands, rounds=min(rounds, 3), say=say)


def tests(*, rounds: int, say: Say) -> Medians:
    """Measure the test suite, without and with the emulator, twice at most."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    commands = [
        Command("without emulator", [*pytest, "-m", "not emulator"]),
        Command("with emulator", pytest),
    ]
    return interleave(commands, rounds=min(rounds, 2), say=say, warm_up=False)


def up(*, rounds: int, say: Say) -> Medians:
    """Measure `up` from nothing, and again without a change."""
    with tempfile.TemporaryDirectory() as folder:
        where = ["--port", "4799", "--folder", folder]
        cli = [sys.executable, "-m", "scripts"]
        down = Command("down", [*cli, "down", "--folder", folder], accepted_codes=frozenset({0, 1}))

        def stop() -> None:
            measure(down)

        commands = [
            Command("fresh", [*cli, "up", *where], prepare=stop),
            Command("update", [*cli, "up", *where]),
        ]
        try:
            return interleave(commands, rounds=rounds, say=say)
        finally:
            stop()
