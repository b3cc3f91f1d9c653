"""`bundle`: build the functions' zip files, byte for byte the same on every machine, without Docker."""

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from scripts.console import fail, progress
from services import bundles

NAMES = ("database_bootstrap", "reports_function", "todo_api")
TARGET = ("--python-version", "3.14", "--python-platform", "aarch64-manylinux_2_28")
IN_THE_RUNTIME = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"}
"""What AWS's Python runtime already has: boto3 and what it needs."""
NOT_NEEDED = {"bin", "__pycache__", "tests"}
NATIVE = {".so", ".pyd", ".dylib"}
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can hold."""


def bundle() -> None:
    """Build the bundles whose sources have changed."""
    for name in NAMES:
        if bundles.is_current(name):
            continue
        progress.print(f"Bundling {name}")
        built_from = bundles.fingerprint(name)  # before: what changes during the build is built the next time
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            _install(bundles.SERVICES / name / "requirements.txt", root)
            _write(name, root)
        bundles.record(name).write_text(built_from)
        progress.print(f"build/{name}.zip: {bundles.bundle(name).stat().st_size // 1024} KiB")


def _install(requirements: Path, root: Path) -> None:
    uv = Path(sys.executable).parent / "uv"
    command = [str(uv), "pip", "install", "--quiet", "--target", str(root), "--only-binary", ":all:", *TARGET]
    command += ["--require-hashes", "--no-compile-bytecode", "--requirement", str(requirements)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        fail(f"cannot install {requirements}:\n{result.stderr.strip()}")


def _write(name: str, root: Path) -> None:
    """Pack by name and content only, and without compression: another zlib would make other bytes."""
    bundles.BUILD.mkdir(exist_ok=True)
    installed = [path for path in root.rglob("*") if path.is_file() and _is_needed(path.relative_to(root))]
    files = {path.relative_to(root).as_posix(): path for path in installed}
    files |= {path.relative_to(bundles.SERVICES).as_posix(): path for path in bundles.code(name)}
    unfinished = bundles.bundle(name).with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
        for relative, path in sorted(files.items()):
            entry = zipfile.ZipInfo(relative, FIXED_TIME)
            entry.create_system = 3  # Unix, wherever this runs
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    unfinished.replace(bundles.bundle(name))


def _is_needed(path: Path) -> bool:
    package = path.parts[0]
    if re.split(r"[-.]", package)[0] in IN_THE_RUNTIME:
        return False
    if package.endswith(".dist-info"):
        return path.name == "METADATA"  # some packages ask for their own version; the rest tells of the installation
    if NOT_NEEDED & set(path.parts):
        return False
    if NATIVE & set(path.suffixes):
        if package == "wrapt":  # the same code in Python is beside it, and takes its place
            return False
        fail(f"{path} is native code: a bundle must run on Lambda's ARM and on this machine alike")
    return path.suffix in {".py", ".json"}
