"""Resolves template expressions: Ref, GetAtt, imports and the string functions, across all stacks."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from infra.assembly.model import Opaque, Stack, Stacks, Target, Text, targets_in

_NO_VALUE = Opaque("AWS::NoValue")
_MAX_DEPTH = 60
_SUBSTITUTION = re.compile(r"\$\{([^!}][^}]*)\}")


class Resolver:
    """Follows the expressions of one assembly."""

    def __init__(self, assembly: Stacks) -> None:
        self._assembly = assembly
        self._exports: dict[tuple[str, str, str], tuple[Stack, Any]] | None = None
        self._depth = 0
        self._functions: dict[str, Callable[[Stack, Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::ImportValue": self._import_value,
            "Fn::GetStackOutput": self._stack_output,
            "Fn::Join": self._join,
            "Fn::Sub": self._sub,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::FindInMap": self._find_in_map,
            "Fn::If": self._if,
            "Fn::Base64": self.resolve,
        }

    def resolve(self, stack: Stack, value: Any) -> Any:
        """What `value` stands for; lists and objects are resolved inside."""
        if not isinstance(value, dict | list):
            return value
        if isinstance(value, list):
            items = [self.resolve(stack, item) for item in value]
            return [item for item in items if item != _NO_VALUE] if _NO_VALUE in items else items
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in self._functions:
                return self._call(self._functions[name], stack, name, argument)
            if name.startswith("Fn::"):
                return self._opaque(stack, name, argument)
        found = {key: self.resolve(stack, item) for key, item in value.items()}
        return {key: item for key, item in found.items() if item != _NO_VALUE} if _NO_VALUE in found.values() else found

    def _call(self, function: Callable[[Stack, Any], Any], stack: Stack, name: str, argument: Any) -> Any:
        if self._depth > _MAX_DEPTH:
            return self._opaque(stack, name, argument)
        self._depth += 1
        try:
            return function(stack, argument)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            return self._opaque(stack, name, argument)  # a malformed expression: unknown, never a crash
        finally:
            self._depth -= 1

    def _opaque(self, stack: Stack, function: str, argument: Any) -> Opaque:
        expression = f"{stack.construct_path}:{function}({json.dumps(argument, sort_keys=True, default=str)})"
        if self._depth > _MAX_DEPTH:
            return Opaque(expression)
        self._depth += 1
        try:
            return Opaque(expression, mentions=tuple(targets_in(self.resolve(stack, argument))))
        finally:
            self._depth -= 1

    def _ref(self, stack: Stack, name: Any) -> Any:
        if not isinstance(name, str):
            raise TypeError(name)
        if name in stack.resources:
            return Target(stack.resources[name], "Ref")
        if name in stack.parameters:
            return self._parameter(stack, name)
        return _pseudo(stack, name)

    def _parameter(self, stack: Stack, name: str) -> Any:
        declared = stack.parameters[name]
        if stack.parent is not None:
            given = stack.parent.properties.get("Parameters") or {}
            if name in given:
                return self.resolve(stack.parent.stack, given[name])
        if str(declared.get("NoEcho")).lower() == "true":
            return Opaque(f"{stack.construct_path}:{name}", secret=True)
        if "Default" in declared and not str(declared.get("Type")).startswith("AWS::SSM::"):
            return declared["Default"]
        return Opaque(f"{stack.construct_path}:{name}")

    def _get_att(self, stack: Stack, argument: Any) -> Any:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        attribute = self.resolve(stack, attribute)
        resource = stack.resources[logical_id]
        if attribute.startswith("Outputs."):
            nested = self._assembly.nested_stack(resource)
            if nested is not None:
                return self.resolve(nested, nested.outputs[attribute.removeprefix("Outputs.")]["Value"])
        if resource.type == "Custom::CrossRegionExportReader":
            return self._cross_region(attribute)
        return Target(resource, attribute)

    def _cross_region(self, name: str) -> Any:
        for writer in self._assembly.of_type("Custom::CrossRegionExportWriter"):
            exports = (writer.properties.get("WriterProps") or {}).get("exports") or {}
            if name in exports:
                return self.resolve(writer.stack, exports[name])
        raise KeyError(name)

    def _import_value(self, stack: Stack, argument: Any) -> Any:
        name = self.resolve(stack, argument)
        key = str(name)
        exports = self._all_exports()
        found = exports.get((stack.stage, stack.region, key)) or exports.get(("", stack.region, key))
        if found is None:
            return self._opaque(stack, "Fn::ImportValue", key)
        return self.resolve(found[0], found[1])

    def _all_exports(self) -> dict[tuple[str, str, str], tuple[Stack, Any]]:
        if self._exports is None:
            self._exports = {}
            for stack in self._assembly.stacks:
                for output in stack.outputs.values():
                    name = (output.get("Export") or {}).get("Name")
                    if name is not None:
                        key = (stack.stage, stack.region, str(self.resolve(stack, name)))
                        self._exports[key] = (stack, output.get("Value"))
        return self._exports

    def _stack_output(self, stack: Stack, argument: Any) -> Any:
        name, output = self.resolve(stack, argument["StackName"]), argument["OutputName"]
        region = self.resolve(stack, argument.get("Region", stack.region))
        for stage in (stack.stage, ""):
            for candidate in self._assembly.stacks:
                if (candidate.name, candidate.region, candidate.stage) == (name, region, stage):
                    return self.resolve(candidate, candidate.outputs[output]["Value"])
        raise KeyError(name)

    def _join(self, stack: Stack, argument: Any) -> Any:
        separator, values = argument[0], self.resolve(stack, argument[1])
        if not isinstance(values, list):
            return self._opaque(stack, "Fn::Join", argument)
        parts: list[Any] = []
        for index, value in enumerate(values):
            parts += [separator, value] if index else [value]
        return text(parts)

    def _sub(self, stack: Stack, argument: Any) -> Any:
        template, variables = (argument, {}) if isinstance(argument, str) else argument
        return text(list(self._substituted(stack, template, variables)))

    def _substituted(self, stack: Stack, template: str, variables: dict[str, Any]) -> Iterator[Any]:
        position = 0
        for match in _SUBSTITUTION.finditer(template):
            yield template[position : match.start()]
            name = match.group(1).strip()
            if name in variables:
                yield self.resolve(stack, variables[name])
            elif "." in name:
                yield self.resolve(stack, {"Fn::GetAtt": name.split(".", 1)})
            else:
                yield self.resolve(stack, {"Ref": name})
            position = match.end()
        yield template[position:].replace("${!", "${")

    def _select(self, stack: Stack, argument: Any) -> Any:
        values = self.resolve(stack, argument[1])
        if not isinstance(values, list):
            return self._opaque(stack, "Fn::Select", argument)
        return values[int(self.resolve(stack, argument[0]))]

    def _split(self, stack: Stack, argument: Any) -> Any:
        value = self.resolve(stack, argument[1])
        if isinstance(value, str):
            return value.split(argument[0])
        if isinstance(value, Text):
            return _split_text(value, argument[0])
        return self._opaque(stack, "Fn::Split", argument)

    def _find_in_map(self, stack: Stack, argument: Any) -> Any:
        name, first, second = (self.resolve(stack, item) for item in argument[:3])
        return (stack.template.get("Mappings") or {})[name][first][second]

    def _if(self, stack: Stack, argument: Any) -> Any:
        condition, when_true, when_false = argument
        return self.resolve(stack, when_true if self._assembly.holds(stack, condition) else when_false)


def text(parts: list[Any]) -> Any:
    """Parts joined: a str where all of them are known, the part itself where there is one, else Text."""
    merged: list[Any] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            literal = _scalar(piece)
            if literal == "":
                continue
            if isinstance(literal, str) and merged and isinstance(merged[-1], str):
                merged[-1] += literal
            else:
                merged.append(piece if literal is None else literal)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else Text(tuple(merged))


def _scalar(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def _split_text(value: Text, separator: str) -> list[Any]:
    found: list[list[Any]] = [[]]
    for part in value.parts:
        pieces = part.split(separator) if isinstance(part, str) else [part]
        found[-1].append(pieces[0])
        found.extend([piece] for piece in pieces[1:])
    return [text(item) for item in found]


def _pseudo(stack: Stack, name: str) -> Any:
    known = {
        "AWS::AccountId": None if stack.account.startswith("unknown") else stack.account,
        "AWS::Region": None if stack.region.startswith("unknown") else stack.region,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
        "AWS::StackName": stack.name,
    }
    return known.get(name) or Opaque(str(name))
