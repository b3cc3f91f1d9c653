"""Bindings made class by class are those of CDK: the app sees no difference but the time."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from infra.kernel import bindings
from tests.conftest import ROOT

SOURCE = '''
"""Says what it is."""
from __future__ import annotations
import typing
import jsii
import publication

class Base:
    """Is said, too."""
    def answer(self) -> Unknown:
        return typing.cast("Unknown", 42)
    def wait(self) -> None:
        return typing.cast(None, jsii.invoke(self, "wait", [7]))

class Derived(Base):
    made.append("Derived")

typing.cast(typing.Any, Derived).__jsii_proxy_class__ = lambda: Base

__all__ = ["Base", "Derived"]
publication.publish()

def _typecheckingstub__0123(value: int) -> None:
    pass

for cls in [Base, Derived]:
    typing.cast(typing.Any, cls).checked = True
'''


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Make `cdk_small` a library of CDK, and return what its methods tell Node."""
    told: list[object] = []
    (tmp_path / "cdk_small").mkdir()
    (tmp_path / "cdk_small" / "__init__.py").write_text(SOURCE.replace("import jsii", "import jsii\nmade = []"))
    monkeypatch.setattr(bindings, "LIBRARIES", {"cdk_small"})
    monkeypatch.setattr(bindings, "FOLDER", tmp_path / "compiled")
    monkeypatch.syspath_prepend(tmp_path)
    finder = bindings._Finder(lambda *request: told.append(request))
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    yield told
    sys.modules.pop("cdk_small", None)


def load() -> ModuleType:
    sys.modules.pop("cdk_small", None)
    return importlib.import_module("cdk_small")


@pytest.mark.usefixtures("told")
def test_a_class_is_made_when_it_is_named() -> None:
    module = load()
    assert dir(module) == ["Base", "Derived"]
    made = module._private["made"]
    assert made == []
    assert module.Derived is module.Derived
    assert made == ["Derived"]
    assert issubclass(module.Derived, module.Base)
    assert module.Derived.checked
    assert module.Derived.__jsii_proxy_class__() is module.Base


@pytest.mark.usefixtures("told")
def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    module = load()
    with pytest.raises(AttributeError, match="module 'cdk_small' has no attribute 'Dervied'"):
        module.Dervied  # noqa: B018
    with pytest.raises(ImportError, match="Dervied"):
        from cdk_small import Dervied  # type: ignore[import-not-found]  # noqa: F401


def test_a_method_answers_or_tells(told: list[object]) -> None:
    one = load().Base()
    assert one.answer() == 42
    assert one.wait() is None
    assert told == [(one, "wait", [7])]


@pytest.mark.usefixtures("told")
def test_a_changed_library_is_compiled_anew(tmp_path: Path) -> None:
    assert load().Base().answer() == 42
    file = tmp_path / "cdk_small" / "__init__.py"
    file.write_text(file.read_text().replace("42", "43"))
    os.utime(file, ns=(1, 1))
    assert load().Base().answer() == 43


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("content", [b"", b"\0" * 20, b"no marshal"])
def test_a_broken_copy_is_compiled_anew(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "compiled").mkdir()
    (tmp_path / "compiled" / "cdk_small").write_bytes(content)
    assert load().Base().answer() == 42


@pytest.mark.usefixtures("told")
def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "compiled").write_text("a file where the folder should be")
    assert load().Base().answer() == 42


@pytest.mark.usefixtures("told")
def test_the_copy_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    monkeypatch.delattr(bindings, "_compile")
    assert load().Base().answer() == 42


def test_the_app_makes_few_of_the_classes_it_imports() -> None:
    script = """
from infra import fast_process
fast_process.prepare()
import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from jsii import _reference_map as references
assert "aws-cdk-lib.aws_sqs.Queue" not in references._types
stack = cdk.Stack(cdk.App(), "Stack")
queue = sqs.Queue(stack, "Queue", encryption=sqs.QueueEncryption.KMS)
assert "aws-cdk-lib.aws_kms.Key" not in references._types
print(type(queue.encryption_master_key).__name__, len(references._types))
"""
    result = subprocess.run(
        [sys.executable, "-O", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    name, count = result.stdout.split()
    assert name == "Key"
    assert int(count) < 100
