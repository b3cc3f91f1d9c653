"""Services over stacks: where one is, its id alone decides, and a hundred of them fit."""

from hypothesis import given, settings
from hypothesis import strategies as st

from config.sections.containers import STACKS, ContainerService, services_by_stack

IDS = st.from_regex(r"[A-Z][A-Za-z0-9]{1,20}", fullmatch=True)


def service(name: str) -> ContainerService:
    return ContainerService(id=name, image="registry.example/api:1.0.0")


def places(names: list[str]) -> dict[str, int]:
    by_stack = services_by_stack(tuple(map(service, names)))
    return {each.id: number for number, members in by_stack.items() for each in members}


@settings(deadline=None, max_examples=50)
@given(st.lists(IDS, min_size=1, max_size=40, unique=True), st.data())
def test_adding_removing_and_reordering_services_moves_no_other(names: list[str], data: st.DataObject) -> None:
    before = places(names)
    kept = data.draw(st.lists(st.sampled_from(names), unique=True))
    added = data.draw(st.lists(IDS.filter(lambda name: name not in names), unique=True, max_size=10))
    after = places([*kept, *added])
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert set(after.values()) <= set(range(STACKS))
