"""Whose family an edit is about, as far as its raw form says: asked where it is kept without being understood or applied."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.records.conflicts import CONFLICTS
from server.records.store import RECORDS
from server.schools.models import Student
from server.sync.entries import ERASED, Entry
from server.visits.kinds import UUID

Raw = Mapping[str, Any]


def names(entry: Entry, raw: Raw) -> set[str]:
    """Name what an edit is about: its record, and the student, visit or merge that it speaks of."""
    changes, args = raw.get("changes"), raw.get("args")
    named = [changes.get(name) for name in ("student_id", "visit_id")] if isinstance(changes, Mapping) else []
    said = [entry.record_id, *(each.get("new") for each in named if isinstance(each, Mapping))]
    if isinstance(args, Mapping):
        said.append(args.get("into"))
    return {each for each in said if isinstance(each, str) and UUID.fullmatch(each)}


def only_ids_left(session: Session, entry: Entry, raw: Raw) -> bool:
    """Tell whether an edit speaks of a family of its author's school whose records were erased."""
    ids = sorted(names(entry, raw))
    erased = (
        select(Student.id).where(Student.id.in_(ids), Student.erased, Student.school_id == entry.school_id),
        select(RECORDS.c.id).where(
            RECORDS.c.id.in_(ids), RECORDS.c.state == ERASED, RECORDS.c.school_id == entry.school_id
        ),
        select(CONFLICTS.c.id).where(
            CONFLICTS.c.id.in_(ids), CONFLICTS.c.status == ERASED, CONFLICTS.c.school_id == entry.school_id
        ),
    )
    return any(session.scalar(query.limit(1)) is not None for query in erased)
