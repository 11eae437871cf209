"""Erasing what a family answered: ids stay, so that its phones can be told; no word, code or number does."""

from collections.abc import Collection
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


def erase_family(session: Session, student_id: str, record_ids: Collection[str]) -> list[str]:
    """Leave only ids of the answers that belong to a student, or to tickets that their visits name; links made for them end.

    The tickets are locked first, as a family that sends an answer does: it comes before and is erased, or after and is refused.

    Returns: the ids of these answers.
    """
    named = select(VisitTicket.ticket_id).where(VisitTicket.visit_id.in_(sorted(record_ids)))
    answered = select(Feedback.ticket_id).where(Feedback.student_id == student_id)
    theirs = (Ticket.student_id == student_id) | Ticket.id.in_(named) | Ticket.id.in_(answered)
    tickets = session.scalars(select(Ticket).where(theirs).order_by(Ticket.id).with_for_update()).all()
    for ticket in tickets:
        if ticket.student_id == student_id:
            revoke(session, ticket)
    of_them = (Feedback.student_id == student_id) | Feedback.ticket_id.in_([ticket.id for ticket in tickets])
    found = session.scalars(select(Feedback).where(of_them).order_by(Feedback.id).with_for_update()).all()
    for each in found:
        before = audience(each)
        for name, value in WORDLESS.items():
            setattr(each, name, value)
        each.rev += 1
        tell(session, each, before)
    session.flush()
    return [each.id for each in found]
