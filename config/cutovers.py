"""Which stores are served from a copy restored beside them: config/cutovers.json, which `scripts cutover` writes."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.errors import ConfigError, explain
from config.model import Environment

FILE = Path(__file__).parent / "cutovers.json"

Cutovers = dict[str, dict[str, str]]


def read(file: Path | None = None) -> Cutovers:
    """Return the copies in use, by environment and store; none where there is no file.

    Raises:
        ConfigError: the file is not what `write` wrote.
    """
    file = file or FILE
    if not file.exists():
        return {}
    try:
        found: Any = json.loads(file.read_text())
    except ValueError as error:
        raise ConfigError(f"config/{file.name}: must be JSON: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(stores, dict) for stores in found.values()):
        raise ConfigError(f"config/{file.name}: must be stores by environment, got {found!r}")
    return found


def write(cutovers: Cutovers, file: Path | None = None) -> None:
    """Replace the file; without a copy in use there is none."""
    file = file or FILE
    kept = {environment: stores for environment, stores in cutovers.items() if stores}
    if kept:
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
        draft.replace(file)
    else:
        file.unlink(missing_ok=True)


def cut_over(environment: Environment) -> Environment:
    """Return `environment` with the copies that are in use."""
    copies = read().get(environment.name)
    if not copies:
        return environment
    data = environment.data.model_copy(update={"served_from": {**environment.data.served_from, **copies}})
    try:
        return Environment.model_validate(environment.model_copy(update={"data": data}))
    except ValidationError as error:
        said = explain(error.with_traceback(None), FILE.stem)  # without a trace it names the file that is at fault
        raise ConfigError(said.replace(f"{FILE.stem}.py", FILE.name)) from error
