"""Python functions: no thread for an invocation, and their log is a file.

Stock ministack takes two threads for each invocation and a third for the log, all of which want the interpreter at the
same time, and then waits up to 50 ms for lines that may come late through a pipe. Here the event loop waits for the
answer where it is the event loop that asks, and a file holds all that was logged before the answer came.
"""

import asyncio
import json
import os
import select
import time
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from pathlib import Path
from typing import Any

from emulator import guests
from emulator import ministack_internals as ministack

_LOG = "log"
_TO_FILE = f"""
import os
os.dup2(os.open(os.path.join(os.path.dirname(__file__), {_LOG!r}), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
"""
"""What the process of a function does first."""
_PIPE_BYTES = 65536
_LOST = "lost"

Answer = dict[str, Any]
Config = dict[str, Any]
Run = Callable[..., Awaitable[Any]]


def apply() -> None:
    """Run Python functions in processes of ours, and wait for them on the event loop."""
    ministack.replace(ministack.PYTHON_SCRIPT, lambda script: _TO_FILE + script)
    ministack.replace(ministack.WORKER_CLASS, _ours_for_python)
    ministack.replace(ministack.RUN_REENTRANT, _without_a_thread)


def _is_python(config: Config) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


def _without_a_thread(stock: Run) -> Run:
    async def run(function: Any, *arguments: Any, **options: Any) -> Any:
        if function is ministack.EXECUTE.get() and _is_python(arguments[0]["config"]):
            return await guests.run(function, *arguments)
        return await stock(function, *arguments, **options)

    return run


def _ours_for_python(stock: Callable[[Config], type]) -> Callable[[Config], type]:
    ours = _python_worker(ministack.WORKER.get())
    return lambda config: ours if _is_python(config) else stock(config)


def _python_worker(worker: Any) -> type:
    class PythonWorker(worker):  # type: ignore[misc]
        """A process of one function, for one invocation after the other."""

        def invoke(self, event: Any, request_id: str, **context: Any) -> Answer:
            """Hand the process an event. One that dies over it, or takes too long, is replaced at the next."""
            with self._lock:
                cold = self._proc is None or self._proc.poll() is not None
                if cold:
                    _off_the_loop(self._start)
                seconds = self.config.get("Timeout", 30)
                asked = {**context, "request_id": request_id, "timeout_ms": 1000 * seconds}
                self._proc.stdin.write(json.dumps({"event": event, "ctx": asked}) + "\n")
                try:
                    answer = _answer(self._proc.stdout.fileno(), seconds)
                except asyncio.CancelledError:
                    self._proc.kill()  # else its answer would be taken for that of the next event
                    raise
                answer.update(cold_start=cold, log=self._logged())
                if answer["status"] == _LOST:
                    _off_the_loop(self.kill)
                return answer

        def _start(self) -> None:
            try:
                self._spawn()
            except RuntimeError as error:
                raise RuntimeError(f"{error}{self._logged()}") from None

        def _logged(self) -> str:
            """Return what was logged since the last time, and forget it."""
            log = Path(self._tmpdir) / _LOG
            text = log.read_bytes().decode(errors="replace")
            os.truncate(log, 0)
            return text.rstrip("\n")

    return PythonWorker


def _answer(pipe: int, seconds: int) -> Answer:
    """Return the first line that is an answer: what is written in C may stand before it."""
    until = time.monotonic() + seconds
    received = bytearray()
    while _is_readable(pipe, until - time.monotonic()):
        part = os.read(pipe, _PIPE_BYTES)
        if not part:
            return {"status": _LOST, "error": "Worker process died"}
        received += part
        if part.endswith(b"\n"):
            for line in received.splitlines():
                if line.startswith(b'{"status": '):
                    return dict(json.loads(line))
    return {"status": _LOST, "error": f"Task timed out after {seconds}.00 seconds"}


def _is_readable(pipe: int, seconds: float) -> bool:
    """Wait until there is something to read, or it ended; False when time is up."""
    if guests.inside():
        return bool(guests.wait(_readable(pipe, seconds)))
    ready = select.poll()
    ready.register(pipe, select.POLLIN | select.POLLHUP)
    return bool(ready.poll(max(0, 1000 * seconds)))


async def _readable(pipe: int, seconds: float) -> bool:
    loop = asyncio.get_running_loop()
    known: asyncio.Future[bool] = loop.create_future()

    def settle(readable: bool) -> None:
        if not known.done():
            known.set_result(readable)

    limit = loop.call_later(seconds, settle, False)
    loop.add_reader(pipe, settle, True)
    try:
        return await known
    finally:
        loop.remove_reader(pipe)
        limit.cancel()


def _off_the_loop(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call what takes its time where it keeps nobody waiting."""
    if guests.inside():
        return guests.wait(asyncio.to_thread(copy_context().run, function, *arguments))
    return function(*arguments)
