"""The JSON Schema of an environment, with the description of every field: what docs/config.schema.json holds."""

from typing import Any

from config.model import Environment
from config.tree import descriptions, sections


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an environment's configuration."""
    whole = Environment.model_json_schema()
    kinds = {section.__name__: section for section in sections().values()}
    for name, definition in {"Environment": whole, **whole["$defs"]}.items():
        texts = descriptions(kinds[name])
        for field, rule in definition["properties"].items():
            rule.pop("title", None)
            rule["description"] = texts[field]
            for pattern, values in rule.pop("patternProperties", {}).items():
                # pydantic's form says nothing about names that do not match: they would pass
                rule["propertyNames"]["pattern"], rule["additionalProperties"] = pattern, values
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole}
