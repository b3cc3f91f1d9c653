"""Python functions: the thread that invokes one waits for its answer itself, and their log is a file.

Stock ministack starts a thread for each answer, lets another read the log from a pipe, and waits up to 50 ms for lines
that may be late. A file holds all that was logged before the answer came.
"""

import json
import os
import select
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator import ministack_internals as ministack

_LOG = "log"
_TO_FILE = f"""
import os
os.dup2(os.open(os.path.join(os.path.dirname(__file__), {_LOG!r}), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
"""
"""What the process of a function does first."""
_LOST = "lost"
_PIPE_BYTES = 65536

Answer = dict[str, Any]
Config = dict[str, Any]


def apply() -> None:
    """Run Python functions in processes of ours."""
    ministack.replace(ministack.PYTHON_SCRIPT, lambda script: _TO_FILE + script)
    ministack.replace(ministack.WORKER_CLASS, _ours_for_python)


def _ours_for_python(stock: Callable[[Config], type]) -> Callable[[Config], type]:
    ours = _python_worker(ministack.WORKER.get())
    return lambda config: ours if str(config.get("Runtime", "")).startswith("python") else stock(config)


def _python_worker(worker: Any) -> type:
    class PythonWorker(worker):  # type: ignore[misc]
        """A process of one function, for one invocation after the other."""

        def invoke(self, event: Any, request_id: str, **context: Any) -> Answer:
            """Hand the process an event. One that dies over it, or takes too long, is replaced at the next."""
            with self._lock:
                cold = self._proc is None or self._proc.poll() is not None
                if cold:
                    self._start()
                seconds = self.config.get("Timeout", 30)
                asked = {**context, "request_id": request_id, "timeout_ms": 1000 * seconds}
                self._proc.stdin.write(json.dumps({"event": event, "ctx": asked}) + "\n")
                answer = {**_answer(self._proc.stdout.fileno(), seconds), "cold_start": cold, "log": self._logged()}
                if answer["status"] == _LOST:
                    self.kill()
                return answer

        def _start(self) -> None:
            self._read = 0
            try:
                self._spawn()
            except RuntimeError as error:
                raise RuntimeError(f"{error}{self._logged()}") from None

        def _logged(self) -> str:
            """Return what was logged since the last time."""
            with (Path(self._tmpdir) / _LOG).open("rb") as log:
                log.seek(self._read)
                new = log.read()
            self._read += len(new)
            return new.decode(errors="replace").rstrip("\n")

    return PythonWorker


def _answer(pipe: int, seconds: int) -> Answer:
    """Return the first line that is an answer: what is written in C may stand before it."""
    ready = select.poll()
    ready.register(pipe, select.POLLIN | select.POLLHUP)
    until = time.monotonic() + seconds
    received = bytearray()
    while ready.poll(max(0, 1000 * (until - time.monotonic()))):
        part = os.read(pipe, _PIPE_BYTES)
        if not part:
            return {"status": _LOST, "error": "Worker process died"}
        received += part
        if part.endswith(b"\n"):
            for line in received.splitlines():
                if line.startswith(b'{"status": '):
                    return dict(json.loads(line))
    return {"status": _LOST, "error": f"Task timed out after {seconds}.00 seconds"}
