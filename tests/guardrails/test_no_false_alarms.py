"""Where nothing is wrong, the guardrails are silent."""

from collections.abc import Callable

import pytest

import config
from infra.assembly import Assembly
from infra.guardrails.lock import read_locks
from infra.guardrails.policy import STRICT
from infra.guardrails.runbooks import runbook_sections
from infra.guardrails.runner import Facts, run
from tests.guardrails.mutation import Platform


@pytest.mark.parametrize("name", config.names())
def test_an_untouched_environment_breaks_no_promise(name: str, platform: Callable[[str], Platform]) -> None:
    facts = Facts(locks=read_locks(), runbooks=runbook_sections())
    report = run(Assembly(platform(name).sources), facts)
    assert [str(violation) for violation in report.violations] == []


def test_a_hardened_platform_of_another_team_breaks_no_promise_of_production(
    platform: Callable[[str], Platform],
) -> None:
    report = run(Assembly(platform("reference").sources), Facts(otherwise=STRICT))
    assert [str(violation) for violation in report.violations] == []
    assert report.acknowledged == []
