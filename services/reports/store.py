"""Reports: what is written down of each, in PostgreSQL, with those that are finished also in the cache."""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from reports.database import Database

if TYPE_CHECKING:
    from reports.cache import Cache


@dataclass(frozen=True)
class Report:
    """A report; without numbers while nobody has written it yet."""

    id: str
    status: str
    words: int | None
    longest_word: str | None
    created_at: str
    finished_at: str | None


class Reports:
    """All reports. The cache only ever holds what the database has; without it everything is slower, nothing else."""

    def __init__(self, database: Database, cache: "Cache | None" = None) -> None:
        self._database, self._cache = database, cache

    def add(self, report_id: UUID, text: str) -> Report:
        """Write down that somebody wants a report on `text`."""
        rows = self._database.run(
            "INSERT INTO reports (id, text) VALUES (:id, :text) RETURNING id, words, longest, created_at, finished_at",
            id=report_id,
            text=text,
        )
        return _report(rows[0])

    def text(self, report_id: UUID) -> str | None:
        """Return the text of a report that is still to be written; none: there is none, or it is written."""
        rows = self._database.run("SELECT text FROM reports WHERE id = :id AND finished_at IS NULL", id=report_id)
        return str(rows[0][0]) if rows else None

    def finish(self, report_id: UUID, *, words: int, longest: str) -> None:
        """Write the report. Doing so twice changes nothing."""
        self._database.run(
            "UPDATE reports SET words = :words, longest = :longest, finished_at = now() "
            "WHERE id = :id AND finished_at IS NULL",
            id=report_id,
            words=words,
            longest=longest,
        )

    def get(self, report_id: UUID) -> Report | None:
        """Return a report, from the cache if it is there."""
        if found := self._cached(report_id):
            return found
        rows = self._database.run(
            "SELECT id, words, longest, created_at, finished_at FROM reports WHERE id = :id", id=report_id
        )
        report = _report(rows[0]) if rows else None
        if report and report.finished_at and self._cache:
            self._cache.keep(f"report:{report.id}", json.dumps(asdict(report)))
        return report

    def newest(self, limit: int) -> list[Report]:
        """Return the newest reports."""
        rows = self._database.run(
            "SELECT id, words, longest, created_at, finished_at FROM reports ORDER BY created_at DESC, id LIMIT :limit",
            limit=limit,
        )
        return [_report(row) for row in rows]

    def _cached(self, report_id: UUID) -> Report | None:
        kept = self._cache.get(f"report:{report_id}") if self._cache else None
        return Report(**json.loads(kept)) if kept else None


def _report(row: list[Any]) -> Report:
    report_id, words, longest, created_at, finished_at = row
    return Report(
        id=str(report_id),
        status="finished" if finished_at else "waiting",
        words=words,
        longest_word=longest,
        created_at=created_at.isoformat(),
        finished_at=finished_at.isoformat() if finished_at else None,
    )
