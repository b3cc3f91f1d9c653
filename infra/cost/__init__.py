"""The cost model: what an assembly costs in a month, from its templates alone.

    found = estimate(load("cdk.out"))     # usage from the templates' metadata, prices from prices.json
    found.total("fixed", "prod")          # USD a month; also "usage"; found.of("unpriced") lists the rest
    delta(estimate(base), estimate(head)) # by environment and by resource, for the change report
    most_expensive(found, 5)              # the resources that a cost guard names

Plain Python over templates: no aws_cdk, no network, no pydantic unless an assembly lacks its usage.
"""

from infra.cost.comparing import Delta, EnvironmentDelta, ResourceDelta, delta
from infra.cost.estimating import estimate
from infra.cost.model import Estimate, FreeResource, Line, Place, ResourceCost, most_expensive, total_fixed
from infra.cost.prices import Price, PriceBook, PriceBookError, default_book

__all__ = [
    "Delta",
    "EnvironmentDelta",
    "Estimate",
    "FreeResource",
    "Line",
    "Place",
    "Price",
    "PriceBook",
    "PriceBookError",
    "ResourceCost",
    "ResourceDelta",
    "default_book",
    "delta",
    "estimate",
    "most_expensive",
    "total_fixed",
]
