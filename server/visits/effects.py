"""What became of one edit."""

from dataclasses import dataclass

APPLIED, CONFLICT, QUARANTINED, ERASED = "applied", "conflict", "quarantined", "erased"


@dataclass(frozen=True)
class Effect:
    """The end of one edit: `rev` is that of the record which the edit names; `student_id` is what erasure looks for."""

    status: str
    rev: int | None = None
    conflicts: tuple[str, ...] = ()
    reason: str | None = None
    student_id: str | None = None


def quarantined(reason: str) -> Effect:
    """Keep the edit for the office to decide."""
    return Effect(QUARANTINED, reason=reason)


def done(rev: int, conflicts: list[str], student_id: str | None) -> Effect:
    """Say that the edit is in: all of it, or all but what conflicts keep."""
    kept = tuple(dict.fromkeys(conflicts))
    return Effect(CONFLICT if kept else APPLIED, rev, kept, student_id=student_id)
