"""Writes the canary of the file system that is mounted here, or reads those of one that a restore test brought back."""

import json
from pathlib import Path
from typing import Any

FILES = Path("/mnt/files")
NAME = "canary.json"
RESTORED = (f"_groundwork/{NAME}", f"aws-backup-restore_*/_groundwork/{NAME}")
"""AWS Backup restores into a folder of its own, below the root."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Write `{"Canary": ...}`, or answer `{"Read": true}` with the canaries that are there, as they were written."""
    if "Canary" in event:
        unfinished = FILES / f"{NAME}.part"
        unfinished.write_text(json.dumps(event["Canary"]))
        unfinished.replace(FILES / NAME)
        return {"written": NAME}
    if event.get("Read") is True:
        return {"canaries": [path.read_text() for pattern in RESTORED for path in sorted(FILES.glob(pattern))]}
    raise ValueError(f"the event must have Canary or Read, got {json.dumps(event)[:200]}")
