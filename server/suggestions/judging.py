"""What the 师德专员 and the centre have of suggestions: theirs to answer, and what the schools ask the centre about."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.suggestions.board import Line, lines_of
from server.suggestions.circles import for_centre, for_ethics, passed_up
from server.suggestions.judges import judged_by, went_along
from server.suggestions.models import CENTRE, ETHICS, LIVE, Suggestion
from server.suggestions.naming import Named
from server.suggestions.service import note


def judged_lines(session: Session, actor: Actor) -> tuple[Sequence[Line], Sequence[Line]]:
    """Give what a person answers as 师德专员 or for the centre: what waits, and what is answered or closed."""
    found = for_centre(session, actor) if "centre" in actor.roles else for_ethics(session, actor)
    waiting = [each for each in found if _waits(each)]
    return lines_of(session, waiting), lines_of(session, [each for each in found if not _waits(each)])


def passed_up_lines(session: Session, actor: Actor) -> Sequence[Line]:
    """Give what the schools of a person's centre ask it about."""
    return lines_of(session, passed_up(session, actor)) if "centre" in actor.roles else ()


def count_judged(session: Session, actor: Actor) -> int:
    """Count what waits for a person as 师德专员 or for the centre."""
    if "centre" in actor.roles:
        return sum(map(_waits, for_centre(session, actor))) + len(passed_up(session, actor))
    return sum(map(_waits, for_ethics(session, actor)))


def judge_anew(session: Session) -> int:
    """Give to the centre what by today's duties nobody at the school may answer; gives how many."""
    theirs = (Suggestion.circle == ETHICS) & (Suggestion.state == LIVE) & Suggestion.closed_at.is_(None)
    found = session.scalars(select(Suggestion).where(theirs).order_by(Suggestion.id).with_for_update()).all()
    gone = [each for each in found if _judged(session, each) == CENTRE]
    for each in gone:
        each.circle, each.up_since = CENTRE, None
        note(session, each, "to_centre", None)
    return len(gone)


def _judged(session: Session, each: Suggestion) -> str:
    concerned = {each.author_id or "", *went_along(session, each.visit_id)}
    named = Named(tuple(each.about_staff), tuple(each.about_duties))
    return judged_by(session, each.school_id, named, each.content, concerned)


def _waits(each: Suggestion) -> bool:
    return each.replied_at is None and each.closed_at is None
