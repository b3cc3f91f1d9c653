"""The benchmark compares like with like: equal resources, times in turns, ratios of the right pairs."""

import json
import sys
from pathlib import Path

import pytest

from scripts.benchmark import chart, floor, results
from scripts.benchmark.processes import Command, RunError, interleave, measure


def assembly(folder: Path, resources: dict[str, object]) -> Path:
    folder.mkdir(parents=True)
    properties = {"templateFile": "a.json", "stackName": "a"}
    artifact = {"type": "aws:cloudformation:stack", "environment": "aws://1/r", "properties": properties}
    (folder / "manifest.json").write_text(json.dumps({"version": "50.0.0", "artifacts": {"A": artifact}}))
    (folder / "a.json").write_text(json.dumps({"Resources": resources}))
    return folder


def test_equal_templates_are_counted_whatever_cdk_adds_to_any(tmp_path: Path) -> None:
    ours = {"T": {"Type": "AWS::SNS::Topic", "Metadata": {"aws:cdk:path": "A/T"}, "DependsOn": ["B", "A"]}}
    theirs = {"T": {"Type": "AWS::SNS::Topic", "DependsOn": ["A", "B"]}}
    assembly(tmp_path / "floor" / "out", theirs)

    assert floor.verify(assembly(tmp_path / "app", ours), tmp_path / "floor") == 1


@pytest.mark.parametrize(
    "theirs",
    [{}, {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "b"}}}],
    ids=["a resource less", "another property"],
)
def test_a_floor_of_other_resources_is_refused(theirs: dict[str, object], tmp_path: Path) -> None:
    ours = assembly(tmp_path / "app", {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "a"}}})
    assembly(tmp_path / "floor" / "out", theirs)

    with pytest.raises(floor.NotEqualError, match="templates of a"):
        floor.verify(ours, tmp_path / "floor")


def test_commands_take_turns_and_the_first_turn_does_not_count(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = f"open({str(log)!r}, 'a').write(__import__('sys').argv[1])"
    commands = [Command(name, [sys.executable, "-c", program, name]) for name in "ab"]
    said: list[str] = []

    found = interleave(commands, rounds=2, say=said.append)

    assert log.read_text() == "ababab"
    assert said == ["a (warming up)", "b (warming up)", "a (1/2)", "b (1/2)", "a (2/2)", "b (2/2)"]
    assert found.keys() == {"a", "b"}
    assert all(figures["wall_s"] > 0 and figures["memory_mib"] > 1 for figures in found.values())


def test_time_and_memory_are_those_of_the_command() -> None:
    run = measure(Command("busy", [sys.executable, "-c", "import time; time.sleep(0.3); b = bytearray(64 << 20)"]))

    assert run.wall_s >= 0.3
    assert run.cpu_s < run.wall_s
    assert run.memory_mib > 64


def test_a_command_that_fails_is_not_a_fast_one() -> None:
    with pytest.raises(RunError, match="exit code 3: sorry"):
        measure(Command("broken", [sys.executable, "-c", "print('sorry'); raise SystemExit(3)"]))


def parts(**times: float) -> results.Parts:
    names = {"ours": results.CHECKED, "floor": results.FLOOR_CHECKED, "bare": results.UNCHECKED}
    names |= {"bare_floor": results.FLOOR, "stock": results.NO_LEVERS}
    figures = {names[name]: {"wall_s": time, "cpu_s": time, "memory_mib": 1.0} for name, time in times.items()}
    return {"synth prod": figures}


def test_ratios_divide_ours_by_the_floor_of_the_same_kind() -> None:
    found = {
        ratio.target: ratio.of(parts(ours=3, floor=2, bare=4, bare_floor=1, stock=12))
        for ratio in results.ratios(["prod"])
        if ratio.part == "synth prod"
    }

    assert found == {1.4: 1.5, 1.6: 4.0, 0.4: 0.25}


def test_a_further_environment_is_what_it_adds() -> None:
    figures = {name: {"wall_s": time} for name, time in (("1 in one process", 2.0), ("2 in one process", 2.5))}
    further = next(ratio for ratio in results.ratios([]) if ratio.part == "environments")

    assert further.of({"environments": figures}) == 0.25


def test_what_was_not_measured_has_no_ratio() -> None:
    assert all(ratio.of({}) is None for ratio in results.ratios(["prod"]))


def test_times_are_compared_with_the_committed_ones() -> None:
    before = {"parts": parts(ours=2, floor=2)}

    assert results.against(parts(ours=3, bare=1), before) == {("synth prod", results.CHECKED): 1.5}


def test_the_chart_shows_every_way_to_synthesise_with_its_time() -> None:
    drawn = chart.draw(parts(ours=3, floor=2, bare=2.5, bare_floor=1, stock=12), "prod")

    for time in ("3.00 s", "2.00 s", "2.50 s", "1.00 s", "12.00 s"):
        assert time in drawn


def seconds(**times: float) -> dict[str, dict[str, float]]:
    return {name.replace("_", " "): {"wall_s": time, "cpu_s": time, "memory_mib": 1.0} for name, time in times.items()}


def test_growth_is_compared_without_what_the_first_service_takes() -> None:
    ours = seconds(**{"1_service": 3.0, "10_services": 3.9, "100_services": 12.9})
    floor = seconds(**{"floor,_1_service": 1.0, "floor,_10_services": 1.45, "floor,_100_services": 5.95})
    found = {"growth": ours | floor}
    (slope,) = [ratio for ratio in results.ratios([]) if ratio.part == "growth"]
    assert slope.of(found) == pytest.approx(2.0)
    assert list(results._growth(found)) == [
        ("1 service to 10 services", "0.100", "0.050"),
        ("10 services to 100 services", "0.100", "0.050"),
    ]


def test_a_lever_is_what_a_synthesis_takes_without_it() -> None:
    found = {"levers": {results.ALL_LEVERS: seconds(x=2.0)["x"], **seconds(snapshot=3.0)}}
    assert list(results._levers(found)) == [("snapshot", "1.50")]
