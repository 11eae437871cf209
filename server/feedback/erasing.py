"""Erasing what a family answered: ids stay, so that its phones can be told; no word, code or number does."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.feedback.joining import audience, tell
from server.feedback.models import Feedback, Ticket
from server.feedback.tickets import note
from server.visits.models import VisitTicket

WORDLESS: dict[str, Any] = {"answers": {}, "text": "", "contact": None, "code_hash": "", "state": "erased"}


def erase_family(session: Session, student_id: str, record_ids: Collection[str]) -> list[str]:
    """Leave only ids of the answers that belong to a student, or to tickets that their visits name; no ticket is theirs any more.

    Returns: the ids of these answers.
    """
    named = select(VisitTicket.ticket_id).where(VisitTicket.visit_id.in_(sorted(record_ids)))
    theirs = (Feedback.student_id == student_id) | Feedback.ticket_id.in_(named)
    found = session.scalars(select(Feedback).where(theirs).order_by(Feedback.id).with_for_update()).all()
    for ticket in session.scalars(select(Ticket).where(Ticket.student_id == student_id).with_for_update()):
        ticket.student_id = None
        ticket.rev += 1
        note(session, ticket)
    for each in found:
        before = audience(each)
        for name, value in WORDLESS.items():
            setattr(each, name, value)
        each.rev += 1
        tell(session, each, before)
    session.flush()
    return [each.id for each in found]
