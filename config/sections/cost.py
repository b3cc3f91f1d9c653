"""Cost: what the environment may cost, and from when on somebody is told."""

from typing import Annotated

from pydantic import Field

from config.sections.base import Matches, Section

Usd = Annotated[float, Field(gt=0, le=10_000_000)]


class Cost(Section):
    """Limits on money. The account is the environment's own, so what the account costs is what it costs."""

    max_monthly_fixed_usd: Usd = 500.0
    """Most that it may cost before anybody uses it, by the cost model; a synthesis warns from 80 % on, and fails above.
    An environment on the emulator is not held to it."""

    monthly_budget_usd: Usd = 1000.0
    """What it should cost with all use; somebody is told at 50, 80 and 100 % of it, and when 100 % are forecast."""

    anomaly_usd: Usd = 50.0
    """What an unusual day must cost beyond the usual one for somebody to be told."""

    anomaly_monitor_arn: (
        Annotated[
            str,
            Matches(r"arn:aws[a-z-]*:ce::[0-9]{12}:anomalymonitor/[0-9a-f-]+", "the ARN of a cost anomaly monitor"),
        ]
        | None
    ) = None
    """Monitor of AWS services to listen to; without one, one is made. An account can have only one, and accounts that
    opened Cost Explorer have one already."""
