"""Keys, buckets, topics, queues and functions are made by our constructs alone, so that none is made without care."""

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

MAKERS = {
    "aws_kms": ({"Key", "CfnKey", "CfnReplicaKey"}, {"customer_key.py"}),
    "aws_lambda": (
        {"Function", "CfnFunction", "DockerImageFunction", "SingletonFunction"},
        {"secure_function.py"},
    ),
    "aws_s3": ({"Bucket", "CfnBucket"}, {"secure_bucket.py", "access_log_bucket.py"}),
    "aws_sns": ({"Topic", "CfnTopic"}, {"secure_topic.py"}),
    "aws_sqs": ({"Queue", "CfnQueue"}, {"secure_queue.py"}),
}
"""Modules of the CDK, what makes a resource there, and the only files that may call it."""

SOURCES = sorted(path for package in ("constructs_lib", "infra") for path in (ROOT / package).rglob("*.py"))


def made(source: str) -> Iterator[tuple[str, str]]:
    """Module and class of everything of MAKERS that `source` makes, whatever it calls the module."""
    tree = ast.parse(source)
    modules, classes = {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                modules[name.asname or name.name] = name.name
                classes[name.asname or name.name] = ((node.module or "").rpartition(".")[2], name.name)
        elif isinstance(node, ast.Import):
            modules.update({name.asname: name.name.rpartition(".")[2] for name in node.names if name.asname})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(value=ast.Name(id=module), attr=kind):
                    found = (modules.get(module, ""), kind)
                case ast.Name(id=name):
                    found = classes.get(name, ("", ""))
                case _:
                    continue
            if found[0] in MAKERS and found[1] in MAKERS[found[0]][0]:
                yield found


def test_only_the_construct_for_it_makes_one() -> None:
    found = {(str(path.relative_to(ROOT)), path.name, *what) for path in SOURCES for what in made(path.read_text())}
    assert [(path, kind) for path, name, module, kind in found if name not in MAKERS[module][1]] == []


@pytest.mark.parametrize(
    "source",
    [
        "from aws_cdk import aws_sqs as sqs\nsqs.Queue(stack, 'Queue')",
        "from aws_cdk import aws_sqs\naws_sqs.Queue(stack, 'Queue')",
        "import aws_cdk.aws_sqs as anything\nanything.CfnQueue(stack, 'Queue')",
        "from aws_cdk.aws_sqs import Queue as Other\nOther(stack, 'Queue')",
    ],
)
def test_another_name_for_it_is_seen_through(source: str) -> None:
    assert [module for module, _ in made(source)] == ["aws_sqs"]


def test_the_files_that_may_do_it_do_it() -> None:
    found = {(path.name, module) for path in SOURCES for module, _ in made(path.read_text())}
    assert found == {(name, module) for module, (_, names) in MAKERS.items() for name in names}
