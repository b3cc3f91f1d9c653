"""Signs in as the master user: prepares the database for CloudFormation, and writes the canary of restore tests."""

import json
import os
import socket
import ssl
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
from database_bootstrap import mysql, postgresql, tls
from database_bootstrap.canary import Canary
from database_bootstrap.cloudformation import answer
from database_bootstrap.settings import Settings

ENGINES = {"postgresql": postgresql.prepare, "mysql": mysql.prepare}
CANARIES = {"postgresql": postgresql.write_canary, "mysql": mysql.write_canary}
RESERVE_SECONDS = 30
"""What is kept of the function's time to tell CloudFormation."""
PAUSE_SECONDS = 5.0


def handler(event: dict[str, Any], context: Any) -> str:
    """Answer a request of CloudFormation, or write `{"Canary": ...}`; return what was done."""
    if "Canary" in event:
        settings = Settings.read(json.loads(os.environ["SETTINGS"]))
        work = partial(CANARIES[settings.engine], settings, Canary.read(event["Canary"]))
        return _signed_in(settings, work, seconds=_seconds(context)) or "The canary is written."
    status, reason = "SUCCESS", "Nothing to do: users and schema go with the cluster."
    try:
        if event["RequestType"] != "Delete":
            reason = bootstrap(Settings.read(event["ResourceProperties"]), seconds=_seconds(context))
    except Exception as error:
        status, reason = "FAILED", f"{type(error).__name__}: {error}"
    answer(event, status=status, reason=reason)  # whatever happened
    return reason


def bootstrap(settings: Settings, *, seconds: float) -> str:
    """Prepare the database, and return what was done."""
    done = f"{settings.database} is ready for {settings.application} and {settings.migrations}."
    return _signed_in(settings, partial(ENGINES[settings.engine], settings), seconds=seconds) or done


def _signed_in(settings: Settings, work: Callable[..., None], *, seconds: float) -> str | None:
    """Do `work` as the master user; return why not where the emulator has no database. Tries again until `seconds` are
    over: a new cluster's name takes a while to be known, a paused one to wake up, and a password may just have been
    rotated.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            secret = _secret(settings.secret_arn)
            work(user=secret["username"], password=secret["password"], context=tls.verified())
            return None
        except ssl.SSLCertVerificationError:
            raise  # the next try would meet the same server
        except Exception as error:
            if "AWS_ENDPOINT_URL" in os.environ and _found_nobody(error):
                return f"Nothing listens at {settings.host}:{settings.port}: the emulator keeps records of databases."
            if time.monotonic() + PAUSE_SECONDS >= end:
                raise
        time.sleep(PAUSE_SECONDS)


def _seconds(context: Any) -> float:
    remaining: float = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    return remaining


def _secret(arn: str) -> dict[str, str]:
    value: dict[str, str] = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])
    return value


def _found_nobody(error: BaseException | None) -> bool:
    while error:
        if isinstance(error, ConnectionRefusedError | socket.gaierror):
            return True
        error = error.__cause__ or error.__context__
    return False
