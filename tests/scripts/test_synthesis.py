"""A synthesis that failed is not used; one that failed only for what is tolerated is."""

import json
from pathlib import Path

import pytest

from scripts.lock import OWN
from scripts.synthesis import SynthesisError, synthesise

APP = """
import json, os, pathlib, sys
found = json.loads(pathlib.Path("found.json").read_text())
folder = pathlib.Path(os.environ["CDK_OUTDIR"])
folder.mkdir()
if found is not None:
    violations = [{"ruleName": name} for name in found]
    (folder / "validation-report.json").write_text(json.dumps({"pluginReports": [{"violations": violations}]}))
sys.exit("error: the app refused" if found != [] else 0)
"""


@pytest.mark.parametrize(
    ("found", "usable"),
    [
        ([], True),
        (["stable.stateful-ids"], True),
        (["stable.stateful-ids", "data.point-in-time"], False),
        (["AwsSolutions-S1"], False),
        (None, False),  # it ended before anything was checked
    ],
)
def test_a_lock_is_made_from_what_was_refused_for_the_lock_alone(
    found: list[str] | None, usable: bool, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "cdk.json").write_text("{}")
    (tmp_path / "found.json").write_text(json.dumps(found))
    if usable:
        assert synthesise("prod", tmp_path / "out", root=tmp_path, tolerated=OWN).is_dir()
    else:
        with pytest.raises(SynthesisError, match="prod cannot be synthesised: error: the app refused"):
            synthesise("prod", tmp_path / "out", root=tmp_path, tolerated=OWN)
