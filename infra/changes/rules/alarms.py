"""When an alarm goes off: at which value, after how long, and whether that is later or rarer than before."""

from infra.assembly import Resource
from infra.assembly.values import listed, mapping, number
from infra.changes.model import Reason, Severity
from infra.changes.watching import ALARM
from infra.changes.world import World

DOCS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html"
#: From here on an alarm hardly watches what it watched.
_MUCH = 10


def compare_alarms(world: World) -> None:
    """Add a reason to every alarm that goes off at another value, or after another time."""
    for before, after, differences in world.differing:
        if before is None or after.type != ALARM or not differences:
            continue
        old, new = (number(side.get("Threshold")) for side in (before, after))
        if old is not None and new is not None and old != new:
            above = not str(after.get("ComparisonOperator")).startswith("Less")
            text = f"The alarm goes off at {new:g} instead of {old:g}."
            world.note(after, Reason(_severity(old, new, above=above), text, DOCS), "Threshold")
        old, new = _wait(before), _wait(after)
        if old is not None and new is not None and old != new:
            text = f"The alarm goes off after {new:g} s instead of {old:g} s."
            world.note(after, Reason(_severity(old, new, above=True), text, DOCS))


def _severity(old: float, new: float, *, above: bool) -> Severity:
    """How bad it is that the number is another one; `above`: the more, the rarer it goes off."""
    small, large = sorted((abs(old), abs(new)))
    rarer = new > old if above else new < old
    return Severity.MEDIUM if rarer and large >= _MUCH * (small or 1) else Severity.LOW


def _wait(alarm: Resource) -> float | None:
    """For how many seconds the metric must be bad: so many periods of so many seconds."""
    metrics = [alarm.resolved, *(mapping(mapping(each).get("MetricStat")) for each in listed(alarm.get("Metrics")))]
    periods = [found for each in metrics if (found := number(each.get("Period"))) is not None]
    times = number(alarm.get("DatapointsToAlarm", default=alarm.get("EvaluationPeriods")))
    return max(periods) * times if periods and times is not None else None
