"""A plan goes on where it stopped, whatever stopped it."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.recovery.journal import Journal, JournalError, Step, run

ASKED = {"store": "Todos"}


def steps(deeds: list[str], fails_at: int | None = None) -> list[Step]:
    def doer(number: int) -> Callable[[Journal], dict[str, int]]:
        def do(_: Journal) -> dict[str, int]:
            if number == fails_at:
                raise RuntimeError("the machine stopped")
            deeds.append(str(number))
            return {"number": number}

        return do

    return [Step(str(number), f"do {number}", doer(number)) for number in range(5)]


@given(stops=st.lists(st.integers(0, 4), max_size=4))
def test_each_step_is_done_once_however_often_the_plan_stops(
    stops: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file, deeds = tmp_path_factory.mktemp("journal") / "state.json", list[str]()
    for stop in sorted(stops):
        with suppress(RuntimeError):
            run(steps(deeds, fails_at=stop), Journal(file, asked=ASKED))
    run(steps(deeds), Journal(file, asked=ASKED))
    assert deeds == ["0", "1", "2", "3", "4"]


def test_later_steps_read_what_earlier_ones_said_before_a_crash(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with pytest.raises(RuntimeError):
        run(steps([], fails_at=3), Journal(file, asked=ASKED))
    assert Journal(file, asked=ASKED).result("2") == {"number": 2}
    assert Journal(file, asked=ASKED).result("3") == {}


def test_a_state_of_another_run_is_refused_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    run(steps([]), Journal(file, asked=ASKED))
    kept = file.read_text()
    with pytest.raises(JournalError, match="belongs to another run \\(different: store\\)"):
        Journal(file, asked={"store": "Orders"})
    assert file.read_text() == kept


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"asked": {}}', "null"])
def test_a_file_that_is_no_state_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(JournalError, match=r"state\.json is no state file of a restore"):
        Journal(tmp_path / "state.json", asked=ASKED)
