"""Inbox rows in memory: what is known of each edit, and what became of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, select, update
from sqlalchemy.orm import Session

from server.db import RowChange, note_change
from server.records import scopes
from server.sync.models import InboxEdit
from server.visits import reasons

INBOX = cast("Table", InboxEdit.__table__)
NEW, HELD, RETURNED = "new", "held", "returned"
APPLIED, CONFLICT, QUARANTINED, ERASED = "applied", "conflict", "quarantined", "erased"
PREDECESSOR, NEWER_SERVER = "predecessor", "newer_server"
LETS_FOLLOW = frozenset({APPLIED, CONFLICT, ERASED})  # states of an edit after which the next one may be applied
FINAL = LETS_FOLLOW | {RETURNED}
OUTCOME = ("status", "holds", "reason", "case_id", "rev", "conflicts", "student_id", "settled_at", "row_rev")


@dataclass
class Entry:
    """One inbox row under this transaction's lock; `raw` is loaded only where it is needed."""

    edit_id: str
    digest: str
    staff_id: str
    school_id: str | None
    record_kind: str
    record_id: str
    after_id: str | None
    op: str
    made_at: str | None
    offset_ms: int | None
    received_at: datetime
    status: str
    holds: str | None
    reason: str | None
    case_id: str | None
    rev: int | None
    conflicts: list[str] | None
    student_id: str | None
    settled_at: datetime | None
    row_rev: int
    changed: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Tell this edit from another one that reused its id."""
        return self.edit_id, self.digest

    @property
    def reused(self) -> bool:
        """Tell whether its id belongs to another edit: it has a case, and no row on any phone."""
        return self.reason == reasons.ID_REUSED

    def become(self, status: str, now: datetime, **outcome: Any) -> None:
        """Give the edit another state; what is not said is empty, but for its case and its student."""
        known = {"case_id": self.case_id, "student_id": self.student_id}
        for name, value in {"holds": None, "reason": None, "rev": None, "conflicts": None, **known, **outcome}.items():
            setattr(self, name, value)
        self.status, self.changed = status, True
        self.settled_at = now if status in FINAL else None


COLUMNS = tuple(INBOX.c[each.name] for each in fields(Entry) if each.name != "changed")


def lock(session: Session, condition: ColumnElement[bool], *, limit: int | None = None) -> list[Entry]:
    """Lock inbox rows in the order of their ids; bodies stay where they are."""
    query = select(*COLUMNS).where(condition).order_by(INBOX.c.edit_id, INBOX.c.digest).limit(limit).with_for_update()
    return [Entry(*row) for row in session.execute(query)]


def lock_ids(session: Session, edit_ids: Collection[str]) -> list[Entry]:
    """Lock every row under these ids, the reused ones too."""
    return lock(session, INBOX.c.edit_id.in_(sorted(edit_ids)))


def bodies(session: Session, entries: Iterable[Entry]) -> dict[tuple[str, str], str | None]:
    """Read the bodies of these entries: {(id, digest): canonical JSON, None once erased}."""
    ids = sorted({entry.edit_id for entry in entries})
    if not ids:
        return {}
    query = select(INBOX.c.edit_id, INBOX.c.digest, INBOX.c.body).where(INBOX.c.edit_id.in_(ids))
    return {(edit_id, digest): body for edit_id, digest, body in session.execute(query)}


def write(session: Session, entries: Sequence[Entry]) -> None:
    """Write the states that changed, forget the bodies of erased edits, and renew the authors' `edit` rows."""
    changed = [entry for entry in entries if entry.changed]
    for entry in changed:
        _renew_row(session, entry)
        entry.changed = False
    if not changed:
        return
    rows = [
        {"at_id": e.edit_id, "at_digest": e.digest, **{name: getattr(e, name) for name in OUTCOME}} for e in changed
    ]
    session.connection().execute(_update(OUTCOME), rows)
    erased = [row for row, entry in zip(rows, changed, strict=True) if entry.status == ERASED]
    if erased:
        forget = update(INBOX).where(INBOX.c.edit_id == bindparam("at_id"), INBOX.c.digest == bindparam("at_digest"))
        session.connection().execute(
            forget.values(body=None), [{k: row[k] for k in ("at_id", "at_digest")} for row in erased]
        )


def _renew_row(session: Session, entry: Entry) -> None:
    told = entry.row_rev or entry.status in (HELD, QUARANTINED, ERASED)
    if entry.reused or entry.school_id is None or not told:
        return
    entry.row_rev += 1
    own = (scopes.self_(entry.staff_id),)
    note_change(session, RowChange(entry.school_id, "edit", entry.edit_id, entry.row_rev, own))


def _update(names: Sequence[str]) -> Any:
    statement = update(INBOX).where(INBOX.c.edit_id == bindparam("at_id"), INBOX.c.digest == bindparam("at_digest"))
    return statement.values({name: bindparam(name) for name in names})
