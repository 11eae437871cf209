"""The rows of the office's cases: opened where an edit is kept and not applied, closed where the matter settles itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from server.db import new_id
from server.sync.entries import FINAL, Entry
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
    """Close open cases whose own edit came to an end after all, or joined the case of the edit before it."""
    moved = {entry.key: entry for entry in known if entry.changed and entry.case_id}
    if not moved:
        return
    ids = sorted(edit_id for edit_id, _ in moved)
    query = select(CASES.c.id, CASES.c.edit_id, CASES.c.digest).where(CASES.c.edit_id.in_(ids), CASES.c.status == OPEN)
    over = [
        case_id
        for case_id, *key in session.execute(query)
        if (entry := moved.get((key[0], key[1]))) and (entry.status in FINAL or entry.case_id != case_id)
    ]
    if over:
        settled = update(CASES).where(CASES.c.id.in_(over)).values(status=SETTLED, decided_at=now)
        session.connection().execute(settled)
