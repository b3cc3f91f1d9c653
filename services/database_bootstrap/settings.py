"""What the stack asks for, checked: nothing reaches SQL that is not a plain name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
EXTENSION = re.compile(r"[a-z][a-z0-9_-]{0,62}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The properties of the custom resource."""

    engine: str
    host: str
    port: int
    secret_arn: str
    database: str
    application: str
    migrations: str
    extensions: tuple[str, ...] = ()

    @classmethod
    def read(cls, properties: Mapping[str, Any]) -> Self:
        """Read the properties. Raises ValueError for a name that SQL would not take as it is."""
        settings = cls(
            engine=properties["Engine"],
            host=properties["Host"],
            port=int(properties["Port"]),
            secret_arn=properties["SecretArn"],
            database=properties["Database"],
            application=properties["Application"],
            migrations=properties["Migrations"],
            extensions=tuple(properties.get("Extensions", ())),
        )
        for name in (settings.database, settings.application, settings.migrations):
            if not NAME.fullmatch(name):
                raise ValueError(f"a name must be 1-32 of a-z, 0-9 and _, beginning with a letter, got {name!r}")
        for name in settings.extensions:
            if not EXTENSION.fullmatch(name):
                raise ValueError(f"an extension must be 1-63 of a-z, 0-9, _ and -, got {name!r}")
        return settings
