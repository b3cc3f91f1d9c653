"""Constructs as the CDK synthesises them, with what their functions run, ready for the emulator."""

import json
import shutil
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from tests.emulator.local_cloud import ACCOUNT, Cloud


def new_stack(folder: Path) -> cdk.Stack:
    """A stack of the emulator's account, to be synthesised into the folder."""
    app = cdk.App(outdir=str(folder / "assembly"), builtin_cloud_formation_validation=False)
    return cdk.Stack(app, "Test", env=cdk.Environment(account=ACCOUNT, region="us-east-1"))


def resources(stack: cdk.Stack, cloud: Cloud, folder: Path) -> dict[str, Any]:
    """Synthesise the stack, upload its assets, and return its resources."""
    app = stack.node.root
    assert isinstance(app, cdk.App)
    assembly = Path(app.synth().directory)
    s3 = cloud.api("s3")
    for digest, file in json.loads((assembly / "Test.assets.json").read_text())["files"].items():
        source = assembly / file["source"]["path"]
        if source.is_dir():
            source = Path(shutil.make_archive(str(folder / digest), "zip", source))
        for place in file["destinations"].values():
            s3.create_bucket(Bucket=place["bucketName"])
            s3.put_object(Bucket=place["bucketName"], Key=place["objectKey"], Body=source.read_bytes())
    found: dict[str, Any] = json.loads((assembly / "Test.template.json").read_text())["Resources"]
    return found
