"""AWS Backup: what a plan selects."""

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("AWS::Backup::BackupSelection")
class BackupSelection(Handler):
    """A selection of a backup plan."""

    def create(self, declared: Declared) -> Provisioned:
        plan = declared.properties["BackupPlanId"]
        selection = call("backup", "create_backup_selection", declared.properties)["SelectionId"]
        return f"{selection}_{plan}", {"SelectionId": selection, "BackupPlanId": plan, "Id": selection}

    def delete(self, physical_id: str, properties: Properties) -> None:
        selection, plan = physical_id.split("_", 1)
        call("backup", "delete_backup_selection", BackupPlanId=plan, SelectionId=selection)
