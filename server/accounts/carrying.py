"""Whose rights ended since a backup was made: a backup that is put back must let nobody in who was shut out meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from server.accounts.models import AccessLog, Device, Duty, SignInSession, Staff

Row = Mapping[str, Any]
STAFF, DUTIES, DEVICES, SESSIONS = (cast("Table", each.__table__) for each in (Staff, Duty, Device, SignInSession))


@dataclass(frozen=True)
class Known:
    """What a store that is about to be replaced knows of who may come in; each row is {column: value}."""

    staff: list[Row]
    duties: list[Row]
    devices: list[Row]
    latest: datetime | None  # the last read or deed in it; None: nobody has worked with it


@dataclass(frozen=True)
class Carried:
    """What came of it: how many people, duties and phones the backup had otherwise, and how many people of the backup the
    replaced store did not know. Of these it may be that they left, or lost a phone, since.
    """

    changed: int
    unknown: int


def rights_in(connection: Connection) -> Known:
    """Read who may come in by a store that is about to be replaced."""
    staff, duties, devices = (_rows(connection, table) for table in (STAFF, DUTIES, DEVICES))
    return Known(staff, duties, devices, _latest(connection))


def carry_over(session: Session, known: Known) -> Carried:
    """Let the newer store's word count: passwords, who left, which duties ended, whose phones were shut out.

    A store that is older than the backup (another backup was put back before) has no such word. Duties that were given since
    are not taken over: to give one again is safe. Every browser is signed out, for nobody can tell which sign-in of the backup
    was ended since; phones go on delivering.
    """
    connection = session.connection()
    ours = set(session.scalars(select(Staff.id)))
    session.execute(update(DEVICES).values(session_id=None))
    session.execute(delete(SESSIONS))
    changed = 0
    if not _is_older(known, _latest(connection)):
        changed += _put(connection, STAFF, known.staff, ("password_hash", "password_until", "left_on"))
        changed += _put(connection, DUTIES, known.duties, ("from_on", "to_on"))
        changed += _end_taken_back(connection, known)
        changed += _put(connection, DEVICES, known.devices, ("token_hash", "revoked_at"))
    _add_phones(connection, known, ours)
    session.expire_all()
    return Carried(changed, len(ours - {row["id"] for row in known.staff}))


def _latest(connection: Connection) -> datetime | None:
    return connection.scalar(select(func.max(AccessLog.at)))


def _is_older(known: Known, backup: datetime | None) -> bool:
    return backup is not None and (known.latest is None or known.latest < backup)


def _rows(connection: Connection, table: Table) -> list[Row]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]


def _put(connection: Connection, table: Table, rows: Iterable[Row], columns: tuple[str, ...]) -> int:
    """Let these columns be as the newer rows say, where the backup has the row otherwise; gives how many it had so."""
    before = {row["id"]: row for row in _rows(connection, table)}
    count = 0
    for row in rows:
        newer = {name: row[name] for name in columns}
        if row["id"] in before and newer.items() - before[row["id"]].items():
            connection.execute(update(table).where(table.c.id == row["id"]).values(newer))
            count += 1
    return count


def _end_taken_back(connection: Connection, known: Known) -> int:
    """Remove duties that the newer store has no more, of people whom it knows: they were given by mistake."""
    people, duties = {row["id"] for row in known.staff}, {row["id"] for row in known.duties}
    gone = [row["id"] for row in _rows(connection, DUTIES) if row["staff_id"] in people and row["id"] not in duties]
    connection.execute(delete(DUTIES).where(DUTIES.c.id.in_(gone)))
    return len(gone)


def _add_phones(connection: Connection, known: Known, staff: set[str]) -> None:
    """Take in the phones that came since, so that they go on delivering."""
    before = set(connection.scalars(select(DEVICES.c.id)))
    fresh = [row for row in known.devices if row["id"] not in before and row["staff_id"] in staff]
    if fresh:
        connection.execute(insert(DEVICES), [{**row, "session_id": None} for row in fresh])
