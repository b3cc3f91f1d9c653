"""docs/stacks: a page for each stack, which says what the templates of today hold."""

from collections.abc import Callable

from infra.assembly import Assembly
from infra.stack_pages import introduction, render


def test_a_page_says_what_the_templates_hold(loaded: Callable[[str], Assembly]) -> None:
    page = render("Network", {"dev": loaded("dev")}, {"dev": {"network.cidr": "`10.10.0.0/16`"}})
    assert page.startswith("*In dev.*")
    assert "| `AWS::EC2::VPC` | Vpc | 1 |" in page


def test_a_new_stack_begins_with_what_its_code_says() -> None:
    assert introduction("Recovery").startswith("# Recovery\n\nRecovery: what another region receives")
