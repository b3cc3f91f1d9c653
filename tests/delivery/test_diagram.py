"""The picture shows what the templates have, which way data goes, and is the one in the docs."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

import config
from infra.assembly import Assembly
from infra.diagram.model import Picture, picture_of
from infra.diagram.svg import COLOURS, Drawing


@pytest.fixture
def picture(loaded: Callable[[str], Assembly]) -> Picture:
    return picture_of(loaded("prod"))


def ways(picture: Picture) -> set[tuple[str, str, str]]:
    names = {node.id: f"{node.stack}/{node.name}" for node in picture.nodes}
    return {(names[edge.source], edge.says, names[edge.target]) for edge in picture.edges}


def test_a_request_is_followed_from_people_to_the_table(picture: Picture) -> None:
    assert {
        ("Security/Web ACL", "filters", "Compute/Todo API"),
        ("Compute/Todo API", "calls", "Compute/Todo Function"),
        ("Compute/Todo API", "asks", "Data/Users"),
        ("Compute/Todo Function", "writes", "Data/Todos"),
        ("Edge/Web ACL", "filters", "Edge/Distribution"),
        ("Backup/Restore Tests", "calls", "Data/Main Bootstrap"),
        ("Monitoring/Decider", "tell", "Monitoring/4 topics"),
    } <= ways(picture)
    assert picture.title == "Groundwork prod, in us-east-1"
    assert any(source == "Outside/People" and says == "requests" for source, says, _ in ways(picture))


def test_data_is_followed_into_the_vault_and_out_of_the_region(picture: Picture) -> None:
    assert {
        ("Data/Todos", "backed up", "Backup/Schedule"),
        ("Backup/Schedule", "fills", "Backup/Vault"),
        ("Backup/Vault", "copies", "Recovery/Vault"),
    } <= ways(picture)
    assert picture.elsewhere["Recovery"] == config.load("prod").recovery_region


def test_a_request_is_followed_through_the_load_balancer_to_services_of_other_stacks(
    loaded: Callable[[str], Assembly],
) -> None:
    found = ways(picture_of(loaded("everything")))
    assert ("Edge/Distribution", "requests", "Containers/Balancer") in found
    led = {target.rpartition("/")[2] for source, says, target in found if source == "Containers/Balancer"}
    assert led == {"Rolling", "Blue Green", "Linear", "Canary"}


@pytest.mark.parametrize("environment", config.names())
def test_every_environment_can_be_drawn_with_every_line_between_what_is_there(
    environment: str, loaded: Callable[[str], Assembly]
) -> None:
    picture = picture_of(loaded(environment))
    known = {node.id for node in picture.nodes}
    assert {end for edge in picture.edges for end in (edge.source, edge.target)} <= known
    assert {edge.says for edge in picture.edges} <= {says for _, said in COLOURS.values() for says in said}
    root = ElementTree.fromstring(Drawing(picture).svg())  # noqa: S314 (our own)
    drawn = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {node.name for node in picture.nodes} <= set(drawn)


def test_no_tile_lies_upon_another(picture: Picture) -> None:
    places = list(Drawing(picture)._tiles.values())
    assert len(set(places)) == len(places) == len(picture.nodes)
