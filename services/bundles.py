"""Where the functions' bundles are, and whether they are up to date. `python -m scripts bundle` builds them."""

from hashlib import sha256
from pathlib import Path

SERVICES = Path(__file__).parent
BUILD = SERVICES.parent / "build"


class BundleError(Exception):
    """A bundle is missing, or older than its sources."""


def sources(name: str) -> list[Path]:
    """Return the files that the bundle `name` is made of, in a fixed order."""
    folder = SERVICES / name
    return [*sorted(folder.rglob("*.py")), folder / "requirements.txt"]


def fingerprint(name: str) -> str:
    """Return the hash of what goes into the bundle `name`."""
    digest = sha256()
    for path in sources(name):
        digest.update(f"{path.relative_to(SERVICES)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(name: str) -> bool:
    """Whether the bundle `name` exists and is made of today's sources."""
    record = BUILD / f"{name}.sha256"
    return bundle(name).exists() and record.exists() and record.read_text() == fingerprint(name)


def bundle(name: str) -> Path:
    """Return where the bundle `name` is or will be."""
    return BUILD / f"{name}.zip"


def bundle_path(name: str) -> Path:
    """Return the bundle `name`, ready to deploy.

    Raises:
        BundleError: it is missing, or older than its sources.
    """
    if not is_current(name):
        raise BundleError(f"build/{name}.zip is missing or older than services/{name}: run `make bundle`")
    return bundle(name)
