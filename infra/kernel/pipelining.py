"""How Python speaks with Node: what is asked for while Node still works on something else is pipelined."""

import atexit
import json
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from types import CodeType
from typing import Any, NamedTuple

import attr
from jsii import _kernel, _runtime
from jsii._kernel import types
from jsii._kernel.providers import process as stock
from jsii.errors import ErrorType, JavaScriptError, JSIIError

from infra.kernel.node import PACKAGES

process: Any = stock  # private to jsii, and untyped
kernel: Any = _kernel

Started = subprocess.Popen[bytes]

FIRST_OBJECT = 10_000
"""The number of the first object that the kernel makes; the next one has the next number."""
MOST_UNREAD = 100
"""How many answers may wait to be read: more could fill the pipe, and Node would wait for Python to read it."""

REQUESTS = {
    kind: (api, tuple(field.name for field in attr.fields(kind)))
    for api, kind in {
        "create": types.CreateRequest,
        "get": types.GetRequest,
        "sget": types.StaticGetRequest,
        "set": types.SetRequest,
        "sset": types.StaticSetRequest,
        "invoke": types.InvokeRequest,
        "sinvoke": types.StaticInvokeRequest,
    }.items()
}
"""The requests that an app makes by the thousand, with their fields; jsii's own serialiser knows the others."""
LIBRARIES = (str(PACKAGES), __file__)
"""How the names of files begin that are not the app's."""
PLAIN_ANSWERS = {types.GetResponse, types.InvokeResponse}
SETS = (types.SetRequest, types.StaticSetRequest)


def adopt(started: Started, *, instead: Callable[[], Started] | None = None) -> None:
    """Let jsii use the Node that is already started; it loads libraries while Python imports their bindings.

    A Node that never says hello is replaced by `instead`.
    """
    _runtime.kernel.provider = _Provider(started, instead)


def tell(receiver: Any, method: str, arguments: list[Any] | None = None) -> None:
    """Invoke a method that returns nothing, and go on: a failure is raised when Node is next waited for."""
    arguments = kernel._make_reference_for_native(_runtime.kernel, arguments or [])
    request = types.InvokeRequest(receiver.__jsii_ref__, method, arguments)
    provider: Any = _runtime.kernel.provider
    node: _Node = provider.node
    if not node.calls_back:
        node.tell(request, types.InvokeResponse)
        return
    answer = node.send(request, types.InvokeResponse)
    if isinstance(answer, types.Callback):
        kernel._callback_till_result(_runtime.kernel, answer, types.InvokeResponse)


class _Told(NamedTuple):
    """A request whose answer nobody has read yet."""

    answer: type
    made: str | None
    """The reference that Node gives to the object it makes."""
    frames: list[tuple[CodeType, int]]
    """Where the app made the request, innermost first."""


class _Node(stock._NodeProcess):
    """Answers come in the order of the requests, and the kernel numbers the objects that it makes: both are known.

    Neither holds when Node calls Python back, so that nothing is pipelined once it has an object to call.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls_back = False
        self._told: deque[_Told] = deque()
        self._next_object = FIRST_OBJECT
        self._encode = json.JSONEncoder(default=_as_json).encode
        self._decode = json.JSONDecoder(object_hook=self._from_json).decode

    def send(self, request: Any, response_type: Any) -> Any:
        is_create = isinstance(request, types.CreateRequest)
        self.calls_back |= is_create and bool(request.overrides)
        if is_create and not self.calls_back:
            made = f"{request.fqn}@{self._next_object}"
            self._next_object += 1
            self.tell(request, response_type, made)
            return response_type(made)
        if isinstance(request, SETS) and not self.calls_back:
            self.tell(request, response_type)
            return response_type()
        self._write(request)
        self._settle()
        return self._answer(response_type)

    def tell(self, request: Any, response_type: type, made: str | None = None) -> None:
        """Send `request` and do not wait."""
        self._write(request)
        self._told.append(_Told(response_type, made, _app_frames()))
        if len(self._told) >= MOST_UNREAD:
            self._settle()

    def _write(self, request: Any) -> None:
        if known := REQUESTS.get(type(request)):
            api, fields = known
            message = {"api": api, **{field: getattr(request, field) for field in fields}}
        else:
            message = self._serializer.unstructure(request)
        pipe: Any = self._process.stdin
        pipe.write(self._encode(message).encode() + b"\n")
        pipe.flush()

    def _settle(self) -> None:
        """Read the answers to what was told."""
        while self._told:
            told = self._told.popleft()
            try:
                answer = self._answer(told.answer)
            except Exception as error:
                where = "".join(
                    f'\n  File "{code.co_filename}", line {line}, in {code.co_name}'
                    for code, line in reversed(told.frames)
                )
                error.add_note(f"Python had gone on; Node was told to here:{where}")
                raise
            if told.made and answer.ref != told.made:
                raise JSIIError(f"Node made {answer.ref} for {told.made}: set GROUNDWORK_STOCK_JSII=1, and report it")

    def _answer(self, response_type: Any) -> Any:
        message = self._next_message()
        if "ok" in message:
            answer = message["ok"]
            if response_type in PLAIN_ANSWERS:
                return response_type(**answer)
            return self._serializer.structure(answer, response_type)
        if "callback" in message:
            return self._serializer.structure(message["callback"], types.Callback)
        kind = JSIIError if message["name"] == ErrorType.JSII_FAULT.value else RuntimeError
        raise kind(message["error"]) from JavaScriptError(message["stack"])  # type: ignore[no-untyped-call]

    def _next_message(self) -> Any:
        pipe: Any = self._process.stdout
        return self._decode(pipe.readline().decode())

    def _from_json(self, value: dict[str, Any]) -> Any:
        read = process.ohook(value)
        if isinstance(read, types.ObjRef):
            self._next_object = max(self._next_object, int(read.ref.rpartition("@")[2]) + 1)
        return read


class _Provider(stock.ProcessProvider):
    """`load` is the only request during imports, and nobody reads its answer: a thread sends it.

    The first other request waits for the thread, and is told whatever went wrong there.
    """

    def __init__(self, started: Started, instead: Callable[[], Started] | None) -> None:
        self._started = started
        self._instead = instead
        self._node = _Node()
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            try:
                _greet(self._node, self._started)
            except ValueError:  # an end of file where JSON should be
                if not self._instead:
                    raise
                self._node = _Node()
                _greet(self._node, self._instead())
            while (request := self._requests.get()) is not None:
                self._node.send(request, types.LoadResponse)
        except BaseException as error:
            self._failure = error

    @property
    def node(self) -> _Node:
        """Node, once it has loaded the libraries."""
        if self._thread is not None:
            self._requests.put(None)
            self._thread.join()
            self._thread = None
        if self._failure is not None:
            raise self._failure
        return self._node

    _process = node  # what jsii calls it

    def load(self, request: Any) -> Any:
        if self._thread is None:
            return super().load(request)
        self._requests.put(request)
        return None


def _greet(node: Any, started: Started) -> None:
    """Do what jsii does after it started Node: forward what libraries print, hear hello, stop it at exit."""
    node._process = started
    node.sink_thread = threading.Thread(target=process.stderr_sink, args=(started.stderr,), daemon=True)
    node.sink_thread.start()
    node.handshake()
    atexit.register(node.stop)


def _as_json(value: Any) -> Any:
    if isinstance(value, types.ObjRef):
        return process._unstructure_ref(value)
    if isinstance(value, types.Override):
        return attr.asdict(value)
    return process.jdefault(value)


def _app_frames() -> list[tuple[CodeType, int]]:
    """Return the frames of the app that lead here; those of libraries are left out."""
    frames = []
    frame = sys._getframe(2)
    while frame:
        if not frame.f_code.co_filename.startswith(LIBRARIES):
            frames.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]
    return frames
