"""Apply stored edits: all of a batch together and set-wise; on any error one by one, so that no neighbour suffers."""

import json
import logging
import traceback
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from server.db import savepoint, transaction
from server.sync import entries
from server.sync.entries import FINAL, QUARANTINED, Entry
from server.sync.run import PLAIN, Raws, Run, Terms
from server.visits import reasons

ATTEMPTS = 3
LOST_RACES = frozenset({"40001", "40P01"})  # serialization failure, deadlock
log = logging.getLogger("jiafang.sync")


def apply_ids(edit_ids: Sequence[str], now: datetime, raws: Raws | None = None, terms: Terms = PLAIN) -> list[Entry]:
    """Apply what is still new among these edits (or what the terms free), in the order of the ids given.

    Returns: every inbox row under these ids, with its state after it. Raises: OperationalError, if the database cannot
    be written now; then the edits stay as they are.
    """
    for _ in range(ATTEMPTS):
        try:
            with transaction() as session:
                return apply_here(session, edit_ids, now, raws or {}, terms)
        except Exception as error:
            if _lost_race(error):
                continue
            if isinstance(error, OperationalError):
                raise
            tell_failure("a batch could not be applied together", error, edits=len(edit_ids))
            break
    return _one_by_one(edit_ids, now, raws or {}, terms)


def _lost_race(error: Exception) -> bool:
    """Tell whether another transaction came first (the same new record, a deadlock): trying again is all it needs."""
    if isinstance(error, IntegrityError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in LOST_RACES


def tell_failure(event: str, error: Exception, **more: object) -> None:
    """Say what failed and where, and nothing of the words that it failed on: a database's message may quote them."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    line = {"event": event, "error": type(error).__name__, "at": f"{place.filename}:{place.lineno}", **more}
    log.error(json.dumps(line))


def apply_here(session: Session, edit_ids: Sequence[str], now: datetime, raws: Raws, terms: Terms) -> list[Entry]:
    """Apply edits inside the caller's transaction, set-wise."""
    locked = entries.lock_ids(session, edit_ids)
    run = Run(session, now, dict(raws), terms, {entry.key: entry for entry in locked})
    order = {edit_id: place for place, edit_id in enumerate(edit_ids)}
    run.apply(sorted(locked, key=lambda entry: order[entry.edit_id]))
    run.finish()
    return locked


def _one_by_one(edit_ids: Sequence[str], now: datetime, raws: Raws, terms: Terms) -> list[Entry]:
    with transaction() as session:
        for edit_id in dict.fromkeys(edit_ids):
            try:
                with savepoint(session):
                    apply_here(session, [edit_id], now, raws, terms)
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001  # this edit waits for a person; its neighbours go on
                tell_failure("an edit could not be applied", error, edit=edit_id)
                _give_up(session, edit_id, now)
        return entries.lock_ids(session, edit_ids)


def _give_up(session: Session, edit_id: str, now: datetime) -> None:
    """Hand an edit that breaks our own code to the office; nothing of it was applied."""
    locked = entries.lock_ids(session, [edit_id])
    run = Run(session, now, {}, PLAIN, {entry.key: entry for entry in locked})
    for entry in locked:
        if entry.status not in FINAL | {QUARANTINED}:
            run.quarantine(entry, reasons.FAILED)
    run.finish()
