"""Before anything is changed a person says yes: by name in production, and never by an option alone there."""

from collections.abc import Callable

import pytest

import config
from scripts import console

PROD, DEV = config.load("prod"), config.load("dev")
Asked = Callable[..., None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Put somebody, or nobody, at the terminal."""

    def answer(text: str | None) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: text is not None, raising=False)
        monkeypatch.setattr(console.progress, "input", lambda *_, **__: text)

    return answer


@pytest.mark.parametrize("yes", [True, False])
def test_production_wants_its_name_typed_whatever_the_options_say(answer: Asked, yes: bool) -> None:
    answer("prod ")
    console.confirm(PROD, "restore Todos", yes=yes)
    for typed in ("yes", "dev", ""):
        answer(typed)
        with pytest.raises(SystemExit) as ended:
            console.confirm(PROD, "restore Todos", yes=yes)
        assert ended.value.code == console.Exit.ERROR


def test_production_is_not_changed_without_a_person(answer: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    answer(None)
    with pytest.raises(SystemExit) as ended:
        console.confirm(PROD, "restore Todos", yes=True)
    assert ended.value.code == console.Exit.USAGE
    assert "restore Todos in prod (production) needs a person at a terminal" in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "goes_on"), [("y", True), ("Y ", True), ("", False), ("n", False), ("dev", False)])
def test_elsewhere_a_yes_is_enough(answer: Asked, typed: str, goes_on: bool) -> None:
    answer(typed)
    if goes_on:
        console.confirm(DEV, "restore Todos", yes=False)
    else:
        with pytest.raises(SystemExit):
            console.confirm(DEV, "restore Todos", yes=False)


def test_a_script_says_yes_beforehand(answer: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    answer(None)
    console.confirm(DEV, "restore Todos", yes=True)
    with pytest.raises(SystemExit) as ended:
        console.confirm(DEV, "restore Todos", yes=False)
    assert ended.value.code == console.Exit.USAGE
    assert "say --yes where there is no terminal" in capsys.readouterr().err
