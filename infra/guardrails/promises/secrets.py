"""No secrets: none in the templates, by shape, by name and by entropy; credentials come from a vault."""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Opaque, Resource, Target, Text, describe, targets_in
from infra.assembly.values import at, is_true, mapping
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.credentials import CREDENTIALS, ENVIRONMENTS, NAMED_PAIRS
from infra.guardrails.registry import promise
from infra.guardrails.secret_patterns import (
    ASSIGNMENT,
    masked,
    named_secret,
    random_text,
    shape_of_secret,
    texts,
)

SECRET_ATTRIBUTES = ("SecretAccessKey", "ClientSecret")
VAULTS = ("{{resolve:secretsmanager:", "{{resolve:ssm-secure:")


@promise("secrets.no-credentials", "No template contains anything shaped like a credential, wherever it stands.")
def no_credentials(context: Context) -> Iterator[Finding]:
    """Properties, metadata, parameters, outputs, mappings, user data: everything is read."""
    for resource in context.assembly.deployed:
        for source in (resource.resolved, {"Metadata": resource.metadata}):
            for path, text in texts(source):
                if kind := shape_of_secret(text):
                    yield Finding(resource, path, f"contains {kind}")
    for stack in context.assembly.stacks:
        for section in ("Parameters", "Outputs", "Mappings", "Metadata", "Description", "Conditions"):
            for path, text in texts(context.assembly.resolve(stack, stack.template.get(section)), section):
                if kind := shape_of_secret(text):
                    yield Finding(stack, path, f"contains {kind}")


@promise(
    "secrets.environment",
    "No environment variable, and no custom resource's property, holds a secret, by name or by looks.",
)
def environment(context: Context) -> Iterator[Finding]:
    """Functions, containers, builds, jobs, stages: whatever takes variables."""
    for kind, paths in ENVIRONMENTS.items():
        for resource in context.of_type(kind):
            for path in paths:
                for variables in at(resource.resolved, path):
                    for name, value in _pairs(variables):
                        if problem := secret_in(name, value):
                            yield Finding(resource, f"{path}.{name}", problem)

    for resource in context.assembly.deployed:
        if resource.type.startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
            for name, value in resource.resolved.items():
                if named_secret(name, value):  # a hash that makes it run again looks random, and is none
                    yield Finding(resource, name, f"is a secret by its name, in plain text: {masked(value)}")


def _pairs(variables: Any) -> Iterator[tuple[str, Any]]:
    """Name and value, whether written as an object or as a pair; references to a vault are left out."""
    pair = mapping(variables)
    for name, value in NAMED_PAIRS:
        if name in pair:
            if pair.get("Type") not in ("PARAMETER_STORE", "SECRETS_MANAGER"):
                yield describe(pair[name]), pair.get(value)
            return
    yield from pair.items()


def secret_in(name: str, value: Any) -> str | None:
    """What is wrong with a value under a name, or None."""
    for target in targets_in(value):
        if any(part in target.attribute for part in SECRET_ATTRIBUTES):
            return f"is {describe(target)}, in plain text"
    if named_secret(name, value):
        return f"is a secret by its name, in plain text: {masked(str(value))}"
    if found := random_text(name, value):
        return f"looks like a secret: {masked(found)}"
    return None


@promise(
    "secrets.parameters",
    "No parameter holds a secret: neither a template's default nor a plain SSM parameter.",
)
def parameters(context: Context) -> Iterator[Finding]:
    """A parameter with NoEcho has no default."""
    for stack in context.assembly.stacks:
        for name, declared in stack.parameters.items():
            default = mapping(declared).get("Default")
            if is_true(mapping(declared).get("NoEcho")) and default:
                yield Finding(stack, f"Parameters.{name}.Default", "is a default in plain text of a NoEcho parameter")
            elif problem := secret_in(name, default):
                yield Finding(stack, f"Parameters.{name}.Default", problem)
    for parameter in context.of_type("AWS::SSM::Parameter"):
        name = describe(parameter.get("Name") or parameter.logical_id).rsplit("/", 1)[-1]
        if problem := secret_in(name, parameter.get("Value")):
            yield Finding(parameter, "Value", problem)


@promise("secrets.outputs", "No output shows a secret: outputs can be read by whoever may look at the stack.")
def outputs(context: Context) -> Iterator[Finding]:
    """Neither a literal nor a reference to one."""
    for stack in context.assembly.stacks:
        for name, output in stack.outputs.items():
            place = f"Outputs.{name}.Value"
            value = context.assembly.resolve(stack, mapping(output).get("Value"))
            if "{{resolve:" in str(value) and "secret" in str(value):
                yield Finding(stack, place, "shows a secret of the vault")
            elif isinstance(value, Opaque) and value.secret:
                yield Finding(stack, place, "shows a NoEcho parameter")
            elif problem := secret_in(name, value):
                yield Finding(stack, place, problem)


@promise("secrets.user-data", "No start-up script, inline code or metadata assigns a secret.")
def user_data(context: Context) -> Iterator[Finding]:
    """Scripts are readable from the machine, and in the console."""
    places = {
        "AWS::EC2::Instance": ("UserData",),
        "AWS::EC2::LaunchTemplate": ("LaunchTemplateData.UserData",),
        "AWS::AutoScaling::LaunchConfiguration": ("UserData",),
        "AWS::Lambda::Function": ("Code.ZipFile",),
        "AWS::CodeBuild::Project": ("Source.BuildSpec",),
        "AWS::SSM::Document": ("Content",),
        "AWS::StepFunctions::StateMachine": ("DefinitionString", "Definition"),
    }
    for kind, paths in places.items():
        for resource in context.of_type(kind):
            values = [value for path in paths for value in at(resource.resolved, path)]
            yield from _assigned(resource, paths[0], values)
    for resource in context.assembly.deployed:
        init = {
            key: value
            for key, value in resource.metadata.items()
            if not key.startswith(("aws:", "cdk_nag", "groundwork"))
        }
        yield from _assigned(resource, "Metadata", [context.assembly.resolve(resource.stack, init)])
    for stack in context.assembly.stacks:
        for path, text in texts(stack.template.get("Metadata")):
            name = path.rsplit(".", 1)[-1].split("[")[0]
            if not path.startswith(("groundwork", "cdk_nag")) and (problem := secret_in(name, text)):
                yield Finding(stack, f"Metadata.{path}", problem)


def _assigned(resource: Resource, place: str, values: list[Any]) -> Iterator[Finding]:
    for path, text in texts(values):
        decoded = _decoded(text)
        name = path.rsplit(".", 1)[-1]
        if match := ASSIGNMENT.search(decoded):
            yield Finding(resource, place, f"assigns a secret in plain text: {masked(match.group(1))}")
        elif kind := (shape_of_secret(decoded) if decoded != text else None):
            yield Finding(resource, place, f"contains {kind}")
        elif place == "Metadata" and named_secret(name, text):
            yield Finding(resource, f"Metadata{path}", f"is a secret by its name, in plain text: {masked(text)}")


def _decoded(text: str) -> str:
    """A script that was written in base64, in clear."""
    try:
        return base64.b64decode(text, validate=True).decode() if len(text) > 16 else text  # noqa: PLR2004 - short ones are words
    except (binascii.Error, ValueError):
        return text


@promise(
    "secrets.credentials-managed",
    "Credentials of databases, caches and brokers are managed by AWS, or read from a vault at deploy time.",
)
def credentials_managed(context: Context) -> Iterator[Finding]:
    """`{{resolve:secretsmanager:...}}`; never a literal, never a parameter, not even one with NoEcho."""
    for kind, paths in CREDENTIALS.items():
        for resource in context.of_type(kind):
            for path in paths:
                for value in at(resource.resolved, path):
                    if not _from_vault(value):
                        yield Finding(resource, path, f"must be a dynamic reference to a vault, is {_shown(value)}")


def _from_vault(value: Any) -> bool:
    if isinstance(value, str | Text):
        return describe(value).startswith(VAULTS)
    # What a custom resource brings cannot be followed; a parameter can, and its giver had it in plain text.
    return isinstance(value, Target) and value.resource.type.startswith(("Custom::", "AWS::CloudFormation::"))


def _shown(value: Any) -> str:
    return masked(value) if isinstance(value, str) else describe(value)
