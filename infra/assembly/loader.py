"""A cloud assembly with every reference between its stacks followed."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.assembly.conditions import decide
from infra.assembly.intrinsics import Resolver
from infra.assembly.model import Resource, Stack, targets_in
from infra.assembly.reading import read_assembly
from infra.assembly.sources import StackSource


class Assembly:
    """All stacks of a cloud assembly, with every reference between them."""

    def __init__(self, sources: Iterable[StackSource], *, undecided: bool = True) -> None:
        """`undecided` is what a condition that only the deploy can decide is taken to be."""
        self.sources = list(sources)
        #: Whether such a condition was met: then the other world is worth a look as well.
        self.guessed = False
        self._undecided = undecided
        self.stacks: list[Stack] = []
        self._resolver = Resolver(self)
        for source in self.sources:
            self._add(source, parent=None)

    def _add(self, source: StackSource, *, parent: Resource | None) -> None:
        stack = Stack(
            name=source.name,
            construct_path=source.construct_path,
            template=source.template,
            template_file=source.file,
            account=source.account,
            region=source.region,
            termination_protection=source.termination_protection,
            tags=source.tags,
            dependencies=source.dependencies,
            stage=source.stage,
            parent=parent,
        )
        self.stacks.append(stack)
        for logical_id, definition in source.template["Resources"].items():
            stack.resources[logical_id] = self._resource(stack, source, logical_id, definition)
        for logical_id, nested in source.nested.items():
            self._add(nested, parent=stack.resources[logical_id])

    def _resource(self, stack: Stack, source: StackSource, logical_id: str, definition: Mapping[str, Any]) -> Resource:
        metadata = definition.get("Metadata") or {}
        depends_on = definition.get("DependsOn") or []
        return Resource(
            stack=stack,
            logical_id=logical_id,
            type=definition["Type"],
            properties=definition.get("Properties") or {},
            construct_path=metadata.get("aws:cdk:path")
            or source.construct_paths.get(logical_id)
            or f"{stack.construct_path}/{logical_id}",
            deletion_policy=definition.get("DeletionPolicy"),
            update_replace_policy=definition.get("UpdateReplacePolicy"),
            condition=definition.get("Condition"),
            depends_on=tuple([depends_on] if isinstance(depends_on, str) else depends_on),
            metadata=metadata,
            definition=definition,
            _resolve=self._resolver.resolve,
        )

    @cached_property
    def resources(self) -> list[Resource]:
        """Every resource of every template."""
        return [resource for stack in self.stacks for resource in stack.resources.values()]

    @cached_property
    def deployed(self) -> list[Resource]:
        """The resources whose condition, if they have one, holds."""
        return [
            resource
            for resource in self.resources
            if resource.condition is None or self.holds(resource.stack, resource.condition)
        ]

    @cached_property
    def by_type(self) -> dict[str, list[Resource]]:
        """Deployed resources grouped by type."""
        found: dict[str, list[Resource]] = {}
        for resource in self.deployed:
            found.setdefault(resource.type, []).append(resource)
        return found

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Deployed resources of any of `types`, over all stacks."""
        for wanted in types:
            yield from self.by_type.get(wanted, ())

    def nested_stack(self, resource: Resource) -> Stack | None:
        """The stack that an `AWS::CloudFormation::Stack` resource deploys, if the assembly holds it."""
        return next((stack for stack in self.stacks if stack.parent is resource), None)

    def holds(self, stack: Stack, condition: str) -> bool:
        """Whether a condition of `stack` holds; what cannot be known counts as `undecided`."""
        decided = decide(self, stack, condition)
        if decided is None:
            self.guessed = True
            return self._undecided
        return decided

    def resolve(self, stack: Stack, value: Any) -> Any:
        """What `value`, an expression in `stack`, stands for: literal, Target, Text or Opaque; deep."""
        return self._resolver.resolve(stack, value)

    def targets(self, stack: Stack, value: Any) -> list[Resource]:
        """The resources that an expression in `stack` mentions."""
        return [target.resource for target in targets_in(self.resolve(stack, value))]


def load(path: Path | str) -> Assembly:
    """Read the cloud assembly in the folder `path`; NotAnAssemblyError where it is none."""
    return Assembly(read_assembly(Path(path)))
