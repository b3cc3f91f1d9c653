"""AWS where an environment's configuration places it: clients that retry, the right account, errors in one line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from scripts.console import Exit, fail

if TYPE_CHECKING:
    from config import Environment

ATTEMPTS = 10
"""Attempts of one call before throttling or a fault of AWS ends a verb; botocore waits longer each time, up to 20 s."""

EXPIRED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
}
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
THROTTLED = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown"}


class AwsError(Exception):
    """A call that AWS refused, in words for the person who asked."""


class WrongArgumentError(AwsError):
    """What was asked for is not there, or not possible: the person's to correct, and so exit code 2."""


class Aws:
    """The APIs of one environment's account; on the emulator where the environment lives there."""

    def __init__(self, environment: "Environment", *, port: int | None = None) -> None:
        """`port` is the emulator's, where it is not the configured one."""
        from boto3.session import Session

        self.environment = environment
        self.region = str(environment.region)
        self._settings: dict[str, Any] = {}
        self.endpoint: str | None = None
        if environment.emulator:
            self.endpoint = f"http://127.0.0.1:{port or environment.emulator.port}"
            self._settings["endpoint_url"] = self.endpoint
            self._session = Session(aws_access_key_id=environment.account, aws_secret_access_key="emulator")  # noqa: S106
        else:
            self._session = Session()
        self.client: Callable[..., Any] = cache(self._client)

    def _client(self, service: str, region: str | None = None) -> Any:
        from botocore.config import Config

        config = Config(retries={"mode": "standard", "total_max_attempts": ATTEMPTS}, max_pool_connections=32)
        return self._session.client(service, region_name=region or self.region, config=config, **self._settings)

    @property
    def alarm_regions(self) -> list[str]:
        """Regions with alarms of the environment: its own, and the edge's, where CloudFront's metrics are."""
        return list(dict.fromkeys([self.region, *(["us-east-1"] if self.environment.edge.enabled else [])]))

    def in_own_account(self) -> "Aws":
        """Return these APIs for the environment's account: with the credentials in use, or the look-up role there.

        Raises:
            AwsError: the credentials are of another account, and may not take that role.
        """
        if self.environment.account in (None, self.client("sts").get_caller_identity()["Account"]):
            return self
        return self.taking("lookup")

    def taking(self, purpose: str) -> "Aws":
        """Return these APIs as the role that `cdk bootstrap` made for `purpose`: lookup, or file-publishing.

        On the emulator nobody needs one.

        Raises:
            AwsError: the credentials may not take that role.
        """
        from boto3.session import Session
        from botocore.exceptions import ClientError

        if self.endpoint:
            return self
        wanted = self.environment.account or self.client("sts").get_caller_identity()["Account"]
        role = f"arn:aws:iam::{wanted}:role/cdk-hnb659fds-{purpose}-role-{wanted}-{self.region}"
        try:
            found = self.client("sts").assume_role(RoleArn=role, RoleSessionName="groundwork")["Credentials"]
        except ClientError as error:
            raise AwsError(f"its account is {wanted}, and {role} cannot be taken ({code_of(error)})") from None
        other = Aws(self.environment)
        other._session = Session(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
        return other

    def check_account(self) -> str:
        """Return the account of the credentials in use.

        Raises:
            AwsError: it is not the environment's.
        """
        account = str(self.client("sts").get_caller_identity()["Account"])
        if self.environment.account not in (None, account):
            raise AwsError(
                f"the credentials are of account {account}, and {self.environment.name} is in "
                f"{self.environment.account} (config/{self.environment.name}.py): use that account's"
            )
        return account


@contextmanager
def told_plainly(*own: type[Exception]) -> Iterator[None]:
    """Turn what AWS, the configuration and the verb's `own` errors say into one line and an exit code."""
    from botocore.exceptions import BotoCoreError, ClientError

    import config

    known: tuple[type[Exception], ...] = (AwsError, *own)
    try:
        yield
    except config.ConfigError as error:
        fail(str(error), Exit.USAGE)
    except WrongArgumentError as error:
        fail(str(error), Exit.USAGE)
    except TimeoutError as error:
        fail(str(error), Exit.TIMEOUT)
    except (ClientError, BotoCoreError, *known) as error:
        fail(in_words(error))


def in_words(error: Exception) -> str:
    """Return what an error says to the person who asked."""
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, ClientError):
        return _refusal(error)
    return _unreachable(error) if isinstance(error, BotoCoreError) else str(error)


def code_of(error: Any) -> str:
    """Return the code that AWS gave to an error, such as ResourceNotFoundException."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _refusal(error: Any) -> str:
    code, said = code_of(error), error.response.get("Error", {}).get("Message", "")
    if code in EXPIRED:
        return f"the credentials are not valid, or no longer ({code}): sign in again"
    if code in DENIED:
        return f"the credentials may not call {error.operation_name}: {said}"
    if code in THROTTLED:
        return f"AWS still throttles {error.operation_name} after {ATTEMPTS} attempts: run the same command later"
    return f"{error.operation_name}: {code}: {said}"


def _unreachable(error: Exception) -> str:
    kind = type(error).__name__
    if kind in ("NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "UnauthorizedSSOTokenError"):
        return f"there are no AWS credentials ({error}): sign in, or set AWS_PROFILE"
    if kind == "EndpointConnectionError":
        return f"{error}: is the emulator up (`make up`), or the network down?"
    return str(error)
