"""`Fn::GetStackOutput` of a stack in another region: stock ministack looks in the reader's region only."""

from collections.abc import Callable
from typing import Any

from emulator import ministack_internals as ministack

Resolve = Callable[..., Any]


def apply() -> None:
    """Resolve the reference in the region that it names."""
    ministack.replace(ministack.RESOLVE, _resolving)


def _resolving(resolve: Resolve) -> Resolve:
    def resolve_in_region(value: Any, *context: Any) -> Any:
        reference = value.get("Fn::GetStackOutput") if isinstance(value, dict) else None
        if not isinstance(reference, dict) or "Region" not in reference:
            return resolve(value, *context)
        here = {key: resolve(item, *context) for key, item in reference.items()}
        with ministack.in_region(here.pop("Region")):
            return resolve({"Fn::GetStackOutput": here}, *context)

    return resolve_in_region
