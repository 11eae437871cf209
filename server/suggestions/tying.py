"""Parting what was worked on as one."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.suggestions.models import Suggestion


def let_go(session: Session, ids: Sequence[str]) -> None:
    """Untie these from what they are answered with, and what is answered with them: each goes its own way with what it has.

    Nothing may stay tied to what the board no longer shows, or it could not be worked on.
    """
    theirs = Suggestion.id.in_(ids) | Suggestion.tied_to.in_(ids)
    for each in session.scalars(select(Suggestion).where(theirs).order_by(Suggestion.id).with_for_update()):
        part(session, each)


def part(session: Session, each: Suggestion) -> None:
    """Untie one; what the centre was asked about all of them it is asked about this one, too."""
    if each.tied_to is None:
        return
    leader = session.get(Suggestion, each.tied_to)
    each.tied_to, each.up_since = None, leader.up_since if leader else None
