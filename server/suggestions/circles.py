"""Who may read what was told: the school's office, whoever it was handed to, the 师德专员, the centre. Asked at every view."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, Text, and_, exists, false, select, type_coerce
from sqlalchemy.orm import Session, aliased

from server.accounts import rights
from server.actor import Actor
from server.errors import NotFound
from server.schools.models import School
from server.suggestions.concerned import Officer, is_for_others, took_part
from server.suggestions.judges import Officers, officers_of, went_along
from server.suggestions.models import CENTRE, ETHICS, FROM_VISIT, LIVE, SCHOOL, Suggestion
from server.suggestions.roster import may_be_meant, staff_of_class
from server.suggestions.states import lay_too_long
from server.times import utc_now


def on_board(school_id: str) -> ColumnElement[bool]:
    """Give the condition under which a school's office sees a suggestion; what is the 师德专员's or the centre's is not there."""
    return and_(Suggestion.school_id == school_id, Suggestion.circle == SCHOOL, Suggestion.state == LIVE)


def led_by(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Give the condition under which a person hands a suggestion out and closes it: desk or head of the school.

    Never what names them as a problem; and what is kept from the teachers of its class and visit is kept from one at the desk,
    too, as long as somebody else of the office may have it.
    """
    if not rights.in_office_of(actor, actor.school_id):
        return false()
    told = aliased(Suggestion)

    def concerns(one: Officer) -> ColumnElement[bool]:
        tied = exists().where(told.tied_to == Suggestion.id, _is_kept(told, one))
        return _names(Suggestion, one.staff_id) | _is_kept(Suggestion, one) | tied

    mine = ~_names(Suggestion, actor.staff_id) & ~is_for_others(session, actor, concerns)
    return on_board(actor.school_id or "") & mine


def may_lead(session: Session, actor: Actor, each: Suggestion) -> bool:
    """Tell whether a person hands it out and closes it (`led_by`)."""
    if each.circle != SCHOOL or each.state != LIVE or not rights.in_office_of(actor, each.school_id):
        return False
    return session.scalar(select(Suggestion.id).where(Suggestion.id == each.id, led_by(session, actor))) is not None


def kept_from(session: Session, each: Suggestion) -> set[str]:
    """Name the staff to whom this, with what is tied to it, is not to be handed.

    Those whom a problem names; and the teachers of the class and whoever went along on the visit, unless its writer lets them
    read it, or they wrote it down at the visit themselves.
    """
    found: set[str] = set()
    for one in (each, *session.scalars(select(Suggestion).where(Suggestion.tied_to == each.id))):
        if one.kind == "problem":
            found.update(one.about_staff)
        if not one.for_teacher and one.source != FROM_VISIT:
            found.update(
                staff_of_class(session, one.class_id) if one.class_id else (), went_along(session, one.visit_id)
            )
    return found


def may_work(session: Session, actor: Actor, each: Suggestion) -> bool:
    """Tell whether a person works on it: it was handed to them, or they lead."""
    ours = each.circle == SCHOOL and each.state == LIVE and each.school_id == actor.school_id
    mine = ours and each.owner_id == actor.staff_id and actor.staff_id not in kept_from(session, each)
    return mine or may_lead(session, actor, each)


def may_judge(session: Session, actor: Actor, each: Suggestion) -> bool:
    """Tell whether a person handles what is not the office's: the 师德专员 what is about teachers, the centre what is its own.

    Hidden from a 师德专员: what names them, what a duty of theirs may mean, what they wrote down, and visits they went along on. A
    deputy sees what lay too long, or what is hidden so from each whom they stand in for.
    """
    if each.state != LIVE or each.circle == SCHOOL:
        return False
    if each.circle == CENTRE:
        return _in_centre_of(session, actor, each)
    ours = "ethics" in actor.roles and actor.school_id == each.school_id
    return ours and _is_judge(session, actor, each, officers_of(session, each.school_id))


def is_asked(session: Session, actor: Actor, each: Suggestion) -> bool:
    """Tell whether the school passed it up to this person's centre, which reads it without names and gives it back with words."""
    up = each.up_since is not None and each.state == LIVE and each.circle != CENTRE
    return up and _in_centre_of(session, actor, each)


def to_lead(session: Session, actor: Actor, suggestion_id: str) -> Suggestion:
    """Lock a suggestion for whoever hands it out.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = _locked(session, suggestion_id)
    if each is None or not may_lead(session, actor, each):
        raise NotFound
    return each


def to_work_on(session: Session, actor: Actor, suggestion_id: str) -> Suggestion:
    """Lock a suggestion for whoever works on it.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = _locked(session, suggestion_id)
    if each is None or not (may_work(session, actor, each) or may_judge(session, actor, each)):
        raise NotFound
    return each


def to_close(session: Session, actor: Actor, suggestion_id: str) -> Suggestion:
    """Lock a suggestion for whoever says that it is done with: who hands it out, or the 师德专员 or the centre for theirs.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = _locked(session, suggestion_id)
    if each is None or not (may_lead(session, actor, each) or may_judge(session, actor, each)):
        raise NotFound
    return each


def to_give_back(session: Session, actor: Actor, suggestion_id: str) -> Suggestion:
    """Lock a suggestion that the school passed up to this person's centre.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = _locked(session, suggestion_id)
    if each is None or not is_asked(session, actor, each):
        raise NotFound
    return each


def to_read(session: Session, actor: Actor, suggestion_id: str) -> Suggestion:
    """Give a suggestion to whoever works on it, or is asked about it.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = session.get(Suggestion, suggestion_id)
    if each is None or not (
        may_work(session, actor, each) or may_judge(session, actor, each) or is_asked(session, actor, each)
    ):
        raise NotFound
    return each


def for_ethics(session: Session, actor: Actor) -> Sequence[Suggestion]:
    """Give the problems with teachers that this 师德专员 may read, urgent ones first, then the newest."""
    theirs = and_(Suggestion.school_id == actor.school_id, Suggestion.circle == ETHICS, Suggestion.state == LIVE)
    found = session.scalars(select(Suggestion).where(theirs).order_by(Suggestion.urgent.desc(), Suggestion.id.desc()))
    officers = officers_of(session, actor.school_id or "")
    return [each for each in found if _is_judge(session, actor, each, officers)]


def for_centre(session: Session, actor: Actor) -> Sequence[Suggestion]:
    """Give what was told to the centre alone, of all its schools, urgent ones first, then the newest."""
    theirs = and_(Suggestion.school_id.in_(_schools_of(actor)), Suggestion.circle == CENTRE, Suggestion.state == LIVE)
    query = select(Suggestion).where(theirs).order_by(Suggestion.urgent.desc(), Suggestion.id.desc())
    return session.scalars(query).all()


def passed_up(session: Session, actor: Actor) -> Sequence[Suggestion]:
    """Give what the schools of a centre ask it about, the longest waiting first."""
    asked = and_(Suggestion.school_id.in_(_schools_of(actor)), Suggestion.up_since.is_not(None))
    query = select(Suggestion).where(asked, Suggestion.circle != CENTRE, Suggestion.state == LIVE)
    return session.scalars(query.order_by(Suggestion.up_since, Suggestion.id)).all()


def _names(one: type[Suggestion], staff_id: str) -> ColumnElement[bool]:
    """Give the condition under which a problem names a person: then it is hidden from them, whatever their duty."""
    return (one.kind == "problem") & type_coerce(one.about_staff, Text).contains(f'"{staff_id}"')


def _is_kept(one: type[Suggestion], officer: Officer) -> ColumnElement[bool]:
    """Say as a condition, of somebody of the office, for which words `kept_from` names them as a teacher."""
    teaches = one.class_id.is_not(None) & one.class_id.in_(sorted(officer.classes))
    kept = ~one.for_teacher & (one.source != FROM_VISIT)
    return kept & (teaches | took_part(officer.staff_id, one.visit_id))


def _is_judge(session: Session, actor: Actor, each: Suggestion, officers: Officers) -> bool:
    """Tell whether one of a school's 师德专员 handles what is theirs."""
    if _is_concerned(session, actor.staff_id, each):
        return False
    if actor.staff_id not in officers.deputies:
        return actor.staff_id in officers.first
    return lay_too_long(each, utc_now()) or all(_is_concerned(session, id_, each) for id_ in officers.first)


def _is_concerned(session: Session, staff_id: str, each: Suggestion) -> bool:
    concerned = {*each.about_staff, each.author_id, *went_along(session, each.visit_id)}
    return staff_id in concerned or may_be_meant(session, staff_id, each.about_duties)


def _schools_of(actor: Actor) -> Select[str]:
    return select(School.id).where(School.centre_id == actor.centre_id)


def _in_centre_of(session: Session, actor: Actor, each: Suggestion) -> bool:
    school = session.get_one(School, each.school_id)
    return "centre" in actor.roles and actor.centre_id == school.centre_id


def _locked(session: Session, suggestion_id: str) -> Suggestion | None:
    return session.get(Suggestion, suggestion_id, with_for_update=True)
