"""What a person reads who selects or writes an environment wrongly: one clear line, with file and line."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import config
from config import ConfigError
from tests.config.conftest import Load
from tests.config.environment_source import IMPORTS, Code, changed, source, tree
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "configuration.md"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "no environment is named 'nowhere'"),
        (None, "no environment is selected with -c environment=NAME"),
    ],
)
def test_an_unknown_environment_is_answered_with_the_names(name: str | None, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(name)
    assert str(refused.value) == f"{said}: choose one of {', '.join(config.names())}"


def test_the_line_of_the_wrong_section_is_named(load: Load) -> None:
    wrong = "\n\nenvironment = Environment(\n    name='extra',\n    network=Network(\n        cidr=7,\n    ),\n)\n"
    with pytest.raises(ConfigError, match=r"^config/extra\.py:10: network\.cidr: must "):
        load(IMPORTS + wrong)


def test_a_wrong_file_is_named_whichever_environment_is_selected(load: Load) -> None:
    with pytest.raises(ConfigError):
        load(source(changed(tree(), "network.cidr", "everywhere")))
    with pytest.raises(ConfigError, match=r"^config/extra\.py:7: network\.cidr: must be a valid IPv4 network"):
        config.load("dev")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("environment = Environment('extra')", ":7: TypeError: "),
        ("environment = Envronment()", ":7: NameError: name 'Envronment' is not defined"),
        ("environment = (", ": SyntaxError: '(' was never closed"),
        ("import no_such_module", ":7: ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(3)", ":7: SystemExit: 3"),
        ("environment = 1 / 0", ":7: ZeroDivisionError: division by zero"),
        ("environment = 'extra'", ": environment: must be an Environment, got 'extra'"),
        ("pass", ": environment: must be an Environment, got None"),
        ("environment = Network(cidr='10.99.0.0/16')", ": environment: must be an Environment, got Network("),
    ],
)
def test_a_file_that_is_no_environment_is_refused_in_a_line(load: Load, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(f"{IMPORTS}\n{text}\n")
    assert str(refused.value).startswith(f"config/extra.py{said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("copy(network=7)", "network: must be a valid dictionary or instance of Network, got 7"),
        ("copy(network=dev.network.model_copy(update={'cidr': 'x'}))", "network.cidr: must be a valid IPv4 network"),
        ("copy(regoin='us-east-1')", "regoin: must be a field of Environment (did you mean region?)"),
        ("copy(recovery_region='us-east-1')", "recovery_region: must differ from region"),
        ("dev; environment.tags['aws:x'] = 'y'", "tags.aws:x.[key]: must be 1-128 letters"),
        ("Environment.model_construct(name='extra')", "network: must be given"),
        (
            "copy(network=type('Own', (Network,), {'__annotations__': {'cidr': str}})(cidr='x'))",
            "network.cidr: must be a",
        ),
    ],
)
def test_what_goes_round_the_checks_is_checked_when_it_is_loaded(load: Load, text: str, said: str) -> None:
    start = "from config.dev import environment\ndev = environment.model_copy(deep=True)\n"
    copy = "copy = lambda **new: dev.model_copy(update={'name': 'extra', **new})\n"
    with pytest.raises(ConfigError) as refused:
        load(f"{IMPORTS}{start}{copy}environment = {text}\n")
    assert re.match(rf"config/extra\.py(:\d+)?: {re.escape(said)}", str(refused.value)), refused.value


@pytest.mark.parametrize("value", ["10 ** 5000", "type('Shy', (), {'__repr__': lambda self: 1 / 0})()"])
def test_a_value_that_cannot_be_shown_is_named_by_its_type(load: Load, value: str) -> None:
    with pytest.raises(ConfigError, match=r": project: must be a valid string, got a value of type (int|Shy)$"):
        load(source(changed(tree(), "project", Code(value))))


def test_a_long_value_is_cut(load: Load) -> None:
    with pytest.raises(ConfigError) as refused:
        load(source(changed(tree(), "project", "x" * 5000)))
    assert len(str(refused.value)) < 400


def test_a_near_field_is_suggested_and_else_all_are_listed(load: Load) -> None:
    with pytest.raises(ConfigError, match=r"emulator\.prot: must be a field of Emulator \(did you mean port\?\)"):
        load(source(changed(tree("local"), "emulator", {"prot": 1})))
    with pytest.raises(ConfigError, match=r"data\.buckets\[0\]\.kms: must be a field of Bucket \(id, noncurrent"):
        load(source(changed(tree(), "data.buckets", ({"id": "One", "kms": 1},)), with_classes=False))


def test_a_section_that_occurs_in_several_places_is_named_by_its_kind(load: Load) -> None:
    table = {"id": "Todos", "partition_key": {"name": Code("b'pk'")}}
    with pytest.raises(ConfigError, match=r"^config/extra\.py:7: Attribute\.name: must be a valid string, got b'pk'$"):
        load(source(changed(tree(), "data.tables", (table,))))


def test_environments_are_frozen() -> None:
    with pytest.raises(Exception, match="frozen"):
        config.load("dev").retain_data = True  # type: ignore[misc]


def test_a_broken_value_stops_the_app_with_a_line_and_exit_code_2(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("__pycache__"))
    broken = tmp_path / "config" / "dev.py"
    broken.write_text(broken.read_text().replace("10.10.0.0/16", "10.10.0.0/33"))
    start = f"import runpy, sys; sys.path.insert(0, {str(tmp_path)!r}); runpy.run_path('app.py', run_name='__main__')"
    environment = {**os.environ, "CDK_CONTEXT_JSON": json.dumps({"environment": "prod"})}
    result = subprocess.run(
        [sys.executable, "-c", start], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2, result.stderr
    line = result.stderr.removeprefix("error: ")
    assert re.fullmatch(
        r"config/dev\.py:\d+: network\.cidr: must be a valid IPv4 network, got '10\.10\.0\.0/33'\n", line
    )
    said = line.partition(" ")[2]  # wherever in the file the network stands
    assert said in (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8"), (
        "the page's example says something else"
    )


def test_configuration_needs_neither_cdk_nor_an_aws_client() -> None:
    code = (
        "import config, sys; config.load('prod'); print([m for m in ('aws_cdk', 'jsii', 'boto3') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert result.stdout == "[]\n"


@pytest.mark.parametrize("name", ["production", "Dev", "../dev", "", None])
def test_a_name_that_is_no_environment_lists_the_names(name: str | None) -> None:
    with pytest.raises(config.ConfigError, match=", ".join(config.names())):
        config.load(name)
