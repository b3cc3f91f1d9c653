"""The one honest placeholder: a resource that is recorded, answers `Ref` and `GetAtt`, and does nothing."""

from typing import Any

from emulator import ministack_internals as ministack
from emulator import schemas
from emulator.handler import Declared, Handler, Provisioned

_EMPTY: dict[str, Any] = {"integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}


class Placeholder(Handler):
    """Stands for a type that the emulator has no API for; its values come from the type's registry schema.

    `Ref` is the schema's primary identifier, attributes are its read-only properties. What the template
    gives is kept; what AWS would make up is made up from the resource's generated name.
    """

    def create(self, declared: Declared) -> Provisioned:
        """Record the resource."""
        return _values(declared)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        """Record the change: the identity stays."""
        return physical_id, _values(declared)[1]


def _values(declared: Declared) -> Provisioned:
    schema = schemas.schema(declared.type)
    identifiers = [_value(declared, pointer) for pointer in schema.get("primaryIdentifier", [])]
    attributes = {
        ".".join(_path(pointer)): _value(declared, pointer)
        for pointer in schema.get("readOnlyProperties", [])
        if "*" not in pointer
    }
    return "|".join(map(str, identifiers)) or _generated(declared), attributes


def _value(declared: Declared, pointer: str) -> Any:
    """Return what the template gives at a pointer, else something of the right type that says what it is."""
    given: Any = declared.properties
    for key in _path(pointer):
        given = given.get(key) if isinstance(given, dict) else None
    if given is not None:
        return given
    kind = schemas.declared_type(declared.type, pointer)
    if kind in _EMPTY:
        return _EMPTY[kind]
    key = _path(pointer)[-1]
    if key.lower().endswith("arn"):
        return _arn(declared)
    return ministack.account() if key.endswith(("Account", "AccountId", "OwnerId")) else _generated(declared)


def _arn(declared: Declared) -> str:
    _, service, kind = declared.type.split("::")
    place = f"{ministack.region()}:{ministack.account()}"
    return f"arn:aws:{service.lower()}:{place}:{kind.lower()}/{_name(declared)}"


def _name(declared: Declared) -> str:
    """Return the name that the template gives, whichever property the type keeps it in."""
    kind = declared.type.split("::")[2]
    named = (declared.properties.get(field) for field in ("Name", f"{kind}Name"))
    return next((name for name in named if isinstance(name, str)), _generated(declared))


def _generated(declared: Declared) -> str:
    return ministack.generated_name(declared.stack, declared.logical_id, longest=64)


def _path(pointer: str) -> list[str]:
    return pointer.removeprefix("/properties/").split("/")
