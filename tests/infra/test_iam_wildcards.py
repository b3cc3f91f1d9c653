"""Policies name what they are about: what has to be about everything stays rare."""

from collections.abc import Callable
from pathlib import Path

import pytest

import config
from infra.assembly import Assembly, load
from infra.assembly.model import describe
from infra.guardrails.statements import Statement, find_statements

MOST_PER_100_RESOURCES = 2


def is_wide(statement: Statement) -> bool:
    """Whether it allows on everything without a condition, or all that a service can do."""
    everything = not statement.conditions and any(describe(resource) == "*" for resource in statement.resources)
    return everything or any(action == "*" or action.endswith(":*") for action in statement.actions)


@pytest.mark.parametrize("environment", config.names())
def test_wide_statements_are_rare(environment: str, assembly: Callable[[str], Path]) -> None:
    # The policies in the pipeline's stack are written by CDK Pipelines.
    sources = [s for s in load(assembly(environment)).sources if not s.stage and s.construct_path != "Pipeline"]
    app = Assembly(sources)
    wide = [s for s in find_statements(app) if s.kind == "identity" and s.allows and is_wide(s)]
    most = MOST_PER_100_RESOURCES * len(app.resources) / 100
    assert len(wide) <= most, [(s.resource.construct_path, s.actions) for s in wide]
