"""The running emulator, as a program that uses AWS sees it."""

import json
import socket
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import boto3
from typer.testing import CliRunner

from emulator.client import Client
from emulator.daemon import ROOT
from scripts.__main__ import app

ACCOUNT = "000000000000"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cloud:
    """Service APIs of the emulator, and stacks to deploy into it."""

    def __init__(self, port: int) -> None:
        self.emulator = Client(port)

    def api(self, service: str, region: str = "us-east-1") -> Any:
        return boto3.client(
            service,
            endpoint_url=self.emulator.url,
            region_name=region,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="emulator",
        )

    def deploy(
        self,
        resources: dict[str, Any],
        outputs: dict[str, Any] | None = None,
        *,
        name: str | None = None,
        region: str = "us-east-1",
    ) -> dict[str, str]:
        """Create or update a stack; return its outputs, and its name as `stack`."""
        declared = {key: {"Value": value} for key, value in (outputs or {}).items()}
        body = json.dumps({"Resources": resources, "Outputs": declared})
        cloudformation = self.api("cloudformation", region)
        operation = cloudformation.update_stack if name else cloudformation.create_stack
        name = name or f"test-{uuid4().hex[:8]}"
        operation(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            refused = [one for one in self.emulator.failures() if one["stack"] == name]
            raise AssertionError(f"{stack['StackStatus']}: {refused}")
        told = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        return {"stack": name, **told}

    def destroy(self, name: str, region: str = "us-east-1") -> None:
        cloudformation = self.api("cloudformation", region)
        arn = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=arn, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
        )


def function(cloud: Cloud, role: str, code: str, *, seconds: int = 20) -> str:
    """Make a Python function whose handler is index.handler; return its ARN."""
    archive = BytesIO()
    with ZipFile(archive, "w") as unpacked:
        unpacked.writestr("index.py", code)
    made = cloud.api("lambda").create_function(
        FunctionName=f"f-{uuid4().hex[:8]}",
        Runtime="python3.14",
        Role=role,
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=seconds,
    )
    return str(made["FunctionArn"])


@dataclass
class Local:
    """A local environment of the tests' own."""

    folder: Path
    port: int

    def up(self, *options: str) -> "subprocess.CompletedProcess[str]":
        return self.run("up", "--folder", str(self.folder), "--port", str(self.port), "--json", *options)

    def down(self) -> None:
        self.run("down", "--folder", str(self.folder))

    def operate(self, verb: str, *options: str) -> "subprocess.CompletedProcess[str]":
        """Run a verb against this environment, in this process: most of a short verb is the start of Python."""
        words = self.verb(verb, *options)
        done = CliRunner().invoke(app, words)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)

    def token(self) -> str:
        """Return an access token of a new user."""
        done = self.operate("token")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def verb(self, verb: str, *options: str) -> list[str]:
        return [verb, "--environment", "local", "--port", str(self.port), *options]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a verb as a person does, in a process of its own."""
        command = [sys.executable, "-m", "scripts", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
