"""Topics, queues, event buses, schedules, state machines and parameters."""

from collections.abc import Iterator

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, Factor, Free, Unpriced, fixed, items, priced, text, usage

#: Deliveries that Amazon SNS makes without a charge.
FREE_PROTOCOLS = {"sqs", "lambda"}
BILLED_PROTOCOLS = {
    "email": ("sns.email", "100k notifications", 100),
    "email-json": ("sns.email", "100k notifications", 100),
    "http": ("sns.http", "1M notifications", 1000),
    "https": ("sns.http", "1M notifications", 1000),
}


@priced("AWS::SNS::Topic")
def topic(resource: Resource, context: Context) -> Iterator[Answer]:
    """What is published, and how subscriptions inside the topic are told."""
    published = context.assume("topic_publishes_thousands", "1M requests", divided_by=1000)
    if str(resource.get("FifoTopic", default=False)).lower() == "true":
        yield Unpriced("publishes", "no pricing rule for a FIFO topic")
    else:
        yield usage("publishes", "sns.publish", published)
    for subscription in items(resource, "Subscription"):
        yield from _delivery(str(subscription.get("Protocol")), context)


@priced("AWS::SNS::Subscription")
def subscription(resource: Resource, context: Context) -> Iterator[Answer]:
    """Deliveries, by protocol."""
    yield from _delivery(text(resource, "Protocol"), context)


def _delivery(protocol: str, context: Context) -> Iterator[Answer]:
    if protocol in FREE_PROTOCOLS:
        yield Free(f"SNS does not bill deliveries to {protocol}")
    elif protocol in BILLED_PROTOCOLS:
        price, unit, thousands = BILLED_PROTOCOLS[protocol]
        sent = context.assume("topic_publishes_thousands", unit, divided_by=thousands)
        yield usage(f"deliveries by {protocol}", price, sent)
    else:
        yield Unpriced(f"deliveries by {protocol}", "no sourced price")


@priced("AWS::SQS::Queue")
def queue(resource: Resource, context: Context) -> Iterator[Answer]:
    """Requests; a dead-letter queue is assumed to stay empty."""
    if id(resource) in context.dead_letter_queues:
        yield Free("a dead-letter queue: no requests while nothing fails")
        return
    fifo = str(resource.get("FifoQueue", default=False)).lower() == "true"
    requests = context.assume("queue_requests_millions", "1M requests")
    yield usage("requests", "sqs.fifo" if fifo else "sqs.standard", requests)


@priced("AWS::Events::EventBus")
def event_bus(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Custom events that are put on it."""
    yield usage("events", "events.custom", context.assume("bus_events_millions", "1M events"))


@priced("AWS::Events::Archive")
def archive(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Events that go in; storing them has a price of its own."""
    yield usage("events archived", "events.archive_gb", context.assume("bus_archive_gb", "GB"))
    yield Unpriced("storage", "no pricing rule for what an archive keeps")


@priced("AWS::Scheduler::Schedule")
def schedule(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Invocations."""
    runs = context.assume("schedule_invocations_thousands", "1M invocations", divided_by=1000)
    yield usage("invocations", "scheduler", runs)


@priced("AWS::Pipes::Pipe")
def pipe(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Requests after its filter."""
    yield usage("requests", "pipes", context.assume("bus_events_millions", "1M requests"))


@priced("AWS::StepFunctions::StateMachine")
def state_machine(resource: Resource, context: Context) -> Iterator[Answer]:
    """Transitions of a standard machine; requests of an express one, whose running time is billed as well."""
    if text(resource, "StateMachineType", default="STANDARD") == "EXPRESS":
        thousands = context.assume("state_transitions_thousands", "1M requests", divided_by=1000)
        yield usage("requests", "states.express", thousands)
        yield Unpriced("running time", "no pricing rule for memory and duration of express workflows")
    else:
        transitions = context.assume("state_transitions_thousands", "1k transitions")
        yield usage("transitions", "states.transitions", transitions)


@priced("AWS::SSM::Parameter")
def parameter(resource: Resource, _context: Context) -> Iterator[Answer]:
    """A standard parameter is free."""
    if text(resource, "Tier", default="Standard") == "Advanced":
        yield fixed("advanced parameter", "ssm.advanced_parameter", Factor(1, "parameter-month"))
    else:
        yield Free("a standard parameter has no charge")
