"""What makes a synthesis quick to start and quick to leave: a third of the time of one without."""

import atexit
import gc
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from infra.kernel import bindings, node


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
    if node.NODE.exists():
        os.environ.setdefault("JSII_NODE", str(node.NODE))
    if not node.is_known():
        return
    if sys.flags.optimize:
        bindings.install()
    try:
        if node.is_usable(blob := node.snapshot()):
            overlap(node.start_from(blob), instead=node.start_directly)
        else:
            overlap(node.start_directly())
    except OSError:
        return  # there is no Node: jsii says it better, when it is used


Started = subprocess.Popen[bytes]


def overlap(started: Started, *, instead: Callable[[], Started] | None = None) -> None:
    """Let Node, already started, load the libraries on a thread, while Python imports their bindings.

    `load` is the only request during imports, and nobody reads its answer; the first other request waits for the
    thread, and is told whatever went wrong there. A Node that never says hello is replaced by `instead`.
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
                try:
                    _adopt(self._node, started, process.stderr_sink)
                except ValueError:  # an end of file where JSON should be
                    if not instead:
                        raise
                    self._node = process._NodeProcess()
                    _adopt(self._node, instead(), process.stderr_sink)
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


def _adopt(node: Any, started: Started, sink: Any) -> None:
    """Do what jsii does after it started Node: forward what libraries print, say hello, stop it at exit."""
    node._process = started
    node.sink_thread = threading.Thread(target=sink, args=(started.stderr,), daemon=True)
    node.sink_thread.start()
    node.handshake()
    atexit.register(node.stop)


def leave() -> None:
    """End the process without taking the construct tree apart first. Only for success: the exit code is 0."""
    # Stops the jsii kernel as a normal exit would; the name is private to Python, so its absence costs speed only.
    run_exit_functions = getattr(atexit, "_run_exitfuncs", None)
    if run_exit_functions:
        run_exit_functions()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
