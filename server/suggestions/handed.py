"""What was handed to a person and waits for them, on their phone: that there is something and until when, never its words."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import event, func, inspect, select
from sqlalchemy.orm import Session

from server.db import RowChange, note_change
from server.records import scopes
from server.suggestions.circles import kept_from
from server.suggestions.models import LIVE, SCHOOL, Suggestion, SuggestionEvent

OWNERS_BEFORE = "owners before"  # in the state of a suggestion: who worked on it until this transaction


@event.listens_for(Suggestion.owner_id, "set", active_history=True)
def _remember(each: Suggestion, owner_id: str | None, before: Any, _: Any) -> None:
    """Remember who worked on it: by the time that it is noted the session may have written the change already."""
    if isinstance(before, str) and before != owner_id:
        inspect(each).info.setdefault(OWNERS_BEFORE, set()).add(before)


def tell_owner(session: Session, each: Suggestion) -> None:
    """Note for the feed that something was done about what a person works on; whoever worked on it before loses the row."""
    lost = inspect(each).info.pop(OWNERS_BEFORE, set()) - {each.owner_id}
    now = [each.owner_id] if each.owner_id else []
    if not lost and not now:
        return
    session.flush()
    done = select(func.count()).select_from(SuggestionEvent).where(SuggestionEvent.suggestion_id == each.id)
    rev = session.scalar(done) or 1
    put, removed = (tuple(map(scopes.self_, sorted(people))) for people in (now, lost))
    note_change(session, RowChange(each.school_id, "handed", each.id, rev, put, removed_from=removed))


def handed_rows(session: Session, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """Give what was handed to people. Shapes: id (the suggestion's), waits (not answered, and theirs to see), due (ISO day or null)."""
    query = select(Suggestion).where(Suggestion.id.in_(ids))
    return {each.id: _row(session, each) for each in session.scalars(query)}


def _row(session: Session, each: Suggestion) -> dict[str, Any]:
    open_ = each.tied_to is None and each.replied_at is None and each.closed_at is None
    ours = each.owner_id is not None and each.circle == SCHOOL and each.state == LIVE
    waits = open_ and ours and each.owner_id not in kept_from(session, each)
    return {"id": each.id, "waits": waits, "due": each.due.isoformat() if waits and each.due else None}
