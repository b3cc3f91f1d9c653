"""The rules that say how bad a change is beyond its verdict: each reads a World and adds reasons to its changes."""

from collections.abc import Callable

from infra.changes.rules.access import judge_access
from infra.changes.rules.alarms import compare_alarms
from infra.changes.rules.coverage import judge_backups
from infra.changes.rules.data import protect_data
from infra.changes.rules.doors import watch_doors
from infra.changes.rules.guards import keep_guards
from infra.changes.rules.order import keep_order
from infra.changes.rules.refused import refuse
from infra.changes.rules.traffic import judge_traffic
from infra.changes.world import World

Rule = Callable[[World], None]

RULES: tuple[Rule, ...] = (
    protect_data,
    keep_guards,
    compare_alarms,
    watch_doors,
    keep_order,
    refuse,
    judge_access,
    judge_traffic,
    judge_backups,
)
