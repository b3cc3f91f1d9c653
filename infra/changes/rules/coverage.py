"""Stores that AWS Backup covered before the change and does not after it, by whatever tag or selection."""

from infra.changes.model import Reason, Severity
from infra.changes.world import World
from infra.guardrails.backup_coverage import covered, stores_to_back_up


def judge_backups(world: World) -> None:
    """Add a reason to every store that is no longer backed up."""
    if not world.changes:
        return
    for store in stores_to_back_up(world.base):
        after = world.after.get(id(store))
        if after is not None and covered(world.base, store) and not covered(world.head, after):
            text = "No selection of AWS Backup covers it any more."
            world.note(after, Reason(Severity.CRITICAL, text), "(backup)")
