"""The loader of a cloud assembly: any folder that `cdk synth` wrote, ours or not. Plain JSON, no aws_cdk.

    assembly = load(Path("cdk.out"))            # NotAnAssemblyError says in one sentence what is wrong
    assembly.stacks                             # every Stack: nested stacks and nested Stages included
    stack.resources["Key961B73FD"]              # a Resource, by logical id
    assembly.resources                          # all of them; .deployed: those whose condition holds
    assembly.of_type("AWS::S3::Bucket", ...)    # deployed resources of these types, over all stacks
    resource.properties                         # as the template has them
    resource.resolved                           # the same, expressions replaced by what they stand for:
    resource.get("KMSKeyId", default=None)      #   literal | Target(resource, attribute) | Text | Opaque
    assembly.resolve(stack, {"Fn::ImportValue": "name"})    # the same for any expression of a stack
    assembly.targets(stack, value)              # the resources that an expression mentions

Followed across stacks: Ref, GetAtt, ImportValue, GetStackOutput, parameters and outputs of nested stacks, and
CDK's cross-region readers. `read_assembly(folder)` gives the raw `StackSource`s that `Assembly(sources)`
is made of: change a template there to ask "what if".
"""

from infra.assembly.loader import Assembly, load
from infra.assembly.model import Opaque, Resource, Stack, Target, Text, describe, targets_in
from infra.assembly.reading import read_assembly
from infra.assembly.sources import NotAnAssemblyError, StackSource

__all__ = [
    "Assembly",
    "NotAnAssemblyError",
    "Opaque",
    "Resource",
    "Stack",
    "StackSource",
    "Target",
    "Text",
    "describe",
    "load",
    "read_assembly",
    "targets_in",
]
