"""Where the functions' bundles are, and whether they are up to date. `python -m scripts bundle` builds them."""

from hashlib import sha256
from pathlib import Path

SERVICES = Path(__file__).parent
ROOT = SERVICES.parent
BUILD = ROOT / "build"
SUFFIXES = {".py", ".pem"}
SHARED = {"reports_function": ("reports", "database_bootstrap/rds_roots.pem")}
"""What a bundle has besides its own folder: the same code runs in a container, too."""
RECIPE = ROOT / "scripts" / "bundle.py"


class BundleError(Exception):
    """A bundle is missing, or older than its sources."""


def code(name: str) -> list[Path]:
    """Return our own files of the bundle `name`, in a fixed order."""
    places = [SERVICES / place for place in (name, *SHARED.get(name, ()))]
    found = (path for place in places for path in ([place] if place.is_file() else place.rglob("*")))
    return sorted(path for path in found if path.suffix in SUFFIXES)


def fingerprint(name: str) -> str:
    """Return the hash of what decides over the bundle `name`: our code, the pins, and how it is built."""
    digest = sha256()
    folder = SERVICES / name
    for path in [*code(name), folder / "requirements.txt", RECIPE]:
        content = path.read_bytes()
        shown = path.relative_to(folder) if path.is_relative_to(folder) else path.name
        digest.update(f"{shown} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def bundle(name: str) -> Path:
    """Return where the bundle `name` is or will be."""
    return BUILD / f"{name}.zip"


def record(name: str) -> Path:
    """Return where the fingerprint of the bundle's sources is kept."""
    return BUILD / f"{name}.sha256"


def is_current(name: str) -> bool:
    """Whether the bundle `name` exists and is made of today's sources."""
    return bundle(name).exists() and record(name).exists() and record(name).read_text() == fingerprint(name)


def bundle_path(name: str) -> Path:
    """Return the bundle `name`, ready to deploy. Needs neither a network nor the tool chain.

    Raises:
        BundleError: it is missing, or older than its sources.
    """
    if not is_current(name):
        raise BundleError(f"build/{name}.zip is missing or older than its sources: run `make bundle`")
    return bundle(name)
