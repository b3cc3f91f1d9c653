"""Environment files as text, from nested dicts: what a person could have written, right or wrong."""

from collections.abc import Mapping
from pkgutil import iter_modules
from typing import Any, get_args

import config
from config import Environment, sections
from config.sections.base import Section

MODULES = ("model", *(f"sections.{module.name}" for module in iter_modules(sections.__path__)))
IMPORTS = "; ".join(f"from config.{module} import *" for module in MODULES) + 5 * "\n"

Tree = dict[str, Any]


class Code(str):
    """A piece of Python that stands for itself, where a value has no literal."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def tree(environment: str = "prod") -> Tree:
    """An environment that exists, as nested dicts, under a name and a network that are free."""
    return changed({**EXISTING[environment], "name": "extra"}, "network.cidr", "10.99.0.0/16")


def changed(values: Tree, path: str, value: Any) -> Tree:
    """`values` with another value at `path`, such as `network.cidr`; of a list, give the whole."""
    field, _, rest = path.partition(".")
    return {**values, field: changed(values[field], rest, value) if rest else value}


def source(values: Mapping[str, Any], *, with_classes: bool = True) -> str:
    """An environment file that makes `values`, out of sections or out of nested dicts."""
    made = _made(Environment, values) if with_classes else repr(values)
    return f"{IMPORTS}\nenvironment = " + (made if with_classes else f"Environment(**{made})") + "\n"


def _made(annotation: Any, value: Any) -> str:
    section = next((kind for kind in (annotation, *get_args(annotation)) if _is_section(kind)), None)
    if section is not None and isinstance(value, dict):
        fields = section.model_fields
        made = (
            f"{name!r}: {_made(getattr(fields.get(name), 'annotation', None), inner)}" for name, inner in value.items()
        )
        return f"{section.__name__}(**{{{', '.join(made)}}})"
    if section is not None and isinstance(value, tuple):
        return "(" + "".join(f"{_made(section, item)}, " for item in value) + ")"
    return repr(value)


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tuples(inner) for name, inner in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


EXISTING = {name: _tuples(config.load(name).model_dump(mode="json")) for name in config.names()}
