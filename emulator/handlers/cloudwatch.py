"""CloudWatch: composite alarms, and alarms on metric math."""

from emulator import ministack_internals as ministack
from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


def _put(operation: str, name: str, properties: Properties) -> Provisioned:
    tags = [tag for tag in properties.get("Tags", []) if not tag["Key"].startswith("aws:")]
    call("cloudwatch", operation, properties, AlarmName=name, Tags=tags)
    return name, {"Arn": f"arn:aws:cloudwatch:{ministack.region()}:{ministack.account()}:alarm:{name}"}


@handles("AWS::CloudWatch::CompositeAlarm")
class CompositeAlarm(Handler):
    """An alarm over alarms; ministack evaluates its rule."""

    def create(self, declared: Declared) -> Provisioned:
        return _put("put_composite_alarm", declared.name("AlarmName", longest=255), declared.properties)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        return _put("put_composite_alarm", physical_id, declared.properties)

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("cloudwatch", "delete_alarms", AlarmNames=[physical_id])


class MetricMathAlarm(Handler):
    """An alarm on an expression: ministack's own handler refuses it, its API keeps it without the expression.

    It never changes state by itself; `SetAlarmState` moves it, and its actions then run.
    """

    def create(self, declared: Declared) -> Provisioned:
        return _put("put_metric_alarm", declared.name("AlarmName", longest=255), declared.properties)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        return _put("put_metric_alarm", physical_id, declared.properties)
