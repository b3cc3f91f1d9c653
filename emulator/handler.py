"""What a handler of a CloudFormation resource type is, and how ministack is told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from emulator import ministack_internals as ministack
from emulator import schemas

Properties = dict[str, Any]
Provisioned = tuple[str, dict[str, Any]]
"""What `Ref` gives, and what `Fn::GetAtt` gives by attribute name."""
Completion = Callable[[str, Properties], dict[str, Any] | None]


@dataclass(frozen=True)
class Declared:
    """A resource as a template declares it, with every reference resolved."""

    type: str
    logical_id: str
    stack: str
    properties: Properties

    def name(self, field: str, *, longest: int = 64) -> str:
        """Return the name that the template gives in `field`, or the one CloudFormation generates."""
        given = self.properties.get(field)
        return str(given or ministack.generated_name(self.stack, self.logical_id, longest=longest))


class Handler:
    """Creates, updates and deletes the resources of one type.

    A handler without `update` has its resource replaced by every change; one with `update` is asked only
    when the change touches no create-only property of the registry schema.
    """

    def create(self, declared: Declared) -> Provisioned:
        """Make the resource."""
        raise NotImplementedError

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        """Change the resource in place."""
        raise NotImplementedError

    def delete(self, physical_id: str, properties: Properties) -> None:
        """Remove the resource; one that is gone already is no error."""


HANDLERS: dict[str, Handler] = {}
"""By type: those which ministack has an API for, and no CloudFormation handler, or one that does too little."""

INSTEAD: dict[str, str] = {}
"""By type: why our handler runs and ministack's own does not."""

COMPLETIONS: dict[str, Completion] = {}
"""By type: what runs after ministack's own handler, to do what it drops and add attributes that it lacks."""


def handles(resource_type: str, *, instead: str = "", **settings: str) -> Callable[[type[Handler]], type[Handler]]:
    """Register a handler class for a type; `settings` go to its constructor.

    Where ministack has a handler of its own, `instead` says what that one cannot do.
    """

    def register(handler: type[Handler]) -> type[Handler]:
        HANDLERS[resource_type] = handler(**settings)
        if instead:
            INSTEAD[resource_type] = instead
        return handler

    return register


def completes(resource_type: str) -> Callable[[Completion], Completion]:
    """Register what is to be done after ministack's own handler of a type created or updated a resource."""

    def register(completion: Completion) -> Completion:
        COMPLETIONS[resource_type] = completion
        return completion

    return register


def entry(resource_type: str, handler: Handler) -> dict[str, Any]:
    """Return the entry of ministack's table that makes it use `handler`."""

    def create(logical_id: str, properties: Properties, stack: str) -> Provisioned:
        return handler.create(Declared(resource_type, logical_id, stack, properties))

    def update(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None) -> Provisioned:
        logical_id = logical_id or physical_id
        in_place = type(handler).update is not Handler.update
        if in_place and not schemas.replaced_by(resource_type, old, new):
            return handler.update(physical_id, Declared(resource_type, logical_id, stack, new))
        provisioned: Provisioned = ministack.CREATE_UNDER_NEW_NAME.get()(create, logical_id, new, stack)
        return provisioned

    def delete(physical_id: str, properties: Properties) -> None:
        try:
            handler.delete(physical_id, properties)
        except ClientError as error:
            if not _says_gone(error):
                raise

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def complete(stock: dict[str, Any], completion: Completion) -> None:
    """Make an entry of ministack's table run `completion` after its own create and update."""

    def after(operation: Callable[..., Provisioned], properties_at: int) -> Callable[..., Provisioned]:
        def run(*arguments: Any) -> Provisioned:
            physical_id, attributes = operation(*arguments)
            more = completion(physical_id, arguments[properties_at]) or {}
            return physical_id, {**more, **(attributes or {})}

        return run

    stock["create"] = after(stock["create"], 1)
    if "update" in stock:
        stock["update"] = after(stock["update"], 2)


def _says_gone(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    return any(word in code for word in ("NotFound", "NoSuch", "DoesNotExist", "Nonexistent"))
