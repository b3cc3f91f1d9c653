"""Builds the snapshot of Node that each synthesis starts from: `python -O -m infra.kernel.snapshot`."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import IO, cast

from infra.kernel import bindings, node, pipelining

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120


def main() -> None:
    """Build it where it is missing, with a synthesis that trains it; a failure costs speed only."""
    blob = node.snapshot()
    os.environ |= {"CDK_VALIDATION": "false", "JSII_NODE": str(node.NODE)}
    if not node.is_known() or node.is_usable(blob):
        return
    for old in blob.parents[1].glob("*"):
        shutil.rmtree(old)
    blob.parent.mkdir(parents=True)
    draft = blob.with_suffix(".draft")
    os.environ["GROUNDWORK_LIBRARIES"] = str(node.libraries(blob))
    builder = node.start_builder(draft)
    try:
        bindings.install()
        pipelining.adopt(builder)
        _train()
        kernel = cast("IO[bytes]", builder.stdin)
        kernel.write(b'{"exit":0}\n')
        kernel.close()
        failed: int | BaseException = builder.wait(PATIENCE_SECONDS)
    except (Exception, SystemExit) as error:
        failed = error
    finally:
        builder.kill()
    if failed:
        print(f"Node writes no snapshot, so a synthesis takes longer: {failed}", file=sys.stderr)  # noqa: T201
    else:
        draft.rename(blob)


def _train() -> None:
    """Synthesise what a pipeline deploys, which is every kind of resource, so that Node sees what the app needs."""
    import config
    from infra.checks import add_checks, new_app, synthesise
    from infra.platform import build_app

    environments = [config.load(name) for name in config.names()]
    os.environ["CDK_CONTEXT_JSON"] = json.dumps(json.loads((ROOT / "cdk.json").read_text())["context"])
    with tempfile.TemporaryDirectory() as folder:
        for environment in [e for e in environments if e.pipeline] or environments:
            os.environ["CDK_OUTDIR"] = str(Path(folder, environment.name))
            app = new_app()
            build_app(app, environment)
            add_checks(app)
            synthesise(app)


if __name__ == "__main__":
    main()
