"""What families said since a backup was made: a backup that is put back must not give them other words than their own."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from server import news
from server.accounts.models import Staff
from server.consents.models import Consent
from server.consents.service import ConsentChanged, lock, settle
from server.schools.models import School, Student

Row = Mapping[str, Any]


def words_in(connection: Connection) -> list[Row]:
    """Read every word of a store that is about to be replaced, oldest first, as {column: value}."""
    words = select(Consent.__table__).order_by(Consent.at, Consent.id)
    return [dict(row) for row in connection.execute(words).mappings()]


def carry_over(session: Session, words: Iterable[Row]) -> int:
    """Put words of the replaced store among those of the backup, and let them count; gives for how many students.

    A word that is newer than the backup is added, and one that was ended since is ended. Whoever was erased, or is not in
    the backup, is passed over.
    """
    known = set(session.scalars(select(Student.id).where(~Student.erased)))
    schools, staff = set(session.scalars(select(School.id))), set(session.scalars(select(Staff.id)))
    changed = {
        row["student_id"]
        for row in words
        if row["student_id"] in known and row["school_id"] in schools and _take(session, row, staff)
    }
    session.flush()
    for student_id in sorted(changed):
        settle(session, lock(session, student_id))
        news.tell(session, ConsentChanged(student_id))
    return len(changed)


def _take(session: Session, row: Row, staff: set[str]) -> bool:
    """Take one word over; tells whether the backup had it otherwise."""
    ours = session.get(Consent, row["id"])
    if ours is None:
        session.add(Consent(**{**row, "by": row["by"] if row["by"] in staff else None}))
        return True
    if ours.withdrawn_at is not None or row["withdrawn_at"] is None:
        return False
    ours.withdrawn_at = row["withdrawn_at"]
    return True
