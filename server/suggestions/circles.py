"""Who may read what was told: the school's office, whoever it was handed to, the 师德专员, the centre. Asked at every view."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from server.accounts import rights
from server.actor import Actor
from server.errors import NotFound
from server.schools.models import School
from server.suggestions.models import CENTRE, ETHICS, LIVE, SCHOOL, Suggestion
from server.suggestions.roster import may_be_meant


def on_board(school_id: str) -> ColumnElement[bool]:
    """Give the condition under which a school's office sees a suggestion; what is the 师德专员's or the centre's is not there."""
    return and_(Suggestion.school_id == school_id, Suggestion.circle == SCHOOL, Suggestion.state == LIVE)


def is_about(actor: Actor, each: Suggestion) -> bool:
    """Tell whether a problem names the person who asks: then it is hidden from them, whatever their duty."""
    return each.kind == "problem" and actor.staff_id in each.about_staff


def may_lead(actor: Actor, each: Suggestion) -> bool:
    """Tell whether a person hands it out and closes it: desk or head of the school."""
    ours = each.circle == SCHOOL and each.state == LIVE and not is_about(actor, each)
    return ours and rights.in_office_of(actor, each.school_id)


def may_work(actor: Actor, each: Suggestion) -> bool:
    """Tell whether a person works on it: it was handed to them, or they lead."""
    mine = each.owner_id == actor.staff_id and each.circle == SCHOOL and each.state == LIVE
    return (mine and each.school_id == actor.school_id and not is_about(actor, each)) or may_lead(actor, each)


def to_lead(session: Session, actor: Actor, suggestion_id: str) -> Suggestion:
    """Lock a suggestion for whoever hands it out.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = _locked(session, suggestion_id)
    if each is None or not may_lead(actor, each):
        raise NotFound
    return each


def to_work_on(session: Session, actor: Actor, suggestion_id: str) -> Suggestion:
    """Lock a suggestion for whoever works on it.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = _locked(session, suggestion_id)
    if each is None or not may_work(actor, each):
        raise NotFound
    return each


def to_read(session: Session, actor: Actor, suggestion_id: str) -> Suggestion:
    """Give a suggestion to whoever works on it.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = session.get(Suggestion, suggestion_id)
    if each is None or not may_work(actor, each):
        raise NotFound
    return each


def for_ethics(session: Session, actor: Actor) -> Sequence[Suggestion]:
    """Give the problems with teachers that this 师德专员 may read, urgent ones first, then the newest.

    Hidden: what names them, what a duty of theirs may mean, and what they wrote down themselves.
    """
    theirs = and_(Suggestion.school_id == actor.school_id, Suggestion.circle == ETHICS, Suggestion.state == LIVE)
    found = session.scalars(select(Suggestion).where(theirs).order_by(Suggestion.urgent.desc(), Suggestion.id.desc()))
    return [
        each
        for each in found
        if actor.staff_id not in {*each.about_staff, each.author_id}
        and not may_be_meant(session, actor.staff_id, each.about_duties)
    ]


def for_centre(session: Session, actor: Actor) -> Sequence[Suggestion]:
    """Give what was told to the centre alone, of all its schools, urgent ones first, then the newest."""
    ours = select(School.id).where(School.centre_id == actor.centre_id)
    theirs = and_(Suggestion.school_id.in_(ours), Suggestion.circle == CENTRE, Suggestion.state == LIVE)
    query = select(Suggestion).where(theirs).order_by(Suggestion.urgent.desc(), Suggestion.id.desc())
    return session.scalars(query).all()


def _locked(session: Session, suggestion_id: str) -> Suggestion | None:
    return session.get(Suggestion, suggestion_id, with_for_update=True)
