"""The rows of the office's cases: opened where an edit is kept and not applied, closed where the matter settles itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from server.db import new_id
from server.sync.entries import LETS_FOLLOW, Entry
from server.sync.models import Case

CASES = cast("Table", Case.__table__)
OPEN, ACCEPTED, RETURNED, SETTLED = "open", "accepted", "returned", "settled"
Opened = dict[str, Any]


def begin(opened: list[Opened], entry: Entry, reason: str, now: datetime) -> str:
    """Begin a case for an edit; returns its id."""
    case_id = new_id()
    opened.append(
        {
            "id": case_id,
            "school_id": entry.school_id,
            "edit_id": entry.edit_id,
            "digest": entry.digest,
            "reason": reason,
            "status": OPEN,
            "opened_at": now,
        }
    )
    return case_id


def open_all(session: Session, opened: Sequence[Opened]) -> None:
    """Write the cases that were begun."""
    if opened:
        session.connection().execute(insert(CASES), list(opened))


def settle_by_themselves(session: Session, known: Iterable[Entry], now: datetime) -> None:
    """Close open cases whose own edit was applied after all: what it waited for has come."""
    done = [entry for entry in known if entry.changed and entry.case_id and entry.status in LETS_FOLLOW]
    if done:
        theirs = CASES.c.edit_id.in_([entry.edit_id for entry in done]) & CASES.c.id.in_([e.case_id for e in done])
        settled = update(CASES).where(theirs, CASES.c.status == OPEN)
        session.connection().execute(settled.values(status=SETTLED, decided_at=now))
