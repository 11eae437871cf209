"""Erasing what a family answered: ids stay, so that its phones can be told; no word, code or number does."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.feedback.joining import audience, tell
from server.feedback.models import Feedback, Ticket
from server.feedback.tickets import revoke
from server.visits.models import VisitTicket

WORDLESS: dict[str, Any] = {
    "answers": {},
    "contact": None,
    "contact_forgotten": False,
    "checked_at": None,
    "told_before": None,
    "code_hash": "",
    "state": "erased",
    **dict.fromkeys(("text", "text_kind", "topic", "visible_to"), ""),
}


def erase_family(session: Session, student_id: str, visits: Mapping[str, Collection[str]]) -> list[str]:
    """Leave only ids of the answers that belong to a student; links made for them end.

    Theirs is what is joined to them, what was sent on a link made for them, and what is joined to no child where a teacher who
    took part in one of their visits showed the link there. Any phone may name any ticket: by itself that makes none theirs.
    The tickets are locked first, as a family that sends an answer does: it comes before and is erased, or after and is refused.

    `visits`: who took part in each of theirs. Returns: the ids of these answers.
    """
    named = select(VisitTicket.ticket_id).where(VisitTicket.visit_id.in_(sorted(visits)))
    answered = select(Feedback.ticket_id).where(Feedback.student_id == student_id)
    theirs = (Ticket.student_id == student_id) | Ticket.id.in_(named) | Ticket.id.in_(answered)
    tickets = session.scalars(select(Ticket).where(theirs).order_by(Ticket.id).with_for_update()).all()
    made = [ticket for ticket in tickets if ticket.student_id == student_id]
    for ticket in made:
        revoke(session, ticket)
    shown = Feedback.student_id.is_(None) & Feedback.ticket_id.in_(_shown_at(session, visits, tickets))
    of_them = (Feedback.student_id == student_id) | Feedback.ticket_id.in_([ticket.id for ticket in made]) | shown
    found = session.scalars(select(Feedback).where(of_them).order_by(Feedback.id).with_for_update()).all()
    for each in found:
        before = audience(each)
        for name, value in WORDLESS.items():
            setattr(each, name, value)
        each.rev += 1
        tell(session, each, before)
    session.flush()
    return [each.id for each in found]


def _shown_at(session: Session, visits: Mapping[str, Collection[str]], tickets: Sequence[Ticket]) -> set[str]:
    """Name the tickets whose own teacher took part in a visit that names them.

    The visits forget the others: once nobody knows who went along, a ticket that a colleague's visit only copied would look
    like one of the erased family, and the family that holds it would be turned away.
    """
    teachers = {ticket.id: ticket.staff_id for ticket in tickets}
    shown = set[str]()
    for named in session.scalars(select(VisitTicket).where(VisitTicket.visit_id.in_(sorted(visits)))).all():
        if teachers.get(named.ticket_id) in visits[named.visit_id]:
            shown.add(named.ticket_id)
        else:
            session.delete(named)
    return shown
