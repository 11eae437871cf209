"""What became of an opinion, on the phone of the teacher who wrote it down: how far the school is with it, and its reply."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db import RowChange, note_change
from server.records import scopes
from server.suggestions import states
from server.suggestions.models import LIVE, SCHOOL, Suggestion, SuggestionEvent
from server.times import shanghai_day, utc_now

SOURCE = "visit"


def tell_author(session: Session, each: Suggestion) -> None:
    """Note for the feed that something was done about an opinion; words from elsewhere have no author with a phone."""
    if each.source != SOURCE or each.author_id is None:
        return
    session.flush()
    done = select(func.count()).select_from(SuggestionEvent).where(SuggestionEvent.suggestion_id == each.id)
    rev = session.scalar(done) or 1
    note_change(session, RowChange(each.school_id, "outcome", each.ref, rev, (scopes.self_(each.author_id),)))


def outcome_rows(session: Session, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """Give what became of opinions, for their authors.

    Shapes: id (the opinion's), visit_id, status (received, working, answered; "" where it is not the school's office that
    handles it, or it was taken back), reply, replied_on (ISO day or null).
    """
    today = shanghai_day(utc_now())
    query = select(Suggestion).where(Suggestion.source == SOURCE, Suggestion.ref.in_(ids))
    return {each.ref: _row(each, states.status_outside(each, today)) for each in session.scalars(query)}


def _row(each: Suggestion, status: str) -> dict[str, Any]:
    told = each.circle == SCHOOL and each.state == LIVE
    answered = told and status == "answered" and each.replied_at is not None
    return {
        "id": each.ref,
        "visit_id": each.visit_id,
        "status": status if told else "",
        "reply": each.reply if answered else "",
        "replied_on": shanghai_day(each.replied_at).isoformat() if answered and each.replied_at else None,
    }
