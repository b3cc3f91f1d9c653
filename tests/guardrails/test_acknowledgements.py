"""An exception is written at its cause, is shown with its reason, and ends."""

from typing import Any

import pytest

from infra.guardrails.report import Report
from tests.guardrails.samples import check, found, resource, stack

REASON = "Rotated by hand each quarter, as the partner's contract asks."


def accepting(*entries: Any, on_stack: bool = False) -> Report:
    """Check a key that does not rotate, with acknowledgements on it or on its stack."""
    metadata = {"groundwork": {"acknowledge": list(entries)}}
    key = resource("AWS::KMS::Key", EnableKeyRotation=False)
    if on_stack:
        return check(stack(Resources={"Key": key}, Metadata=metadata))
    return check(stack(Resources={"Key": {**key, "Metadata": metadata}}))


def entry(**fields: Any) -> dict[str, Any]:
    """A good acknowledgement, changed."""
    return {"id": "encryption.keys-rotate", "reason": REASON, **fields}


def test_an_accepted_finding_is_shown_with_its_reason_and_breaks_nothing() -> None:
    report = accepting(entry(expires="2999-12-31"))
    assert report.violations == []
    (accepted,) = report.acknowledged
    assert (accepted.promise, accepted.reason, accepted.expires) == ("encryption.keys-rotate", REASON, "2999-12-31")


def test_an_exception_counts_only_for_the_resource_that_carries_it() -> None:
    assert found(accepting(entry(), on_stack=True)) == {"encryption.keys-rotate", "exceptions.still-needed"}


def test_an_exception_about_one_value_does_not_accept_another() -> None:
    assert accepting(entry(about="is false")).violations == []
    assert found(accepting(entry(about="is missing"))) == {"encryption.keys-rotate", "exceptions.still-needed"}


@pytest.mark.parametrize("reason", ["", "ok", "not needed", "Known.", "a b c d e", "   "])
def test_a_reason_shorter_than_a_sentence_accepts_nothing(reason: str) -> None:
    assert found(accepting(entry(reason=reason))) == {"encryption.keys-rotate", "exceptions.well-written"}


@pytest.mark.parametrize("expires", ["2020-01-31", "tomorrow", "31.12.2999", 5])
def test_an_exception_that_expired_or_never_will_accepts_nothing(expires: Any) -> None:
    assert found(accepting(entry(expires=expires))) == {"encryption.keys-rotate", "exceptions.well-written"}


@pytest.mark.parametrize("bad", ["a string", None, {}, {"reason": REASON}, entry(until="2030-01-01")], ids=str)
def test_an_exception_that_is_not_well_formed_accepts_nothing(bad: Any) -> None:
    assert found(accepting(bad)) == {"encryption.keys-rotate", "exceptions.well-written"}


def test_an_exception_from_the_rules_about_exceptions_accepts_nothing() -> None:
    report = accepting(entry(reason="short"), entry(id="exceptions.well-written"))
    assert {"encryption.keys-rotate", "exceptions.well-written"} <= found(report)
