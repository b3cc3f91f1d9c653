"""Hundreds of generated configurations: a bad one is always refused as such, a good one always loads."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import ConfigError, Environment
from config.schema import schema
from config.sections.regions import WITHOUT_DATABASE_ROOT, ZONES
from tests.config.conftest import Load
from tests.config.environment_source import EXISTING, Code, Tree, changed, source, tree

SCHEMA = schema()
Field = dict[str, Any]
settings.register_profile(
    "config", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
many = settings(settings.get_profile("config"), max_examples=250)

JUNK = {
    "string": [7, 1.5, True, None, b"text", Code("object()"), (), {}, ["a"], {"a": 1}, Code("str")],
    "integer": [1.5, "7", True, None, b"7", Code("float('nan')"), Code("float('inf')"), (), {}, 7j, Code("10**5000")],
    "number": ["7", True, None, b"7", Code("float('nan')"), Code("float('-inf')"), (), {}, 7j, Code("10**5000")],
    "boolean": [0, 1, "true", None, (), {}, 1.0, Code("object()")],
    "array": [7, "text", None, {}, Code("{'a'}"), ["a"], [], Code("iter('ab')"), (None,), ((),)],
    "object": [7, "text", None, (), [], (("a", "b"),), {"": "x"}, {"a": 1}, {1: "a"}, {"a": None}],
    "section": [7, "text", None, (), {"nonsense": 1}, Code("object()"), Code("Attribute(name='pk')"), Code("Data")],
}
"""Values that no field of the kind takes."""


def resolved(field: Field) -> tuple[Field, bool]:
    """The schema behind references, and whether None is allowed."""
    if "anyOf" in field:
        return resolved(field["anyOf"][0])[0], True
    if "$ref" in field:
        return SCHEMA["$defs"][field["$ref"].rpartition("/")[2]], False
    return field, False


def fields(definition: Field, values: Tree, path: str = "") -> Iterator[tuple[str, Field]]:
    """Every field that `values` has, by path; `[]` fields of lists are left to their list."""
    for name, field in definition["properties"].items():
        yield f"{path}{name}", field
        inner, _ = resolved(field)
        if "properties" in inner and values.get(name) is not None:
            yield from fields(inner, values[name], f"{path}{name}.")


@st.composite
def bad_values(draw: st.DrawFn, field: Field) -> Any:
    """A value that the schema of a field forbids."""
    inner, is_optional = resolved(field)
    kind = "section" if "properties" in inner else inner["type"]
    choices = [st.sampled_from([junk for junk in JUNK[kind] if not (is_optional and junk is None)])]
    if "enum" in inner:
        others = st.integers() if kind == "integer" else st.text()
        choices.append(others.filter(lambda value: value not in inner["enum"]))
    elif "pattern" in inner:
        texts = st.text() | st.sampled_from(["", " ", "\n", "*", "é"])
        choices.append(texts.filter(lambda value: not re.match(inner["pattern"], value)))
    elif kind in {"integer", "number"}:
        low = inner.get("minimum", inner.get("exclusiveMinimum"))
        below = st.integers(max_value=int(low) - 1) if low is not None else st.nothing()
        above = st.integers(min_value=int(inner["maximum"]) + 1) if "maximum" in inner else st.nothing()
        choices.append(below | above)
    elif kind == "array":
        choices.append(bad_values(inner["items"]).map(lambda item: (item,)))
        if inner.get("minItems"):
            choices.append(st.just(()))
    return draw(st.one_of(choices))


@st.composite
def bad_environments(draw: st.DrawFn) -> tuple[str, Tree]:
    """The path of the wrong field, and an environment that is right but for it."""
    values = tree(draw(st.sampled_from(sorted(EXISTING))))
    path, field = draw(st.sampled_from(list(fields(SCHEMA, values))))
    parent, _, name = path.rpartition(".")
    match draw(st.sampled_from(["value", "value", "value", "unknown", "missing"])):
        case "unknown":
            unknown = draw(st.from_regex(r"\A[a-z_]{1,12}\Z").filter(lambda new: new not in siblings(values, parent)))
            return f"{parent}.{unknown}".lstrip("."), changed(values, f"{parent}.{unknown}".lstrip("."), 1)
        case "missing" if parent == "" and name in SCHEMA["required"]:
            return name, {key: value for key, value in values.items() if key != name}
    return path, changed(values, path, draw(bad_values(field)))


def siblings(values: Tree, parent: str) -> set[str]:
    for name in filter(None, parent.split(".")):
        values = values[name]
    return set(values)


@given(generated=bad_environments(), with_classes=st.booleans())
@many
def test_a_bad_configuration_is_refused_and_the_wrong_field_is_named(
    load: Load, generated: tuple[str, Tree], with_classes: bool
) -> None:
    path, values = generated
    with pytest.raises(ConfigError) as refused:
        load(source(values, with_classes=with_classes))
    lines = str(refused.value).splitlines()
    assert all(re.match(r"config/extra\.py(:7)?: \S.*: must ", line) for line in lines), lines
    assert all(", got " in line or line.endswith("must be given") for line in lines), lines
    named = [line.split(": ")[1] for line in lines]
    assert any(name.startswith(path) for name in named), (path, named)


COUPLED = {
    "production",
    "retain_data",
    "network.availability_zones",
    "compute.api.authorization",
    "compute.api.timeout_seconds",
    "monitoring.thresholds.api_latency_p99_ms",
    "backup.daily_retention_days",
    "backup.weekly_retention_days",
    "backup.monthly_retention_days",
    "backup.vault_lock_min_retention_days",
    "data.point_in_time_recovery_days",
}
"""Fields that other fields restrict; those of the log archive and of detection are, too."""

FREE = [
    (path, field)
    for path, field in fields(SCHEMA, tree("prod"))
    if path not in COUPLED and not path.startswith(("security.detection.", "security.log_archive."))
    if "enum" in field or field.get("type") in {"boolean", "integer", "number"}
]


def good_values(field: Field) -> st.SearchStrategy[Any]:
    """Values that the schema of a field allows."""
    if "enum" in field:
        return st.sampled_from(field["enum"])
    if field["type"] == "boolean":
        return st.booleans()
    numbers = st.integers if field["type"] == "integer" else st.floats
    return numbers(field.get("minimum", field.get("exclusiveMinimum", 0) + 1), field["maximum"])


def rising(draw: st.DrawFn, *, from_: int, count: int, gap: int = 1) -> list[int]:
    """Numbers of days of which each is at least `gap` more than the one before."""
    ages = [from_ + draw(st.integers(0, 5000))]
    for _ in range(count - 1):
        ages.append(ages[-1] + gap + draw(st.integers(0, 5000)))
    return ages


@st.composite
def good_environments(draw: st.DrawFn) -> Tree:
    """A production environment anywhere, with any numbers that fit together."""
    values = tree("prod")
    for path, field in draw(st.lists(st.sampled_from(FREE), max_size=8)):
        values = changed(values, path, draw(good_values(field)))
    region = draw(st.sampled_from(sorted(ZONES.keys() - WITHOUT_DATABASE_ROOT)))
    elsewhere = draw(st.sampled_from(sorted(ZONES.keys() - {region})))
    zones = draw(st.permutations(ZONES[region]))[: draw(st.integers(2, 3))]
    daily, weekly, monthly = rising(draw, from_=35, count=3, gap=0)
    ia, glacier, deep, expiry = rising(draw, from_=30, count=4, gap=30)
    return {
        **values,
        "account": "999988887777",  # its own: an account has one of each detector
        "region": region,
        "recovery_region": elsewhere,
        "network": {
            **values["network"],
            "interface_endpoints": tuple({*values["network"]["interface_endpoints"], "secretsmanager"}),
            "availability_zones": tuple(zones),
            "cidr": f"10.99.0.0/{draw(st.integers(16, 24))}",
        },
        "backup": {
            "daily_retention_days": daily,
            "weekly_retention_days": weekly,
            "monthly_retention_days": monthly,
            "vault_lock_min_retention_days": draw(st.none() | st.integers(1, daily)),
        },
        "security": {
            **values["security"],
            "log_archive": {
                "infrequent_access_after_days": ia,
                "glacier_after_days": glacier,
                "deep_archive_after_days": deep,
                "expire_after_days": expiry,
                "object_lock_days": draw(st.none() | st.integers(1, expiry)),
            },
        },
    }


@given(values=good_environments())
@settings(many, max_examples=60)
def test_a_good_configuration_loads_and_fits_its_schema(load: Load, accept: Callable[[Any], Any], values: Tree) -> None:
    environment = load(source(values))
    written = environment.model_dump_json()
    assert Environment.model_validate_json(written) == environment
    accept(json.loads(written))
