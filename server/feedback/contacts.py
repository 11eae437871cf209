"""Families' telephone numbers are forgotten: once one was called, once its words were replied to, or after half a year."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.db import RowChange, note_change
from server.feedback.models import Feedback
from server.feedback.telling import SOURCE
from server.suggestions.happened import ContactsForgotten
from server.suggestions.service import CONTACT_KEPT


def hear(session: Session, news: ContactsForgotten) -> None:
    """Forget the numbers of families whose words were replied to."""
    refs = [ref for source, ref in news.words if source == SOURCE]
    _forget(session, Feedback.id.in_(refs))


def forget_old(session: Session, now: datetime) -> int:
    """Forget the numbers that nobody has called for half a year; gives how many."""
    return _forget(session, Feedback.sent_at < now - CONTACT_KEPT)


def forget_number(session: Session, each: Feedback) -> None:
    """Forget a number, without a line in any feed: no phone holds it, and none is to learn that something was done here."""
    each.contact, each.contact_forgotten = None, True
    note_change(session, RowChange(each.school_id, "feedback", each.id, each.rev, ()))


def _forget(session: Session, which: ColumnElement[bool]) -> int:
    query = select(Feedback).where(which, Feedback.contact.is_not(None)).order_by(Feedback.id).with_for_update()
    found = session.scalars(query).all()
    for each in found:
        forget_number(session, each)
    return len(found)
