"""What runs by itself. Each chore does a bounded piece, may be done twice, and returns how much it did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.accounts.access import sweep_access_log
from server.accounts.limits import sweep_failures
from server.accounts.sessions import sweep_sessions
from server.box.service import forget_contacts
from server.confidence.clock import raise_late
from server.db import reading, transaction
from server.feedback import contacts, joining
from server.feedback.tickets import sweep_tickets
from server.limits.service import sweep_tries
from server.office.erasing import erase_in_turn
from server.photos import pictures, service, sweep
from server.photos.desk import Desk
from server.suggestions.judging import judge_anew
from server.sync import kept_families, sweeps
from server.visits import photo_lapses

HOUR, DAY = 3600, 86_400  # seconds
LOOKS_AT_ONCE = 10  # pictures of 64 million pixels take seconds each; the lease must not run out meanwhile
UNFINISHED_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Chore:
    """One piece of work and how often it comes round; `every_seconds` 0: once at the start."""

    name: str
    every_seconds: int
    work: Callable[[Desk, datetime], int]


def apply_waiting_edits(_desk: Desk, now: datetime) -> int:
    """Apply inbox rows left new for a minute, and go on with held ones whose time has come."""
    return sweeps.sweep(now)


def retry_newer_edits(_desk: Desk, now: datetime) -> int:
    """Try again the edits that waited for a newer server: this may be it."""
    return sweeps.retry_newer(now)


def look_at_photos(desk: Desk, _now: datetime) -> int:
    """Decode photos that nobody has looked at yet, and make their small pictures."""
    with reading() as session:
        waiting = service.not_looked_at(session, LOOKS_AT_ONCE)
    for sha256 in waiting:
        pictures.look(desk, sha256)
    return len(waiting)


def show_late_photos(desk: Desk, _now: datetime) -> int:
    """Show the photos that arrived in the same instant as the edits that name them."""
    return sweep.show_late(desk)


def sweep_photos(desk: Desk, now: datetime) -> int:
    """Remove photos that nobody has named for 30 days, uploads that nobody went on with, and what crashes left."""
    gone = sweep.sweep_photos(desk, now, kept_families.waited_for(now)) + sweep.sweep_strays(desk)
    gone += desk.partials.sweep(sweep.PARTIAL_KEPT.total_seconds())
    return gone + desk.store.sweep_unfinished(UNFINISHED_KEPT.total_seconds())


def remove_lapsed_photos(desk: Desk, now: datetime) -> int:
    """Remove photos that stood without a family's consent for 30 days, and those that are a year old."""
    return photo_lapses.remove_lapsed(desk, now, kept_families.waited_for(now))


def sweep_sign_ins(_desk: Desk, now: datetime) -> int:
    """Remove sessions that have run out, and failures and other tries that count no more."""
    with transaction() as session:
        return sweep_sessions(session, now) + sweep_failures(session, now) + sweep_tries(session, now)


def sweep_old_reads(_desk: Desk, now: datetime) -> int:
    """Remove lines of the access log that are older than 3 years."""
    with transaction() as session:
        return sweep_access_log(session, now)


def take_lapsed_tickets(_desk: Desk, now: datetime) -> int:
    """Take parents' codes off the phones when their day has passed."""
    with transaction() as session:
        return sweep_tickets(session, now)


def join_late_answers(_desk: Desk, _now: datetime) -> int:
    """Join answers of families to visits that did not find them when they arrived."""
    with transaction() as session:
        return joining.join_late(session)


def raise_late_reports(_desk: Desk, now: datetime) -> int:
    """Let reports in confidence go up that were not accepted or not closed in time, and what nobody at a school may judge."""
    with transaction() as session:
        return raise_late(session, now) + judge_anew(session)


def forget_old_contacts(_desk: Desk, now: datetime) -> int:
    """Forget the telephone numbers of writers whose matter is over."""
    with transaction() as session:
        return forget_contacts(session, now) + contacts.forget_old(session, now)


def erase_what_was_ordered(desk: Desk, _now: datetime) -> int:
    """Erase the children whose turn has come."""
    return erase_in_turn(desk)


CHORES = (
    Chore("retry_newer_edits", 0, retry_newer_edits),
    Chore("apply_waiting_edits", 20, apply_waiting_edits),
    Chore("look_at_photos", 5, look_at_photos),
    Chore("show_late_photos", 60, show_late_photos),
    Chore("erase_what_was_ordered", 60, erase_what_was_ordered),
    Chore("join_late_answers", 300, join_late_answers),
    Chore("sweep_sign_ins", HOUR, sweep_sign_ins),
    Chore("sweep_photos", 6 * HOUR, sweep_photos),
    Chore("remove_lapsed_photos", HOUR, remove_lapsed_photos),
    Chore("take_lapsed_tickets", 6 * HOUR, take_lapsed_tickets),
    Chore("raise_late_reports", HOUR, raise_late_reports),
    Chore("forget_old_contacts", DAY, forget_old_contacts),
    Chore("sweep_old_reads", DAY, sweep_old_reads),
)
