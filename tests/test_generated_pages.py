"""What is generated in docs/ is what the app of today gives, and what people wrote around it stays."""

from collections.abc import Callable

import pytest

import config
from infra.assembly import Assembly
from infra.pages import BEGIN, END, PageError, with_generated
from scripts.docs import DOCS, pages


def test_every_page_is_current(loaded: Callable[[str], Assembly]) -> None:
    found = dict(pages({name: loaded(name) for name in config.names()}))
    assert set((DOCS / "stacks").glob("*.md")) <= set(found), "run `make docs`"
    for path, text in found.items():
        assert path.is_file(), f"{path.name}: run `make docs`"
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`"


def test_only_the_generated_part_is_replaced() -> None:
    page = f"# By hand\n\n{BEGIN}\nold\n{END}\n\nAlso by hand.\n"
    renewed = with_generated(page, "new\n")
    assert renewed == f"# By hand\n\n{BEGIN}\n\nnew\n\n{END}\n\nAlso by hand.\n"
    assert with_generated(renewed, "new\n") == renewed


@pytest.mark.parametrize("page", ["", BEGIN, END])
def test_a_page_without_a_place_for_the_generated_part_is_refused(page: str) -> None:
    with pytest.raises(PageError, match="needs the lines"):
        with_generated(page, "new")
