"""What a promise's check may look at: the templates, the policy, and the facts beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from infra.assembly import Assembly
from infra.assembly.model import Resource, Stack
from infra.guardrails.alarms import Alarm, find_alarms
from infra.guardrails.finding import Finding
from infra.guardrails.lock import Lock
from infra.guardrails.network import Network
from infra.guardrails.policy import Policy
from infra.guardrails.statements import Statement, find_statements

CDK_MADE = re.compile(
    r"Custom::|CustomResourceProvider/|/framework-on|/AWS[0-9a-f]{32}/|(Handler|Retention|Deployment)[0-9a-f]{32}/"
)
"""Construct paths of the functions behind CDK's own custom resources: singletons with a hash for a name."""


@dataclass(eq=False, kw_only=True)
class Context:
    """One environment's templates and what they are held to."""

    assembly: Assembly
    policy: Policy
    #: The committed logical ids; None where the environment has none.
    lock: Lock | None = None
    #: Name of the environment that the templates state; empty for a foreign assembly.
    environment: str = ""
    #: Sections of the runbooks as FILE#SECTION; None where their text is out of reach.
    runbooks: frozenset[str] | None = None
    today: date = field(default_factory=date.today)
    #: What the promises before this one found, by promise id; accepted or not.
    found: list[tuple[str, Finding]] = field(default_factory=list)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Deployed resources of any of `types`."""
        return self.assembly.of_type(*types)

    @property
    def home(self) -> Stack:
        """Where to report what is missing from the whole environment: its first stack."""
        return self.assembly.stacks[0]

    @cached_property
    def network(self) -> Network:
        """Subnets, routes, network ACLs and security groups."""
        return Network(self.assembly)

    @cached_property
    def statements(self) -> list[Statement]:
        """Every policy statement, wherever it is written."""
        return list(find_statements(self.assembly))

    @cached_property
    def alarms(self) -> list[Alarm]:
        """Every alarm and what it looks at."""
        return list(find_alarms(self.assembly))

    @cached_property
    def cdk_functions(self) -> frozenset[Resource]:
        """Functions that CDK itself adds to make custom resources: they run in a deploy, and fail with it."""
        return frozenset(
            function for function in self.of_type("AWS::Lambda::Function") if CDK_MADE.search(function.construct_path)
        )

    @cached_property
    def functions(self) -> list[Resource]:
        """The app's own functions: those that do work after the deploy."""
        return [
            function
            for function in self.of_type("AWS::Lambda::Function", "AWS::Serverless::Function")
            if function not in self.cdk_functions
        ]
