"""A browser for tests: headless Chromium, spoken to in its own protocol over two pipes: nothing is installed."""

import json
import os
import select
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import F_DUPFD_CLOEXEC, fcntl
from pathlib import Path
from typing import Any

HIGH = 20
SECONDS = 15.0
"""How long something may take to appear."""
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "Space": (32, " ")}


def installed() -> bool:
    """Whether this machine has a Chromium."""
    return shutil.which("chromium") is not None


class Page:
    """A tab, and what a person does in it. Whatever needs an element waits for it."""

    def __init__(self, to: int, of: int) -> None:
        self._to, self._of, self._read, self._last = to, of, b"", 0
        self._session: str | None = None
        self.complaints: list[str] = []
        """What the page threw, and what the browser refused it."""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")

    def size(self, width: int, height: int, *, phone: bool = False, dark: bool = False) -> None:
        """Be as large as a screen; a phone has fingers."""
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2, mobile=phone)
        self._ask("Emulation.setTouchEmulationEnabled", enabled=phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, url: str) -> None:
        """Go to an address."""
        failed = self._ask("Page.navigate", url=url).get("errorText")
        assert not failed, f"{url}: {failed}"

    def run(self, script: str) -> Any:
        """Return what an expression of JavaScript gives."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, f"{script}: {answer['exceptionDetails']}"
        return answer["result"].get("value")

    def wait(self, script: str) -> None:
        """Wait until an expression holds."""
        end, problem = time.monotonic() + SECONDS, ""
        while time.monotonic() < end:
            try:
                if self.run(f"Boolean({script})"):
                    return
            except AssertionError as error:  # the page is just changing
                problem = str(error)
            time.sleep(0.05)
        raise AssertionError(f"{script} never held: {problem} {self.text()!r} {self.complaints}")

    def text(self) -> str:
        """Return the text that can be seen."""
        return str(self.run("document.body.innerText"))

    def see(self, text: str) -> None:
        """Wait until a text can be seen."""
        self.wait(f"document.body.innerText.includes({json.dumps(text)})")

    def click(self, selector: str) -> None:
        """Click into the middle of an element that nothing covers."""
        place = f"document.querySelector({json.dumps(selector)})"
        self.wait(f"{place}?.checkVisibility() && !{place}.disabled")
        box = self.run(f"{place}.scrollIntoView({{block: 'center'}}), {place}.getBoundingClientRect().toJSON()")
        point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **point)

    def write(self, selector: str, text: str) -> None:
        """Write into a field, over what is there."""
        place = f"document.querySelector({json.dumps(selector)})"
        self.wait(f"{place}?.checkVisibility()")
        self.run(f"{place}.focus(), {place}.select?.()")
        self._ask("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press a key, where the focus is."""
        code, text = KEYS[key] if key in KEYS else (ord(key.upper()), key)
        named = {"key": " " if key == "Space" else key, "code": key, "windowsVirtualKeyCode": code}
        self._ask("Input.dispatchKeyEvent", type="keyDown", text=text, **named)
        self._ask("Input.dispatchKeyEvent", type="keyUp", **named)

    def picture(self, path: Path) -> None:
        """Keep a picture of what can be seen."""
        path.write_bytes(b64decode(self._ask("Page.captureScreenshot", format="png")["data"]))

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            told = self._next(end)
            if told.get("id") == self._last:
                assert "error" not in told, f"{method}: {told['error']}"
                return dict(told["result"])
            self._note(told)
        raise AssertionError(f"{method}: no answer")

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._of], [], [], max(0, end - time.monotonic()))
            assert ready, "Chromium does not answer"
            read = os.read(self._of, 1 << 20)
            assert read, "Chromium ended"
            self._read += read
        message, self._read = self._read.split(b"\0", 1)
        return dict(json.loads(message))

    def _note(self, told: dict[str, Any]) -> None:
        parameters = told.get("params", {})
        if told.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(parameters["exceptionDetails"])[:500])
        if told.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")


def _pipe() -> tuple[int, int]:
    """A pipe beyond the numbers that Chromium's end of it gets."""
    low = os.pipe()
    high = tuple(fcntl(end, F_DUPFD_CLOEXEC, HIGH) for end in low)
    for end in low:
        os.close(end)
    return high[0], high[1]


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """Start Chromium with a fresh profile in `folder`, and end it."""
    (to_read, to), (of, of_write) = _pipe(), _pipe()
    options = (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
        "--remote-debugging-pipe", f"--user-data-dir={folder}",
    )  # fmt: skip
    command = f'exec chromium "$@" 3<&{to_read} 4>&{of_write}'
    process = subprocess.Popen(  # the shell puts the pipes where Chromium expects them
        ["/bin/bash", "-c", command, "bash", *options], pass_fds=(to_read, of_write), stderr=subprocess.DEVNULL
    )
    os.close(to_read)
    os.close(of_write)
    try:
        yield Page(to, of)
    finally:
        process.terminate()
        process.wait(timeout=SECONDS)
        os.close(to)
        os.close(of)
