"""CloudTrail: trails."""

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("AWS::CloudTrail::Trail")
class Trail(Handler):
    """A trail, its event selectors, and whether it is logging."""

    def create(self, declared: Declared) -> Provisioned:
        name = declared.name("TrailName")
        call(
            "cloudtrail",
            "create_trail",
            declared.properties,
            Name=name,
            TagsList=declared.properties.get("Tags"),
        )
        return self._finish(name, declared)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        call("cloudtrail", "update_trail", declared.properties, Name=physical_id)
        return self._finish(physical_id, declared)

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("cloudtrail", "delete_trail", Name=physical_id)

    @staticmethod
    def _finish(name: str, declared: Declared) -> Provisioned:
        if declared.properties.get("EventSelectors"):
            call("cloudtrail", "put_event_selectors", declared.properties, TrailName=name)
        logging = str(declared.properties.get("IsLogging")).lower() == "true"
        call("cloudtrail", "start_logging" if logging else "stop_logging", Name=name)
        trail = call("cloudtrail", "get_trail", Name=name)["Trail"]
        return name, {"Arn": trail["TrailARN"], "SnsTopicArn": trail.get("SnsTopicARN", "")}
