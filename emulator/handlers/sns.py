"""SNS: the key of a topic."""

from emulator.api import call
from emulator.handler import Properties, completes


@completes("AWS::SNS::Topic")
def encryption(physical_id: str, properties: Properties) -> None:
    """Keep the key, which ministack's handler drops."""
    key = properties.get("KmsMasterKeyId", "")
    call(
        "sns",
        "set_topic_attributes",
        TopicArn=physical_id,
        AttributeName="KmsMasterKeyId",
        AttributeValue=key,
    )
