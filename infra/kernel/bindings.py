"""CDK's Python bindings, class by class: most of what importing them makes is classes that the app never names."""

import __future__

import ast
import contextlib
import hashlib
import marshal
import mmap
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, cast

import jsii
from jsii import _reference_map as references

LIBRARIES = {"aws_cdk", "cdk_nag", "constructs"}
THIS = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
FOLDER = Path(sys.prefix, "bindings", str(sys.implementation.cache_tag))
"""Where compiled bindings are kept, for each release of Python."""
SIZE = 8
"""The bytes at the start of a compiled file that hold the length of its head."""
FLAGS = __future__.annotations.compiler_flag
"""Bindings begin with this import; their classes, compiled alone, need it, too."""
TELL = "_tell"


Tell = Callable[[Any, str, list[Any]], None]


def install(tell: Tell = jsii.invoke) -> None:
    """Let every later import of a library of CDK make its classes when they are first named.

    They are compiled at the first import, as Python does it, but without docstrings and run-time type checks, so
    this is for `python -O`. A method that returns nothing is invoked through `tell`.
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder(tell))
    import_module = references._try_import_type_module

    def import_class(name: str) -> bool:
        """Make the class of an object that Node returned: to jsii, a class exists when its module is imported."""
        found = import_module(name)
        parts = name.split(".")
        for depth in range(len(parts) - 1, 0, -1):
            scope = ".".join(parts[:depth])
            module = references._submodule_fqn_map.get(scope) or references._assembly_to_module.get(scope)
            if module in sys.modules:
                getattr(sys.modules[module], parts[depth], None)
                break
        return found

    cast("Any", references)._try_import_type_module = import_class


class _Finder(MetaPathFinder):
    def __init__(self, tell: Tell) -> None:
        self._loader = _Loader(tell)

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] not in LIBRARIES or name.endswith("._jsii"):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.origin and spec.origin.endswith("__init__.py"):
            spec.loader = self._loader
        return spec


class _Loader(Loader):
    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        compiled = _read(module)
        names = vars(module)["_private"] = _Names({**vars(module), TELL: self._tell}, compiled)
        exec(marshal.loads(compiled.rest), names)  # noqa: S302, S102 - compiled from the installed library
        vars(module)["__all__"] = names.get("__all__", [])


class _Module(ModuleType):
    """What is imported: it takes a name from `_Names` when it is asked for it."""

    def __getattr__(self, name: str) -> Any:
        try:
            value = vars(self)["_private"][name]
        except KeyError:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        return list(self.__all__)


class _Compiled(NamedTuple):
    rest: bytes
    """The code of everything but classes."""
    classes: dict[str, tuple[int, int]]
    """Where in `codes` the code of each class begins and ends."""
    codes: memoryview


class _Names(dict[str, Any]):
    """The global names of a module: looking up a class makes it."""

    def __init__(self, names: Mapping[str, Any], compiled: _Compiled) -> None:
        super().__init__(names)
        self._compiled = compiled

    def __missing__(self, name: str) -> Any:
        start, end = self._compiled.classes.pop(name)  # KeyError: it is a builtin, or unknown
        exec(marshal.loads(self._compiled.codes[start:end]), self)  # noqa: S302, S102 - see above
        return self[name]


def _read(module: ModuleType) -> _Compiled:
    """Return the compiled copy of `module`; it is written when it is missing or older than the library."""
    source = Path(str(module.__file__))
    copy = FOLDER / module.__name__
    stamp = (THIS, source.stat().st_size, source.stat().st_mtime_ns)
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError), copy.open("rb") as file:
        known, compiled = _parse(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
        if known == stamp:
            return compiled
    content = _compile(source, stamp)
    with contextlib.suppress(OSError):  # it costs time only
        FOLDER.mkdir(parents=True, exist_ok=True)
        draft = copy.with_suffix(f"{copy.suffix}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(copy)
    return _parse(memoryview(content))[1]


def _parse(content: memoryview) -> tuple[Any, _Compiled]:
    end = SIZE + int.from_bytes(content[:SIZE])
    stamp, rest, classes = marshal.loads(content[SIZE:end])  # noqa: S302 - written below
    return stamp, _Compiled(rest, classes, content[end:])


def _compile(source: Path, stamp: tuple[str, int, int]) -> bytes:
    """Compile each class of `source` alone, with what is said of it afterwards, and all other statements together."""
    classes: dict[str, list[ast.stmt]] = {}
    rest: list[ast.stmt] = []
    for statement in ast.parse(source.read_bytes()).body:
        match statement:
            case ast.ClassDef(name=name):
                classes[name] = [_quicken(statement)]
            case ast.Assign(targets=[ast.Attribute(value=ast.Call(args=[_, ast.Name(id=name)]))]) if name in classes:
                classes[name].append(statement)
            case ast.For(target=target, iter=ast.List(elts=each), body=body):
                for one in each:
                    alone = ast.For(target, ast.List([one], ast.Load()), body, [])
                    classes[ast.unparse(one)].append(ast.fix_missing_locations(ast.copy_location(alone, statement)))
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="publish"))):
                pass  # it would make every class
            case ast.FunctionDef(name=name) if name.startswith("_typecheckingstub__"):
                pass  # for type checks at run time
            case _:
                rest.append(statement)

    def code(statements: list[ast.stmt]) -> bytes:
        return marshal.dumps(compile(ast.Module(statements, []), str(source), "exec", FLAGS, optimize=2))

    places, codes = {}, b""
    for name, statements in classes.items():
        compiled = code(statements)
        places[name] = (len(codes), len(codes) + len(compiled))
        codes += compiled
    head = marshal.dumps((stamp, code(rest), places))
    return len(head).to_bytes(SIZE) + head + codes


def _quicken(statement: ast.stmt) -> ast.stmt:
    """Take out what each method returns its answer through, `typing.cast`: it is work at run time for nothing.

    What casts to None is the invocation of a method that returns nothing.
    """
    match statement:
        case ast.ClassDef(body=body) | ast.FunctionDef(body=body):
            for inner in body:
                _quicken(inner)
        case ast.Return(value=ast.Call(func=ast.Attribute(attr="cast"), args=[kind, answer])):
            statement.value = answer
            match kind, answer:
                case ast.Constant(value=None), ast.Call(func=ast.Attribute(attr="invoke") as invoke):
                    answer.func = ast.copy_location(ast.Name(TELL, ast.Load()), invoke)
    return statement
