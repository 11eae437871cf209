"""Whose family an edit is about, as far as its raw form says: asked where it is kept without being understood or applied."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.records.conflicts import CONFLICTS
from server.records.store import RECORDS
from server.schools.models import Student
from server.sync.entries import ERASED, INBOX, Entry
from server.visits.kinds import UUID

Raw = Mapping[str, Any]


def names(entry: Entry, raw: Raw) -> set[str]:
    """Name what an edit is about: its record, and the student, visit or merge that it speaks of."""
    args = raw.get("args")
    into = args.get("into") if isinstance(args, Mapping) else None
    return records(entry, raw) | _ids(_new(raw, "student_id"), into)


def records(entry: Entry, raw: Raw) -> set[str]:
    """Name the record that an edit is about, and the visit that it says this belongs to."""
    return _ids(entry.record_id, _new(raw, "visit_id"))


def _new(raw: Raw, name: str) -> Any:
    changes = raw.get("changes")
    change = changes.get(name) if isinstance(changes, Mapping) else None
    return change.get("new") if isinstance(change, Mapping) else None


def _ids(*said: Any) -> set[str]:
    return {each for each in said if isinstance(each, str) and UUID.fullmatch(each)}


def only_ids_left(session: Session, entry: Entry, raw: Raw) -> bool:
    """Tell whether an edit speaks of a family of its author's school whose records were erased.

    Also of a record that was never begun, because the edit that would have begun it came after the erasure.
    """
    ids = sorted(names(entry, raw))
    begun = select(RECORDS.c.id).where(RECORDS.c.id == INBOX.c.record_id, RECORDS.c.kind == INBOX.c.record_kind)
    erased = (
        select(Student.id).where(Student.id.in_(ids), Student.erased, Student.school_id == entry.school_id),
        select(RECORDS.c.id).where(
            RECORDS.c.id.in_(ids), RECORDS.c.state == ERASED, RECORDS.c.school_id == entry.school_id
        ),
        select(CONFLICTS.c.id).where(
            CONFLICTS.c.id.in_(ids), CONFLICTS.c.status == ERASED, CONFLICTS.c.school_id == entry.school_id
        ),
        select(INBOX.c.edit_id).where(
            *(INBOX.c.record_id.in_(ids), INBOX.c.status == ERASED, INBOX.c.school_id == entry.school_id),
            ~begun.exists(),
        ),
    )
    return any(session.scalar(query.limit(1)) is not None for query in erased)
