"""EventBridge: archives."""

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("AWS::Events::Archive")
class Archive(Handler):
    """An archive of a bus's events."""

    def create(self, declared: Declared) -> Provisioned:
        name = declared.name("ArchiveName", longest=48)
        source = declared.properties["SourceArn"]
        made = call("events", "create_archive", declared.properties, ArchiveName=name, EventSourceArn=source)
        return name, {"ArchiveName": name, "Arn": made["ArchiveArn"]}

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        made = call("events", "update_archive", declared.properties, ArchiveName=physical_id)
        return physical_id, {"ArchiveName": physical_id, "Arn": made["ArchiveArn"]}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("events", "delete_archive", ArchiveName=physical_id)
