"""Secrets Manager: resource policies and rotation."""

from emulator import ministack_internals as ministack
from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("AWS::SecretsManager::ResourcePolicy")
class ResourcePolicy(Handler):
    """Who may use a secret."""

    def create(self, declared: Declared) -> Provisioned:
        return self.update(declared.properties["SecretId"], declared)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        call("secretsmanager", "put_resource_policy", declared.properties)
        return physical_id, {"Id": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("secretsmanager", "delete_resource_policy", properties)


@handles("AWS::SecretsManager::RotationSchedule")
class RotationSchedule(Handler):
    """When a secret is rotated, and by which function."""

    def create(self, declared: Declared) -> Provisioned:
        return self.update(declared.properties["SecretId"], declared)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        now = declared.properties.get("RotateImmediatelyOnUpdate", True)
        call("secretsmanager", "rotate_secret", declared.properties, RotateImmediately=now)
        return physical_id, {"Id": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        """End the rotation in the record: ministack has no CancelRotateSecret."""
        _, secret = ministack.FIND_SECRET.get()(physical_id)
        if secret:
            secret["RotationEnabled"] = False
