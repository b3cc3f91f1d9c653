"""Rotation of secrets: stock ministack promotes a copy of the old value and never calls the function."""

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from emulator import ministack_internals as ministack
from emulator.api import call

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")

Answer = tuple[int, dict[str, str], bytes]
Rotate = Callable[[dict[str, Any]], Answer]
_log = logging.getLogger("emulator.rotation")


def apply() -> None:
    """Run the four steps of the rotation contract through the secret's function."""
    ministack.replace(ministack.ROTATE_SECRET, _rotating)
    ministack.replace(ministack.READ_SECRET, _reading)


def _rotating(stock: Rotate) -> Rotate:
    def rotate(request: dict[str, Any]) -> Answer:
        _, secret = ministack.FIND_SECRET.get()(request.get("SecretId"))
        function = request.get("RotationLambdaARN") or (secret or {}).get("RotationLambdaARN")
        if not secret or not function or secret.get("DeletedDate"):
            return stock(request)
        token = request.get("ClientRequestToken") or str(uuid.uuid4())
        secret["RotationEnabled"] = True
        secret["RotationLambdaARN"] = function
        secret["RotationRules"] = request.get("RotationRules") or secret.get("RotationRules")
        if request.get("RotateImmediately", True):
            _start(secret, function, token)
        answer = {"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": token}
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()

    return rotate


def _reading(stock: Rotate) -> Rotate:
    """A pending version has no value until the function puts one: it asks, to know whether it has to."""

    def read(request: dict[str, Any]) -> Answer:
        answer = stock(request)
        value = json.loads(answer[2])
        if "VersionId" not in value or "SecretString" in value or "SecretBinary" in value:
            return answer
        refusal = {"__type": "ResourceNotFoundException", "message": "The version has no value yet."}
        return 400, answer[1], json.dumps(refusal).encode()

    return read


def _start(secret: dict[str, Any], function: str, token: str) -> None:
    """Open the pending version, and run the steps beside the request, which AWS answers at once too."""
    now = int(time.time())
    pending = {"SecretString": None, "SecretBinary": None, "CreatedDate": now, "Stages": ["AWSPENDING"]}
    secret["Versions"][token] = pending
    context = copy_context()
    threading.Thread(target=context.run, args=(_run, secret, function, token), daemon=True).start()


def _run(secret: dict[str, Any], function: str, token: str) -> None:
    for step in STEPS:
        event = {"SecretId": secret["ARN"], "ClientRequestToken": token, "Step": step}
        answer = call("lambda", "invoke", FunctionName=function, Payload=json.dumps(event))
        if "FunctionError" in answer:
            _log.error("rotation of %s failed in %s: %s", secret["Name"], step, answer["Payload"].read()[:300])
            return
    secret["LastRotatedDate"] = int(time.time())
