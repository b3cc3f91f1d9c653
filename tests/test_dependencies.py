"""docs/adr/0002 gives the reason for every dependency, and for nothing else."""

import re

from tests.conftest import ROOT


def test_every_dependency_has_its_reason() -> None:
    required = re.findall(r"^[a-z][a-z0-9-]*", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    record = (ROOT / "docs/adr/0002-dependencies.md").read_text(encoding="utf-8")
    names = [cell for row in re.findall(r"^\| (.+?) \|", record, re.MULTILINE) for cell in row.split(", ")]
    assert sorted(names[1:]) == sorted(required)
