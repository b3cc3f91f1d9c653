"""Whether the role that CloudFormation deploys with may make what an assembly has."""

import json
from typing import TYPE_CHECKING

from scripts.aws import Aws, AwsError
from scripts.delivery.stacks import find_stack

if TYPE_CHECKING:
    from infra.assembly import Assembly


def check_rights(aws: Aws, assembly: "Assembly") -> None:
    """Compare the types of an assembly with those that the account was bootstrapped for.

    An account that was bootstrapped without `bootstrap` has no such list: nothing is compared.

    Raises:
        AwsError: a type is new: its deployment would fail in the middle.
    """
    from infra.bootstrap.permissions import is_native

    environment = aws.environment
    name = f"{environment.project}-{environment.name}-bootstrap"
    if not find_stack(aws, name, aws.region):
        return
    body = aws.client("cloudformation").get_template(StackName=name)["TemplateBody"]
    template = json.loads(body) if isinstance(body, str) else dict(body)
    known = set(template.get("Metadata", {}).get("groundwork", {}).get("deployable", ()))
    kinds = {one.type for one in assembly.resources if not one.stack.stage and is_native(one.type)}
    if missing := sorted(kinds - known):
        said = f"deployments may not make {', '.join(missing)} yet"
        raise AwsError(f"{said}: run `make bootstrap ENV={environment.name}`, which adds the rights")
