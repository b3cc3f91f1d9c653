"""Starts the emulator in this process and serves it on 127.0.0.1."""

import fcntl
import os
import socket
from importlib.metadata import version
from pathlib import Path

STOP_SECONDS = 3
"""How long requests in progress may take when the emulator is told to stop."""


class StartError(Exception):
    """The emulator cannot start; the message says why and what to do."""


def serve(*, port: int, account: str, folder: Path, node_modules: Path) -> None:
    """Serve until SIGTERM or SIGINT; nothing outlives the process.

    Raises:
        StartError: another emulator uses the folder, or the installed ministack is not the expected one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StartError(f"an emulator is running in {folder}: stop it with `make down`") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    _set_environment(port=port, account=account, folder=folder, node_modules=node_modules)
    _run(port)


def _set_environment(*, port: int, account: str, folder: Path, node_modules: Path) -> None:
    """Tell ministack, which reads these at import, and its functions, which inherit them, where they are."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]  # a developer's profile and region are no business of the functions
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    os.environ.update(
        BIND_HOST="127.0.0.1",
        EMULATOR_FOLDER=str(folder),
        GATEWAY_PORT=str(port),
        IOT_MTLS_ENABLED="0",
        MINISTACK_ACCOUNT_ID=account,
        NODE_PATH=str(node_modules),
        TMPDIR=str(temporary),
    )


def _run(port: int) -> None:
    import uvicorn

    from emulator import ministack_internals
    from emulator.front import front
    from emulator.installation import MinistackMovedError, install

    try:
        install()
    except MinistackMovedError as error:
        found = version("ministack")
        raise StartError(
            f"ministack {found} is not {ministack_internals.VERSION}, which the emulator knows: {error}"
        ) from None
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise StartError(f"port {port} is in use: {error.strerror}") from None
    config = uvicorn.Config(
        front(ministack_internals.APP.get()),
        loop="uvloop",
        http="httptools",
        ws="wsproto",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,  # ministack sets the headers that AWS sends
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listening])
