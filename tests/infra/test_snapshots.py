"""Every template as it was last agreed to; `make snapshots` accepts a change after a look at the difference."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

import config
from tests.conftest import Templates

ASSET_HASH = re.compile(r"\b[0-9a-f]{64}\b|(?<=CurrentVersion[0-9A-F]{8})[0-9a-f]{32}\b")


class OneFileEach(JSONSnapshotExtension):
    """One snapshot, one file: a diff in review shows which stack changed."""


def masked(template: dict[str, Any]) -> dict[str, Any]:
    """Replace what changes with every edit of a function's code."""
    return json.loads(ASSET_HASH.sub("ASSET", json.dumps(template)))  # type: ignore[no-any-return]


@pytest.mark.parametrize("environment", config.names())
def test_templates_are_as_agreed(
    environment: str, templates: Callable[[str], Templates], snapshot: SnapshotAssertion
) -> None:
    for stack, template in templates(environment).items():
        assert masked(template) == snapshot(name=stack, extension_class=OneFileEach)
