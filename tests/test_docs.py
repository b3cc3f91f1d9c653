"""Pages: every link leads somewhere, and every command that they show can be typed."""

import re
import subprocess
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest

from tests.delivery.commands import problem

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
INLINE = re.compile(r"`((?:make|python -m scripts|\.venv/bin/python -m scripts|aws) [^`]+)`")
NOT_TYPED = re.compile(r"\.\.\.|…|[A-Z]+=[A-Z]+\b|\|")
COMMAND = re.compile(
    r"(?:^|[|;&(]|\b(?:do|then)\b)[ \t]*((?:make|aws|(?:\.venv/bin/)?python -m scripts)\b"
    r"(?:'[^']*'|\"[^\"]*\"|[^|;&)<>#\n])*)",
    re.MULTILINE,
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[str]:
    """Blocks of shell, a continued line as one."""
    found = re.findall(r"^( *)```(?:bash|sh|console)\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL)
    return [dedent(block).replace("\\\n", " ") for _, block in found]


def commands(page: Path) -> list[str]:
    """Our verbs and AWS's, wherever a command begins: in blocks of shell, and in code inside a sentence."""
    prose = re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    inline = [one for one in INLINE.findall(" ".join(prose.split())) if not NOT_TYPED.search(one)]
    return [*(found.strip() for block in blocks(page) for found in COMMAND.findall(block)), *inline]


@cache
def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings]
    return set(plain) | set(re.findall(r'<a (?:id|name)="([^"]+)"', page.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for link in LINK.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=name)
def test_commands_can_be_typed(page: Path) -> None:
    assert [said for command in commands(page) if (said := problem(command))] == []


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=name)
def test_shell_is_shell(page: Path) -> None:
    for block in blocks(page):
        done = subprocess.run(["/bin/bash", "-n", "-c", block], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
