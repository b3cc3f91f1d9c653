"""AWS Config: the recorder, its delivery channel, rules."""

from emulator.api import call
from emulator.handler import Declared, Handler, Properties, Provisioned, handles


@handles("AWS::Config::ConfigurationRecorder")
class ConfigurationRecorder(Handler):
    """The recorder of a region; ministack has no call that deletes it."""

    def create(self, declared: Declared) -> Provisioned:
        return self.update(declared.properties.get("Name", "default"), declared)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        recorder = {**declared.properties, "name": physical_id}
        call("config", "put_configuration_recorder", ConfigurationRecorder=recorder)
        return physical_id, {}


@handles("AWS::Config::DeliveryChannel")
class DeliveryChannel(Handler):
    """Where a recorder delivers; CloudFormation starts the recorder with it. ministack cannot delete it."""

    def create(self, declared: Declared) -> Provisioned:
        return self.update(declared.properties.get("Name", "default"), declared)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        call("config", "put_delivery_channel", DeliveryChannel={**declared.properties, "name": physical_id})
        for recorder in call("config", "describe_configuration_recorders")["ConfigurationRecorders"]:
            call("config", "start_configuration_recorder", ConfigurationRecorderName=recorder["name"])
        return physical_id, {}


@handles("AWS::Config::ConfigRule")
class ConfigRule(Handler):
    """A rule."""

    def create(self, declared: Declared) -> Provisioned:
        return self.update(declared.name("ConfigRuleName"), declared)

    def update(self, physical_id: str, declared: Declared) -> Provisioned:
        call("config", "put_config_rule", ConfigRule={**declared.properties, "ConfigRuleName": physical_id})
        rule = call("config", "describe_config_rules", ConfigRuleNames=[physical_id])["ConfigRules"][0]
        return physical_id, {
            "Arn": rule["ConfigRuleArn"],
            "ConfigRuleId": rule["ConfigRuleId"],
            "Compliance.Type": "INSUFFICIENT_DATA",
        }

    def delete(self, physical_id: str, properties: Properties) -> None:
        call("config", "delete_config_rule", ConfigRuleName=physical_id)
