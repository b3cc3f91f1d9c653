"""Renews a secret's password in the four steps in which Secrets Manager asks; a step that fails changes nothing in use.

The steps may be asked again, and in part: each looks first at what is there. Whoever uses the secret reads it from
Secrets Manager, so there is no other place that has to learn the password.
"""

import json
import os
import sys
from functools import cache
from typing import Any

LENGTH = 40
EXCLUDED = "\"'\\@/:;&%$#? "
"""What breaks addresses, shells and quotes."""


class RotationError(Exception):
    """A step that must not go on; the password in use stays in use."""


@cache
def client(service: str) -> Any:
    """Return an API of this region, made once."""
    import boto3

    return boto3.client(service)


def handler(event: dict[str, str], _context: object) -> None:
    """Do one step for one version of a secret; a failure is counted for the alarm and raised."""
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    try:
        rotate(secret, token, step)
    except Exception as error:
        _say("ERROR", secret, step, f"{type(error).__name__}: {error}")
        client("cloudwatch").put_metric_data(
            Namespace=os.environ["METRICS_NAMESPACE"],
            MetricData=[{"MetricName": "SecretRotationFailed", "Value": 1, "Unit": "Count"}],
        )
        raise
    _say("INFO", secret, step, "done")


def rotate(secret: str, token: str, step: str) -> None:
    """Do `step`, unless the version `token` is in use already."""
    stages = client("secretsmanager").describe_secret(SecretId=secret)["VersionIdsToStages"]
    if "AWSCURRENT" in stages.get(token, []):
        return
    if "AWSPENDING" not in stages.get(token, []):
        raise RotationError("the version is not the pending one: another rotation runs, or this one was given up")
    match step:
        case "createSecret":
            create(secret, token)
        case "setSecret":
            pass  # readers ask Secrets Manager: nobody else keeps the password
        case "testSecret":
            test(secret, token)
        case "finishSecret":
            (current,) = (version for version, labels in stages.items() if "AWSCURRENT" in labels)
            client("secretsmanager").update_secret_version_stage(
                SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
            )
        case _:
            raise RotationError(f"step must be one of the four of the contract, got {step!r}")


def create(secret: str, token: str) -> None:
    """Give the pending version a new password, and all else that the one in use has; once."""
    api = client("secretsmanager")
    current = json.loads(api.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"])
    try:
        api.get_secret_value(SecretId=secret, VersionId=token, VersionStage="AWSPENDING")
    except api.exceptions.ResourceNotFoundException:
        password = api.get_random_password(PasswordLength=LENGTH, ExcludeCharacters=EXCLUDED)["RandomPassword"]
        api.put_secret_value(
            SecretId=secret,
            ClientRequestToken=token,
            SecretString=json.dumps({**current, "password": password}),
            VersionStages=["AWSPENDING"],
        )


def test(secret: str, token: str) -> None:
    """See that the pending version is what the readers can use in place of the one in use."""
    api = client("secretsmanager")
    current = json.loads(api.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"])
    text = api.get_secret_value(SecretId=secret, VersionId=token, VersionStage="AWSPENDING")["SecretString"]
    try:
        pending = json.loads(text)
    except ValueError:
        raise RotationError("the pending version is no JSON") from None
    if not isinstance(pending, dict) or pending.keys() != current.keys():
        raise RotationError("the pending version has not the fields of the one in use")
    if changed := [name for name in current if name != "password" and pending[name] != current[name]]:
        raise RotationError(f"the pending version changes {', '.join(sorted(changed))}")
    if len(pending["password"]) < LENGTH or pending["password"] == current["password"]:
        raise RotationError("the pending password is too short, or the one in use")


def _say(level: str, secret: str, step: str, message: str) -> None:
    """Write one line for the log; never a value."""
    sys.stdout.write(json.dumps({"level": level, "secret": secret, "step": step, "message": message}) + "\n")
