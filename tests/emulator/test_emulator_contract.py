"""What the emulator relies on in other packages: a new version that moves it fails here, by name."""

import re
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

from emulator import ministack_internals, schemas
from emulator.handler import COMPLETIONS, HANDLERS, INSTEAD
from emulator.installation import MinistackMovedError, install

PACKAGE = Path(ministack_internals.__file__).parent


def test_the_installed_ministack_is_the_one_that_was_read() -> None:
    assert version("ministack") == ministack_internals.VERSION


def test_every_private_name_of_ministack_is_where_it_was() -> None:
    moved = ministack_internals.moved()
    assert not moved, "ministack moved what emulator/ministack_internals.py uses:\n" + "\n".join(moved)


def test_a_name_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(import_module("ministack.services.secretsmanager"), "_rotate_secret")
    assert ministack_internals.moved() == ["ministack.services.secretsmanager._rotate_secret is gone"]


def test_a_function_that_takes_something_else_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = import_module("ministack.services.secretsmanager")
    monkeypatch.setattr(secrets, "_rotate_secret", lambda request, context: None)
    assert ministack_internals.moved() == [
        "ministack.services.secretsmanager._rotate_secret takes ('request', 'context'), not ('data',)"
    ]


def test_the_emulator_does_not_start_over_a_ministack_that_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ministack_internals, "moved", lambda: ["this is gone", "that is gone"])
    with pytest.raises(MinistackMovedError, match="this is gone; that is gone"):
        install()


def test_only_one_module_touches_ministack() -> None:
    touching = {
        path.name
        for path in PACKAGE.rglob("*.py")
        if re.search(r"(import|from) ministack\b|\"ministack\.", path.read_text())
    }
    assert touching == {"ministack_internals.py"}


def test_no_handler_hides_one_of_ministacks_own() -> None:
    import_module("emulator.handlers")
    own = {kind for kind in ministack_internals.HANDLERS.get() if kind in HANDLERS}
    assert own == set(INSTEAD), f"ministack handles {sorted(own)} itself: remove ours, or say what its own cannot do"


def test_what_is_completed_has_a_handler_in_ministack() -> None:
    import_module("emulator.handlers")
    assert set(COMPLETIONS) <= set(ministack_internals.HANDLERS.get())


def test_the_registry_schemas_are_where_they_were() -> None:
    assert len(schemas.types()) > 1500
    assert "/properties/BucketName" in schemas.schema("AWS::S3::Bucket")["createOnlyProperties"]
    assert schemas.declared_type("AWS::ElastiCache::ServerlessCache", "/properties/Endpoint/Port") == "string"
