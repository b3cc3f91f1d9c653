"""A custom resource whose function dies fails at once: AWS, and stock ministack, wait for its time limit."""

from collections.abc import Callable
from typing import Any

from emulator import ministack_internals as ministack

Execute = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]


def apply() -> None:
    """Answer CloudFormation for a function that cannot."""
    ministack.replace(ministack.EXECUTE, _answering)


def _answering(execute: Execute) -> Execute:
    def execute_and_answer(function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        result = execute(function, event)
        url = event.get("ResponseURL") if isinstance(event, dict) else None
        if isinstance(url, str) and result.get("error"):
            _fail(url.rsplit("/", 1)[1], result.get("body"))
        return result

    return execute_and_answer


def _fail(token: str, body: Any) -> None:
    waiting = ministack.WAITING_RESOURCES.get().get(token)
    if waiting and waiting["result"] is None:
        said = body.get("errorMessage") if isinstance(body, dict) else body
        ministack.ANSWER_RESOURCE.get()(token, {"Status": "FAILED", "Reason": f"its function failed: {said}"})
