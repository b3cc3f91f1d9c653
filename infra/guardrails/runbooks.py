"""The sections that the runbooks really have, so that an alarm's link leads somewhere."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "runbooks"
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
LINK = re.compile(r"([\w-]+\.md)#([\w-]+)")


def runbook_sections(folder: Path = FOLDER) -> frozenset[str]:
    """Every section as FILE#SECTION, in the form in which GitHub links it."""
    return frozenset(
        f"{file.name}#{_anchor(heading)}"
        for file in folder.rglob("*.md")
        for heading in HEADING.findall(file.read_text())
    )


def _anchor(heading: str) -> str:
    text = re.sub(r"[^\w\- ]", "", heading.lower().replace("`", ""))
    return text.strip().replace(" ", "-")
