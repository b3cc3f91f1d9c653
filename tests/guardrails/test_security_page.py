"""The security checklist says what the code promises, and nothing else."""

from infra.guardrails.registry import PROMISES
from tests.guardrails.security_page import FAMILIES, PAGE, render


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == render(), "renew it: python -m tests.guardrails.security_page"


def test_every_promise_belongs_to_a_family_of_the_page() -> None:
    assert {promise.family for promise in PROMISES.values()} == set(FAMILIES)


def test_every_promise_is_a_sentence() -> None:
    bad = [p.id for p in PROMISES.values() if not p.sentence.endswith(".") or not p.sentence[0].isupper()]
    assert bad == []
