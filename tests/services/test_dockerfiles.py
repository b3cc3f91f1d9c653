"""Dockerfiles, without Docker: what they copy is there, the base and all pins are exact, nothing runs as root."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTEXTS = {"services/reports/Dockerfile": "services", "scripts/load/Dockerfile": "scripts/load"}
"""The folder that each build sees."""

dockerfiles = pytest.mark.parametrize("name", CONTEXTS)


def steps(name: str) -> list[tuple[str, str]]:
    """Instruction and arguments of each step; lines that go on are joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / name).read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], line.partition(" ")[2]) for line in text.splitlines() if line.strip()]


def test_every_dockerfile_is_tested() -> None:
    found = {path for folder in ("services", "scripts", "infra") for path in (ROOT / folder).rglob("Dockerfile*")}
    assert {str(path.relative_to(ROOT)) for path in found} == set(CONTEXTS)


@dockerfiles
def test_the_base_is_pinned_by_digest_and_all_have_the_same(name: str) -> None:
    bases = [said.partition("=")[2] for step, said in steps(name) if step == "ARG"]
    assert [re.fullmatch(r"\S+:\S+@sha256:[0-9a-f]{64}", base) is not None for base in bases] == [True]
    assert all(said.startswith("${BASE} AS ") for step, said in steps(name) if step == "FROM")
    assert bases == [said.partition("=")[2] for step, said in steps(next(iter(CONTEXTS))) if step == "ARG"]


@dockerfiles
def test_what_is_copied_is_there(name: str) -> None:
    copied = [said.split() for step, said in steps(name) if step == "COPY" and not said.startswith("--from")]
    assert copied
    for *sources, _ in copied:
        for source in sources:
            assert list((ROOT / CONTEXTS[name]).glob(source)), source


@dockerfiles
def test_it_has_stages_and_ends_as_a_numbered_user_that_is_not_root(name: str) -> None:
    said = steps(name)
    assert len([step for step, _ in said if step == "FROM"]) == 2
    (user,) = [words for step, words in said if step == "USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    (command,) = [words for step, words in said if step == "CMD"]
    assert command.startswith('["')


@dockerfiles
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    """What `pip install --require-hashes` refuses, it would refuse in the pipeline only."""
    (file,) = [said.split()[0] for step, said in steps(name) if step == "COPY" and "requirements" in said]
    pins = re.split(r"\n(?=\S)", (ROOT / CONTEXTS[name] / file).read_text().strip())
    wrong = [pin for pin in pins if not pin.startswith("#") and not re.search(r"^\S+==\S+.*--hash=sha256:", pin, re.S)]
    assert wrong == []
