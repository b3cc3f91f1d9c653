"""Policies name what they are about: what has to be about everything stays rare."""

from collections.abc import Callable

import pytest

import config
from infra.assembly import Assembly
from infra.assembly.model import describe
from infra.guardrails.knowledge.actions import resourceless_actions
from infra.guardrails.statements import Statement, find_statements

MOST_PER_100_RESOURCES = 2


def is_wide(statement: Statement) -> bool:
    """Whether it allows on everything, without a condition, what could be allowed on less; or all of a service."""
    everything = not statement.conditions and any(describe(resource) == "*" for resource in statement.resources)
    return any(
        action == "*" or action.endswith(":*") or (everything and could_name_a_resource(action))
        for action in statement.actions
    )


def could_name_a_resource(action: str) -> bool:
    """Whether the action has resources: `*` is the only way to allow one that has none (xray:PutTraceSegments)."""
    service, _, name = action.lower().partition(":")
    return name not in resourceless_actions().get(service, ())


@pytest.mark.parametrize("environment", config.names())
def test_wide_statements_are_rare(environment: str, loaded: Callable[[str], Assembly]) -> None:
    # The policies in the pipeline's stack are written by CDK Pipelines.
    sources = [s for s in loaded(environment).sources if not s.stage and s.construct_path != "Pipeline"]
    app = Assembly(sources)
    wide = [s for s in find_statements(app) if s.kind == "identity" and s.allows and is_wide(s)]
    most = MOST_PER_100_RESOURCES * len(app.resources) / 100
    assert len(wide) <= most, [(s.resource.construct_path, s.actions) for s in wide]


@pytest.mark.parametrize("environment", config.names())
def test_every_action_is_written_out(environment: str, loaded: Callable[[str], Assembly]) -> None:
    sources = [s for s in loaded(environment).sources if not s.stage and s.construct_path != "Pipeline"]
    said = [s for s in find_statements(Assembly(sources)) if s.kind == "identity" and s.allows]
    assert said
    assert [(s.resource.construct_path, a) for s in said for a in s.actions if "*" in a] == []
