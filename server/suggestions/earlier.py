"""The reply that its writer was not satisfied with, for its writer, while the school does it once more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.suggestions.models import LIVE, Suggestion, SuggestionEvent


@dataclass(frozen=True)
class Earlier:
    """What the school had replied, when (None, where it was said to several at once), and when 不满意 opened it again."""

    reply: str
    replied_at: datetime | None
    opened_at: datetime


def earlier_reply(session: Session, source: str, ref: str) -> Earlier | None:
    """Give the reply before 不满意; None, if there was none, or the school has replied anew since."""
    waits = (Suggestion.state == LIVE) & Suggestion.reopened & Suggestion.replied_at.is_(None)
    theirs = (Suggestion.source == source) & (Suggestion.ref == ref) & waits
    query = select(SuggestionEvent).join(Suggestion, Suggestion.id == SuggestionEvent.suggestion_id).where(theirs)
    order = SuggestionEvent.id.desc()
    opened = session.scalar(query.where(SuggestionEvent.what == "reopened").order_by(order).limit(1))
    if opened is None:
        return None
    replied = session.scalar(query.where(SuggestionEvent.what == "replied").order_by(order).limit(1))
    return Earlier(opened.words, replied.at if replied else None, opened.at)
