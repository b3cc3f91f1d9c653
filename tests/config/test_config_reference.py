"""The configuration describes itself: fields, units, lists of AWS's names, schema and reference page."""

import json
import re
from collections.abc import Callable
from typing import Any

import fastjsonschema
import pytest
from botocore.session import Session
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from typer.testing import CliRunner

import config
from config.reference import flat
from config.schema import schema
from config.sections.base import Section
from config.sections.countries import COUNTRIES
from config.sections.regions import ZONES
from config.tree import descriptions, rules, sections
from config.wording import unit
from scripts.__main__ import app
from scripts.config import render_page, render_schema
from scripts.docs import DOCS

COUNTS = {
    *("burst_limit", "gateway_asn", "port", "reserved_concurrency"),
    *("aurora_acus_above_minimum", "canary_runs", "config_rule_evaluations", "deploys", "load_balancer_capacity_units"),
    *("monthly_active_users", "service_tasks_above_minimum"),
    *("database_connections", "max_acu", "min_acu", "readers", "replicas", "ecpus_per_second"),
    *("gid", "uid", "kept_images"),
    "attempts_a_day",
    *("attempts_a_day", "minimum_requests"),
    "threshold",  # of an alarm, in the unit of its metric
    *("attempts", "max_vcpus"),
    *("batch_messages", "max_concurrency", "max_receives", "max_workers", "queue_waiting"),
    *("cpu_units", "max_tasks", "messages_per_task", "min_tasks", "priority", "requests_per_task"),
}
"""Numbers whose name says what is counted."""

PAGE = DOCS / "configuration.md"

every_section = pytest.mark.parametrize(
    "section", {section.__name__: section for section in sections().values()}.values(), ids=lambda kind: kind.__name__
)


@every_section
def test_every_field_is_described(section: type[Section]) -> None:
    texts = descriptions(section)
    assert texts.keys() == section.model_fields.keys()
    assert all(text.endswith(".") for text in texts.values())


@every_section
def test_every_rule_between_fields_is_said(section: type[Section]) -> None:
    assert len(rules(section)) == len(section.__pydantic_decorators__.model_validators)


def test_every_number_has_its_unit_in_its_name() -> None:
    definitions = {"": schema(), **schema()["$defs"]}
    numbers = [
        field
        for definition in definitions.values()
        for field, rule in definition["properties"].items()
        if {"integer", "number"} & {rule.get("type"), *(choice.get("type") for choice in rule.get("anyOf", ()))}
    ]
    assert [field for field in numbers if not unit(field) and field not in COUNTS] == []


def test_the_page_shows_every_field_and_every_difference() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for section in sections().values():
        assert all(f"| `{field}` |" in page for field in section.model_fields)
    dev, prod = flat(config.load("dev")), flat(config.load("prod"))
    for path in dev.keys() & prod.keys():
        assert (f"| `{path}` |" in page.split("## Environment\n")[0]) or dev[path] == prod[path]


def test_links_of_the_page_lead_to_its_headings() -> None:
    page = PAGE.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#(.+?)\)", page)) <= anchors


@pytest.mark.parametrize("environment", config.names())
def test_the_schema_accepts_the_environments(environment: str, accept: Callable[[Any], Any]) -> None:
    accept(config.load(environment).model_dump(mode="json"))


@pytest.mark.parametrize(("field", "value"), [("tags", {"aws:x": "y"}), ("tags", {"a": "é"}), ("regoin", "us-east-1")])
def test_the_schema_refuses_what_the_model_refuses(field: str, value: Any, accept: Callable[[Any], Any]) -> None:
    with pytest.raises(fastjsonschema.JsonSchemaException):
        accept({**config.load("dev").model_dump(mode="json"), field: value})


def test_regions_and_zones_are_those_of_aws() -> None:
    assert sorted(ZONES) == sorted(Session().get_available_regions("ec2"))
    for region, letters in ZONES.items():
        known = {zone.name.removeprefix(region) for zone in RegionsAndZonesBackend.zones[region]}
        assert known <= set(letters), region


def test_countries_are_those_of_the_firewall() -> None:
    assert sorted(COUNTRIES) == sorted(Session().get_service_model("wafv2").shape_for("CountryCode").enum)


def test_show_prints_an_environment_with_its_defaults() -> None:
    shown = CliRunner().invoke(app, ["config", "show", "dev"])
    assert shown.exit_code == 0
    assert re.search(r"^network\.cidr +10\.10\.0\.0/16$", shown.stdout, re.MULTILINE)
    assert re.search(r"^data\.tables\[Todos\]\.partition_key\.name +pk$", shown.stdout, re.MULTILINE)
    assert re.search(r"^recovery_region +us-west-2$", shown.stdout, re.MULTILINE)


def test_show_writes_the_whole_object_as_json() -> None:
    shown = CliRunner().invoke(app, ["config", "show", "prod", "--json"])
    assert json.loads(shown.stdout) == config.load("prod").model_dump(mode="json")


def test_show_answers_an_unknown_environment_with_the_names_and_exit_code_2() -> None:
    shown = CliRunner().invoke(app, ["config", "show", "nowhere"])
    assert shown.exit_code == 2
    assert f"choose one of {', '.join(config.names())}" in " ".join(shown.stderr.split())


def test_schema_and_reference_go_to_stdout() -> None:
    assert CliRunner().invoke(app, ["config", "schema"]).stdout == render_schema()
    assert CliRunner().invoke(app, ["config", "reference"]).stdout == render_page()
