"""What happens to edits when nobody sends anything: left ones are applied, long waits end or reach the office."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from server.db import reading, transaction
from server.sync import apply, entries
from server.sync.case_rows import CASES
from server.sync.entries import HELD, INBOX, NEW, NEWER_SERVER, PREDECESSOR
from server.sync.run import PLAIN, Run, Terms
from server.visits import reasons

LEFT_AFTER = timedelta(seconds=60)  # a round that stored and died before it applied
OFFICE_AFTER = timedelta(hours=24)
ON_OLD_VALUES_AFTER = timedelta(days=5)
BATCH_EDITS = 50
Key = tuple[str, str]


def sweep(now: datetime) -> int:
    """Do all of it; run every minute.

    Returns: how many edits were looked at. A sweep that is cut off is simply run again.
    """
    return apply_left(now) + free_waiting(now) + show_waiting(now)


def apply_left(now: datetime) -> int:
    """Apply edits that were stored a minute ago and are still new."""
    looked_at = 0
    for keys in _batches((INBOX.c.status == NEW) & (INBOX.c.received_at < now - LEFT_AFTER)):
        apply.apply_ids([edit_id for edit_id, _ in keys], now)
        looked_at += len(keys)
    return looked_at


def retry_newer(now: datetime) -> int:
    """Try again what waited for a newer server; run at every start."""
    looked_at = 0
    for keys in _batches((INBOX.c.status == HELD) & (INBOX.c.holds == NEWER_SERVER)):
        apply.apply_ids([edit_id for edit_id, _ in keys], now)
        looked_at += len(keys)
    return looked_at


def free_waiting(now: datetime) -> int:
    """Apply on their `old` values edits whose predecessor has not come for five days, unless the office decides on it."""
    looked_at = 0
    undecided = select(CASES.c.id).where(CASES.c.reason.in_((reasons.WAITING, reasons.NEWER_SERVER)))
    waiting = (INBOX.c.status == HELD) & (INBOX.c.holds == PREDECESSOR)
    free = or_(INBOX.c.case_id.is_(None), INBOX.c.case_id.in_(undecided))
    for keys in _batches(waiting & free & (INBOX.c.received_at < now - ON_OLD_VALUES_AFTER)):
        apply.apply_ids([edit_id for edit_id, _ in keys], now, terms=Terms(waited=frozenset(keys)))
        looked_at += len(keys)
    return looked_at


def show_waiting(now: datetime) -> int:
    """Open cases for edits held for a day, so that the office sees them; what waits behind one joins its case."""
    looked_at = 0
    held = (INBOX.c.status == HELD) & INBOX.c.case_id.is_(None) & (INBOX.c.received_at < now - OFFICE_AFTER)
    for keys in _batches(held):
        with transaction() as session:
            found = entries.lock_ids(session, [edit_id for edit_id, _ in keys])
            run = Run(session, now, {}, PLAIN, {entry.key: entry for entry in found})
            run.escalate(sorted(found, key=lambda entry: (entry.received_at, entry.edit_id)))
            run.finish()
        looked_at += len(keys)
    return looked_at


def _batches(condition: ColumnElement[bool]) -> Iterator[list[Key]]:
    """Walk through inbox rows in the order of arrival, each once, though the rows change on the way."""
    with reading() as session:
        query = select(INBOX.c.edit_id, INBOX.c.digest).where(condition)
        found = [
            (edit_id, digest)
            for edit_id, digest in session.execute(query.order_by(INBOX.c.received_at, INBOX.c.edit_id))
        ]
    for start in range(0, len(found), BATCH_EDITS):
        yield found[start : start + BATCH_EDITS]
