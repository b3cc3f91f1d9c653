"""The CDK CLI for an environment: on the emulator with its own credentials, on AWS with the caller's."""

from pathlib import Path
from typing import TYPE_CHECKING

from scripts.aws import AwsError

if TYPE_CHECKING:
    from scripts.aws import Aws
    from scripts.local.cdk import Cdk

FOLDER = Path(".groundwork/delivery")


def cdk_of(aws: "Aws") -> "Cdk":
    """Return the CDK CLI that deploys into the environment's account."""
    from scripts.local.cdk import Cdk, CdkError, check_installed

    try:
        check_installed()
    except CdkError as error:
        raise AwsError(str(error)) from None
    folder = (FOLDER / aws.environment.name).resolve()
    if aws.endpoint:
        return Cdk(account=str(aws.environment.account), region=aws.region, endpoint=aws.endpoint, folder=folder)
    return Cdk.with_own_credentials(folder)
