"""The codes that a phone carries ahead of time: made at its pulls, so that one can be shown at a door without signal.

A phone is given new ones for those it has *shown*, never for those that were answered: whoever holds it cannot tell
whether a family has written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.db import RowChange, ask, new_id, note_change, transaction
from server.feedback.links import hash_of, link_of, secret_of
from server.feedback.models import Ticket
from server.prepared import Prepared
from server.records import scopes
from server.schools.settings import settings_of
from server.times import shanghai_day, utc_now

STOCK = 30  # codes that a phone holds and has not shown
SHELF_DAYS = 30  # a code may lie so long on a phone before it is replaced


@dataclass(frozen=True)
class TicketPlace:
    """Where a ticket is to be: on a phone, on a printed sheet, or neither, and for whom. `id`: None draws one."""

    school_id: str
    staff_id: str  # the teacher whom the page names
    device_id: str | None = None
    sheet_id: str | None = None
    class_id: str | None = None
    student_id: str | None = None
    show_until: date | None = None
    id: str | None = None


# Every pull of a phone asks this: how many codes it may still show.
_IN_STOCK = Prepared(
    select(func.count(Ticket.id)).where(
        Ticket.device_id == bindparam("device_id"),
        Ticket.shown_at.is_(None),
        Ticket.revoked_at.is_(None),
        Ticket.show_until >= bindparam("today"),
    )
)


def keep_stocked(actor: Actor, shown: Sequence[str], *, stock: int = STOCK) -> None:
    """Note which of its codes a phone has shown, and give it new ones up to its stock.

    Shapes: `shown` are ticket ids, as the phone says them; those that are not this phone's change nothing. A phone whose
    person is signed out, or belongs to no school, is given none.
    """
    if actor.device_id is None or actor.school_id is None or not actor.reads:
        return
    today = shanghai_day(utc_now())
    fresh = {"device_id": actor.device_id, "today": today}
    if not shown and ask(_IN_STOCK, fresh)[0][0] >= stock:
        return
    with transaction() as session:
        _note_shown(session, actor.device_id, shown, utc_now())
        session.flush()
        missing = stock - _IN_STOCK.rows(session.connection(), fresh)[0][0]
        days = settings_of(session, actor.school_id).ticket_days if missing > 0 else 0
        for _ in range(missing):
            show_until = today + timedelta(days=SHELF_DAYS)
            place = TicketPlace(actor.school_id, actor.staff_id, device_id=actor.device_id, show_until=show_until)
            issue(session, place, show_until + timedelta(days=days))


def ticket_rows(session: Session, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """Give tickets, for the phone that carries them.

    Shapes: id, link ("/f/" and 22 characters), expires_on (ISO day, the last for a first answer), show_until (ISO day: shown
    later, it would leave a family fewer days than the school gives it), shown.
    """
    query = select(Ticket.id, Ticket.expires_on, Ticket.show_until, Ticket.shown_at).where(Ticket.id.in_(ids))
    return {
        id_: {
            "id": id_,
            "link": link_of(id_),
            "expires_on": expires_on.isoformat(),
            "show_until": (show_until or expires_on).isoformat(),
            "shown": shown_at is not None,
        }
        for id_, expires_on, show_until, shown_at in session.execute(query)
    }


def sweep_tickets(session: Session, now: datetime) -> int:
    """Take tickets off the phones when their day has passed; gives how many. The table keeps them for their answers."""
    lapsed = (Ticket.expires_on < shanghai_day(now)) & Ticket.left_phone_at.is_(None) & Ticket.device_id.is_not(None)
    found = session.scalars(select(Ticket).where(lapsed).order_by(Ticket.id).with_for_update()).all()
    for ticket in found:
        ticket.left_phone_at, ticket.rev = now, ticket.rev + 1
        note(session, ticket)
    return len(found)


def issue(session: Session, place: TicketPlace, expires_on: date) -> Ticket:
    """Make a ticket; one with the id of another changes nothing and gives that one."""
    known = session.get(Ticket, place.id) if place.id else None
    if known is not None:
        return known
    id_ = place.id or new_id()
    ticket = Ticket(
        id=id_,
        school_id=place.school_id,
        staff_id=place.staff_id,
        device_id=place.device_id,
        sheet_id=place.sheet_id,
        class_id=place.class_id,
        student_id=place.student_id,
        link_hash=hash_of(secret_of(id_)),
        issued_at=utc_now(),
        show_until=place.show_until,
        expires_on=expires_on,
        rev=1,
    )
    session.add(ticket)
    note(session, ticket)
    return ticket


def revoke(session: Session, ticket: Ticket) -> None:
    """Take a ticket back: it takes no first answer any more, and leaves the phone that carries it. Done twice it is done once."""
    if ticket.revoked_at is not None:
        return
    ticket.revoked_at, ticket.rev = utc_now(), ticket.rev + 1
    ticket.left_phone_at = ticket.left_phone_at or (ticket.revoked_at if ticket.device_id else None)
    note(session, ticket)


def _note_shown(session: Session, device_id: str, shown: Sequence[str], now: datetime) -> None:
    theirs = (Ticket.device_id == device_id) & Ticket.shown_at.is_(None) & Ticket.id.in_(shown)
    for ticket in session.scalars(select(Ticket).where(theirs).order_by(Ticket.id).with_for_update()):
        days = ticket.expires_on - (ticket.show_until or ticket.expires_on)
        ticket.expires_on = min(ticket.expires_on, shanghai_day(now) + days)
        ticket.shown_at, ticket.rev = now, ticket.rev + 1
        note(session, ticket)


def note(session: Session, ticket: Ticket) -> None:
    """Tell the phone that carries a ticket; it holds none that has left it, and none of paper."""
    here = (scopes.device(ticket.device_id),) if ticket.device_id else ()
    scopes_now, gone = (here, ()) if ticket.left_phone_at is None else ((), here)
    note_change(session, RowChange(ticket.school_id, "ticket", ticket.id, ticket.rev, scopes_now, gone))
