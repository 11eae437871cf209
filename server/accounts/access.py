"""The log: who looked at which family's records, and what the office did to whom, when; never what stood there. Kept 3 years."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from server.accounts.models import AccessLog
from server.actor import Actor
from server.db import new_id, transaction
from server.times import utc_now

KEPT = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Read:
    """One thing that was read: a scope ("class:…") or a record ("visit:…"), and how many rows of it."""

    subject: str
    rows: int = 1


def log_reads(actor: Actor, action: str, reads: Iterable[Read]) -> None:
    """Write down what a person read (`action`: pull, page, photo, …), in a transaction of its own after the reading."""
    lines = list(reads)
    if lines:
        with transaction() as session:
            write_reads(session, actor, action, lines)


def write_reads(session: Session, actor: Actor, action: str, reads: Iterable[Read]) -> None:
    """Write down what a person read, within a transaction that is open anyway."""
    now = utc_now()
    rows = [
        {
            "id": new_id(),
            "at": now,
            "staff_id": actor.staff_id,
            "school_id": actor.school_id,
            "device_id": actor.device_id,
            "action": action,
            "subject": read.subject,
            "rows": read.rows,
        }
        for read in reads
    ]
    if rows:
        session.execute(insert(AccessLog), rows)


def sweep_access_log(session: Session, now: datetime) -> int:
    """Delete the lines older than 3 years; gives how many."""
    done: Any = session.execute(delete(AccessLog).where(AccessLog.at < now - KEPT))
    return int(done.rowcount)
