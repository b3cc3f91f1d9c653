"""What libraries do anew for each session, mock or call, though the answer is the same each time: here once."""

import sys
from functools import cache
from typing import Any

import botocore.session
from botocore.hooks import EventAliaser
from botocore.loaders import create_loader


def before_imports() -> None:
    """AWS's models and the names of botocore's events."""
    botocore.session.create_loader = cache(create_loader)
    known: dict[str, str] = {}
    find = EventAliaser._alias_event_name

    def alias(self: EventAliaser, name: str) -> str:
        if name not in known:
            known[name] = find(self, name)
        return known[name]

    EventAliaser._alias_event_name = alias


def after_imports() -> None:
    """The verbs' options, and moto's mocks of `requests`, which boto3 does not go through: where a test uses them."""
    loaded: dict[str, Any] = dict(sys.modules)
    if moto := loaded.get("moto.core.models"):
        moto.RESPONSES_METHODS.clear()
    if typer := loaded.get("typer.testing"):
        typer._get_command = cache(typer._get_command)
