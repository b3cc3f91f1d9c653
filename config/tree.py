"""The tree of sections: which there are, where each sits below an environment, and what its docstrings say."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any, get_args

from config.model import Environment
from config.sections.base import Section


@cache
def sections() -> dict[str, type[Section]]:
    """Every kind of section by its path, an environment's own being empty; `[]` stands for each of a list."""
    return dict(_below(Environment, ""))


def _below(section: type[Section], path: str) -> Iterator[tuple[str, type[Section]]]:
    yield path, section
    for name, field in section.model_fields.items():
        for inner, is_listed in _sections_in(field.annotation):
            yield from _below(inner, f"{path}.{name}".lstrip(".") + ("[]" if is_listed else ""))


def _sections_in(annotation: Any) -> Iterator[tuple[type[Section], bool]]:
    """The sections that a field's type mentions, and whether as items of a list."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation, False
    for argument in get_args(annotation):
        is_listed = getattr(annotation, "__origin__", None) is tuple
        yield from ((section, is_listed or deeper) for section, deeper in _sections_in(argument))


def descriptions(section: type[Section]) -> dict[str, str]:
    """The text below each field. Read from the source on demand: pydantic would do it at every import."""
    return {
        field.target.id: inspect.cleandoc(str(text.value.value)).replace("\n", " ")
        for field, text in pairwise(_body(section))
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }


def rules(section: type[Section]) -> list[str]:
    """The rules between fields of `section`, in words: the docstrings of its validators."""
    methods = [item for item in _body(section) if isinstance(item, ast.FunctionDef) and item.name[0] == "_"]
    return [text for method in methods if (text := ast.get_docstring(method))]


@cache
def _body(section: type[Section]) -> list[ast.stmt]:
    (definition,) = ast.parse(inspect.getsource(section)).body
    return definition.body if isinstance(definition, ast.ClassDef) else []
