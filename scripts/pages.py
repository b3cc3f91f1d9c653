"""Pages of docs/ with a generated part between two marks: people write around it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


class PageError(Exception):
    """The page has no place for the generated part."""


def renew(page: Path, generated: str) -> None:
    """Put `generated` between the marks of `page`.

    Raises:
        PageError: a mark is missing.
    """
    page.write_text(with_generated(page.read_text(), generated, name=page.name))


def with_generated(text: str, generated: str, *, name: str = "the page") -> str:
    """Return `text` with its generated part replaced."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise PageError(f"{name} needs the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{generated.strip()}\n\n{END}{after}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in lines)
