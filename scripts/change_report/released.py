"""What an archive says was deployed last, and what this work tree would deploy: two folders to compare."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.console import progress

NOTHING = {"version": "48.0.0", "artifacts": {}}
"""The assembly of an environment that was never deployed."""


@contextmanager
def since_release(environments: Sequence[str], *, port: int | None = None) -> Iterator[tuple[Path, Path]]:
    """Yield the folders of both sides, each environment a sub-folder. Whatever was never deployed is new.

    Raises:
        AwsError: an archive cannot be read.
        SynthesisError: this work tree cannot be built.
    """
    import config
    from scripts.aws import Aws
    from scripts.delivery.releases import as_publisher
    from scripts.synthesis import synthesise

    with TemporaryDirectory(prefix="groundwork-report-") as name:
        base, head = Path(name) / "base", Path(name) / "head"
        for one in environments:
            archive = as_publisher(Aws(config.load(one), port=port))
            if released := archive.in_use():
                archive.fetch(released, base / one)
                said = f"compared with {released.id}, of commit {released.commit}"
            else:
                (base / one).mkdir(parents=True)
                (base / one / "manifest.json").write_text(json.dumps(NOTHING))
                said = "was never deployed: all of it is new"
            progress.print(f"{one}: {said}", markup=False, soft_wrap=True)
            synthesise(one, head / one)
        yield base, head
