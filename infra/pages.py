"""Pages of docs/ with a generated part between two marks: people write around it."""

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


class PageError(Exception):
    """The page has no place for the generated part."""


def with_generated(text: str, generated: str, *, name: str = "the page") -> str:
    """Return `text` with its generated part replaced."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise PageError(f"{name} needs the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{generated.strip()}\n\n{END}{after}"
