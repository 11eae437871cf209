"""The codes that a phone carries ahead of time: made at its pulls, so that one can be shown at a door without signal.

A phone is given new ones for those it has *shown*, never for those that were answered: whoever holds it cannot tell
whether a family has written.
"""

from collections.abc import Mapping, Sequence
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
from server.times import shanghai_day, utc_now

STOCK = 30  # codes that a phone holds and has not shown
ANSWER_DAYS = 30  # a family has at least so long for its first answer
SHELF_DAYS = 30  # a code may lie so long on a phone before it is replaced

# Every pull of a phone asks this: how many codes it may still show.
_IN_STOCK = Prepared(
    select(func.count(Ticket.id)).where(
        Ticket.device_id == bindparam("device_id"),
        Ticket.shown_at.is_(None),
        Ticket.revoked_at.is_(None),
        Ticket.expires_on >= bindparam("fresh_until"),
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
    fresh = {"device_id": actor.device_id, "fresh_until": _expiry(today, shelf_days=0)}
    if not shown and ask(_IN_STOCK, fresh)[0][0] >= stock:
        return
    with transaction() as session:
        _note_shown(session, actor.device_id, shown, utc_now())
        session.flush()
        for _ in range(stock - _IN_STOCK.rows(session.connection(), fresh)[0][0]):
            _issue(session, actor.device_id, actor.school_id, actor.staff_id, today)


def ticket_rows(session: Session, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """Give tickets, for the phone that carries them.

    Shapes: id, link ("/f/" and 22 characters), expires_on (ISO day, the last for a first answer), show_until (ISO day: shown
    later, it would leave a family less than 30 days), shown.
    """
    query = select(Ticket.id, Ticket.expires_on, Ticket.shown_at).where(Ticket.id.in_(ids))
    return {
        id_: {
            "id": id_,
            "link": link_of(id_),
            "expires_on": expires_on.isoformat(),
            "show_until": (expires_on - timedelta(days=ANSWER_DAYS)).isoformat(),
            "shown": shown_at is not None,
        }
        for id_, expires_on, shown_at in session.execute(query)
    }


def sweep_tickets(session: Session, now: datetime) -> int:
    """Take tickets off the phones when their day has passed; gives how many. The table keeps them for their answers."""
    lapsed = (Ticket.expires_on < shanghai_day(now)) & Ticket.left_phone_at.is_(None) & Ticket.device_id.is_not(None)
    found = session.scalars(select(Ticket).where(lapsed).order_by(Ticket.id).with_for_update()).all()
    for ticket in found:
        ticket.left_phone_at, ticket.rev = now, ticket.rev + 1
        _note(session, ticket)
    return len(found)


def _issue(session: Session, device_id: str, school_id: str, staff_id: str, today: date) -> None:
    id_ = new_id()
    ticket = Ticket(
        id=id_,
        school_id=school_id,
        staff_id=staff_id,
        device_id=device_id,
        link_hash=hash_of(secret_of(id_)),
        issued_at=utc_now(),
        expires_on=_expiry(today, shelf_days=SHELF_DAYS),
        rev=1,
    )
    session.add(ticket)
    _note(session, ticket)


def _note_shown(session: Session, device_id: str, shown: Sequence[str], now: datetime) -> None:
    theirs = (Ticket.device_id == device_id) & Ticket.shown_at.is_(None) & Ticket.id.in_(shown)
    for ticket in session.scalars(select(Ticket).where(theirs).order_by(Ticket.id).with_for_update()):
        ticket.expires_on = min(ticket.expires_on, _expiry(shanghai_day(now), shelf_days=0))
        ticket.shown_at, ticket.rev = now, ticket.rev + 1
        _note(session, ticket)


def _note(session: Session, ticket: Ticket) -> None:
    """Tell the phone that carries a ticket; it holds none that has left it."""
    if ticket.device_id is None:
        return
    here = (scopes.device(ticket.device_id),)
    scopes_now, gone = (here, ()) if ticket.left_phone_at is None else ((), here)
    note_change(session, RowChange(ticket.school_id, "ticket", ticket.id, ticket.rev, scopes_now, gone))


def _expiry(today: date, *, shelf_days: int) -> date:
    return today + timedelta(days=ANSWER_DAYS + shelf_days)
