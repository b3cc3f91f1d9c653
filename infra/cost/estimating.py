"""Prices an assembly: every resource becomes lines, or is free with a reason, or is listed as unpriced."""

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import infra.cost.services  # noqa: F401 - registers the pricing functions
from infra.assembly import Assembly, Resource, Stack
from infra.cost.free import free_reason
from infra.cost.model import Estimate, FreeResource, Line, Place, usage_of
from infra.cost.prices import PriceBook, default_book
from infra.cost.rules import RULES, Answer, Charge, Context, Free, UnknownValueError, Unpriced
from infra.cost.usage import Assumptions

#: Where a stack that says no region is taken to stand.
DEFAULT_REGION = "us-east-1"
UNNAMED = "(unnamed)"


def estimate(
    assembly: Assembly,
    usage: Mapping[str, Any] | object | None = None,
    prices: PriceBook | None = None,
) -> Estimate:
    """The monthly cost of an assembly.

    `usage` overrides the assumptions that the templates carry; what neither has is a configured default.
    """
    book = prices or default_book()
    found = Estimate()
    contexts: dict[str, tuple[Context, Assumptions]] = {}
    deployed = {id(resource) for resource in assembly.deployed}
    for stack in _once_each(assembly, found):
        name = environment_of(stack)
        if name not in contexts:
            given = usage if usage is not None else usage_of(_own(stack).groundwork)
            assumptions = Assumptions(given)
            contexts[name] = Context(assembly, assumptions), assumptions
        for resource in stack.resources.values():
            answers = _answers(resource, contexts[name][0], deployed=id(resource) in deployed)
            _record(found, resource, answers, book)
    found.assumptions = {name: dict(sorted(a.used.items())) for name, (_, a) in contexts.items() if a.used}
    return found


def environment_of(stack: Stack) -> str:
    """The environment that a stack says it belongs to; the Stage's name in an assembly that is not ours."""
    own = _own(stack)
    return str(own.groundwork.get("environment") or own.stage or UNNAMED)


def _own(stack: Stack) -> Stack:
    """The stack that deploys a nested one: it carries the metadata."""
    while stack.parent is not None:
        stack = stack.parent.stack
    return stack


def _once_each(assembly: Assembly, found: Estimate) -> Iterator[Stack]:
    """The stacks, each once: a pipeline's Stage holds those of its own environment again."""
    seen: set[tuple[str, str, str]] = set()
    for stack in sorted(assembly.stacks, key=lambda one: bool(one.stage)):
        identity = (stack.account, stack.region, stack.name)
        if identity in seen:
            found.repeated_stacks.append(stack.construct_path)
            continue
        seen.add(identity)
        if _region(stack) != stack.region:
            found.regionless_stacks.append(stack.construct_path)
        yield stack


def _region(stack: Stack) -> str:
    return DEFAULT_REGION if stack.region.startswith("unknown") else stack.region


def _answers(resource: Resource, context: Context, *, deployed: bool) -> list[Answer]:
    if not deployed:
        return [Free(f"not deployed: its condition {resource.condition} does not hold")]
    if resource.type in RULES:
        return _by_rule(resource, context)
    if reason := free_reason(resource.type):
        return [Free(reason)]
    if resource.type.startswith("Custom::"):
        return [Unpriced("everything", "a custom resource: what it makes is not in the template")]
    return [Unpriced("everything", f"no pricing rule for {resource.type}")]


def _by_rule(resource: Resource, context: Context) -> list[Answer]:
    try:
        answers = list(RULES[resource.type](resource, context))
    except UnknownValueError as error:
        return [Unpriced("everything", str(error))]
    except (AttributeError, KeyError, TypeError, ValueError):
        return [Unpriced("everything", "its properties are not of the shape that CloudFormation wants")]
    return answers or [Free("nothing in it is billed as it is set up here")]


def _record(found: Estimate, resource: Resource, answers: list[Answer], book: PriceBook) -> None:
    place = Place(
        environment=environment_of(resource.stack),
        stack=resource.stack.name,
        region=_region(resource.stack),
        logical_id=resource.logical_id,
        type=resource.type,
        construct_path=resource.construct_path,
    )
    lines = [_line(place, answer, book) for answer in answers if not isinstance(answer, Free)]
    found.lines += lines
    if not lines:
        reasons = dict.fromkeys(answer.reason for answer in answers if isinstance(answer, Free))
        found.free.append(FreeResource(place=place, reason="; ".join(reasons)))


def _line(place: Place, answer: Charge | Unpriced, book: PriceBook) -> Line:
    if isinstance(answer, Unpriced):
        return Line(place=place, label=answer.label, bucket="unpriced", monthly_usd=None, formula=answer.reason)
    assumptions = tuple(factor.assumption for factor in answer.factors if factor.assumption)
    region = answer.region or place.region
    price = book.find(answer.price_key, region)
    quantity = " x ".join(str(factor) for factor in answer.factors)
    if price is None:
        return Line(
            place=place,
            label=answer.label,
            bucket="unpriced",
            monthly_usd=None,
            formula=f"{quantity} x ?: no sourced price for {answer.price_key} in {region}",
            price_keys=(answer.price_key,),
            assumptions=assumptions,
        )
    return Line(
        place=place,
        label=answer.label,
        bucket=answer.bucket,
        monthly_usd=prod(factor.value for factor in answer.factors) * price.usd,
        formula=f"{quantity} x {price}",
        price_keys=(answer.price_key,),
        source=price.source,
        price_day=price.day,
        assumptions=assumptions,
    )
