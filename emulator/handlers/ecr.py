"""ECR: scanning on push."""

from emulator.api import call
from emulator.handler import Properties, completes


@completes("AWS::ECR::Repository")
def scanning(physical_id: str, properties: Properties) -> None:
    """Keep the scanning configuration, which ministack's handler drops."""
    if "ImageScanningConfiguration" in properties:
        call("ecr", "put_image_scanning_configuration", properties, repositoryName=physical_id)
