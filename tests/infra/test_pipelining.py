"""What Python does not wait for is done all the same, in order; what goes wrong says where it was asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.kernel import node
from tests.conftest import ROOT

START = """
import sys
from infra import fast_process
fast_process.prepare()
import aws_cdk as cdk
import jsii
from aws_cdk import aws_sqs as sqs
app = cdk.App(outdir=sys.argv[1])
stack = cdk.Stack(app, "Stack")
"""


@pytest.fixture(autouse=True)
def plain_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in node.STOCK_SETTINGS:
        monkeypatch.delenv(name, raising=False)


def run(app: str, folder: Path) -> subprocess.CompletedProcess[str]:
    script = folder / "app.py"
    script.write_text(START + app)
    command = [sys.executable, "-O", str(script), str(folder / "out")]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_fails_is_told_with_the_line_that_asked_for_it(tmp_path: Path) -> None:
    result = run(
        """
def twice():
    sqs.Queue(stack, "Same")
    sqs.Queue(stack, "Same")  # the culprit
twice()
sqs.Queue(stack, "Other")
print(stack.stack_name)  # the first answer that Python waits for
""",
        tmp_path,
    )
    (line,) = [n for n, text in enumerate((tmp_path / "app.py").read_text().splitlines(), 1) if "culprit" in text]
    assert result.returncode == 1
    assert result.stdout == ""
    assert "There is already a Construct with name 'Same'" in result.stderr
    assert f'app.py", line {line}, in twice' in result.stderr


def test_more_than_a_pipe_holds_is_asked_for_without_waiting(tmp_path: Path) -> None:
    result = run(
        """
for number in range(1500):
    queue = cdk.CfnResource(stack, f"Queue{number}", type="AWS::SQS::Queue")
    if number > 500:
        queue.add_metadata("note", "x" * 500)
print(len(stack.node.children))
""",
        tmp_path,
    )
    assert result.stdout == "1500\n", result.stderr


def test_objects_of_python_are_called_back(tmp_path: Path) -> None:
    result = run(
        """
@jsii.implements(cdk.IPropertyInjector)
class Encrypted:
    @property
    def construct_unique_id(self):
        return sqs.Queue.PROPERTY_INJECTION_ID
    def inject(self, props, *, scope, id):
        print("injects", id, scope.node.id)
        return sqs.QueueProps(queue_name=f"named-{id}")
sqs.Queue(stack, "Before")
cdk.PropertyInjectors.of(stack).add(Encrypted())
sqs.Queue(stack, "One")
sqs.Queue(stack, "Two")
app.synth()
""",
        tmp_path,
    )
    assert result.stdout == "injects One Stack\ninjects Two Stack\n", result.stderr
    template = (tmp_path / "out" / "Stack.template.json").read_text()
    assert template.count('"QueueName"') == 2


def test_the_app_asks_nothing_of_node_while_it_imports() -> None:
    script = """
from infra import fast_process
from infra.kernel import pipelining
fast_process.prepare()
asked = []
pipelining._Node.send = lambda self, request, answer: asked.append(type(request).__name__)
import infra.checks, infra.platform
print(set(asked) - {"LoadRequest"})
import os, sys
sys.stdout.flush()
os._exit(0)
"""
    command = [sys.executable, "-O", "-c", script]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout == "set()\n"
