"""Lambda: requests, running time, and provisioned concurrency."""

from collections.abc import Iterator

from infra.assembly import Resource
from infra.cost.rules import (
    HOURS,
    Answer,
    Context,
    Factor,
    Free,
    fixed,
    items,
    mentioned,
    number,
    priced,
    usage,
)

MIB_PER_GIB = 1024
DEFAULT_MEMORY_MIB = 128
MILLION = 1_000_000
SECONDS_PER_MONTH = HOURS * 3600


@priced("AWS::Lambda::Function")
def function(resource: Resource, context: Context) -> Iterator[Answer]:
    """Requests and GB-seconds; a function behind a custom resource runs once a deploy and no more."""
    if id(resource) in context.deploy_time_functions:
        requests = context.assume("deploys", "1M requests", divided_by=MILLION)
    else:
        requests = context.assume("function_requests_millions", "1M requests")
    seconds = context.assume("function_duration_ms", "s", divided_by=1000)
    memory = Factor(number(resource, "MemorySize", default=DEFAULT_MEMORY_MIB) / MIB_PER_GIB, "GB")
    yield usage("requests", "lambda.requests", requests)
    runs = requests._replace(value=requests.value * MILLION, unit="requests")
    yield usage("running time", f"lambda.gbs_{_architecture(resource)}", runs, seconds, memory)


@priced("AWS::Lambda::Version", "AWS::Lambda::Alias")
def provisioned(resource: Resource, _context: Context) -> Iterator[Answer]:
    """A version or an alias is free unless it keeps instances warm."""
    warm = number(resource, "ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions", default=0)
    functions = mentioned(resource.get("FunctionName"))
    if not warm or not functions:
        yield Free("part of its function")
        return
    memory = Factor(number(functions[0], "MemorySize", default=DEFAULT_MEMORY_MIB) / MIB_PER_GIB, "GB")
    price = f"lambda.provisioned_gbs_{_architecture(functions[0])}"
    yield fixed("provisioned concurrency", price, Factor(warm, "instances"), memory, Factor(SECONDS_PER_MONTH, "s"))


def _architecture(resource: Resource) -> str:
    return "arm" if "arm64" in items(resource, "Architectures") else "x86"
