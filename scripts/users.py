"""A user for a check: made, signed in with both factors, and removed again."""

import secrets
import time
from base64 import b32decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hmac import digest
from typing import TYPE_CHECKING, Any

from scripts.aws import AwsError

if TYPE_CHECKING:
    from scripts.aws import Aws

TIME_STEP_SECONDS = 30


def outputs(aws: "Aws") -> dict[str, str]:
    """Return the outputs of the environment's data stack.

    Raises:
        AwsError: it tells of no user pool.
    """
    name = f"{aws.environment.project}-{aws.environment.name}-data"
    found = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [])
    told = {output["OutputKey"]: output["OutputValue"] for output in found}
    if "UserPoolId" not in told:
        raise AwsError(f"{aws.environment.name} has no directory of users (data.users): whoever calls needs no token")
    return told


def new_user(aws: "Aws") -> tuple[str, str]:
    """Make a user with a second factor, and return the name and an access token."""
    told, cognito = outputs(aws), aws.client("cognito-idp")
    pool, client = told["UserPoolId"], told["OperationsClientId"]
    name, password = f"check-{secrets.token_hex(8)}@example.com", f"aA1!{secrets.token_urlsafe(24)}"
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=name,
        TemporaryPassword=password,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}],
    )
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
        return name, _sign_in(cognito, pool=pool, client=client, name=name, password=password)
    except BaseException:
        cognito.admin_delete_user(UserPoolId=pool, Username=name)
        raise


@contextmanager
def temporary_user(aws: "Aws") -> Iterator[str]:
    """Yield an access token of a user who is deleted afterwards."""
    name, token = new_user(aws)
    try:
        yield token
    finally:
        aws.client("cognito-idp").admin_delete_user(UserPoolId=outputs(aws)["UserPoolId"], Username=name)


def _sign_in(cognito: Any, *, pool: str, client: str, name: str, password: str) -> str:
    started = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )
    if started.get("ChallengeName") == "MFA_SETUP":
        factor = cognito.associate_software_token(Session=started["Session"])
        verified = cognito.verify_software_token(
            Session=factor["Session"], UserCode=one_time_code(factor["SecretCode"], at=time.time())
        )
        started = cognito.admin_respond_to_auth_challenge(
            UserPoolId=pool,
            ClientId=client,
            ChallengeName="MFA_SETUP",
            ChallengeResponses={"USERNAME": name},
            Session=verified["Session"],
        )
    result: Mapping[str, Any] = started.get("AuthenticationResult") or {}
    if "AccessToken" not in result:
        raise AwsError(f"Cognito asks for {started.get('ChallengeName')}, which a check cannot answer")
    return str(result["AccessToken"])


def one_time_code(secret: str, *, at: float) -> str:
    """Return the code that an authenticator app shows at a time (RFC 6238, with SHA-1 and six digits)."""
    key = b32decode(secret + "=" * (-len(secret) % 8))
    mac = digest(key, int(at // TIME_STEP_SECONDS).to_bytes(8), "sha1")
    offset = mac[-1] & 15
    return f"{(int.from_bytes(mac[offset : offset + 4]) & 0x7FFFFFFF) % 1_000_000:06}"
