"""Who handles a report now, asked at every view: the 师德专员, the deputy once it has lain too long, or the centre.

Who holds the duty, and who stands in: `suggestions.judges.officers_of`.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.actor import Actor
from server.confidence.models import Report
from server.errors import NotFound
from server.schools.models import School
from server.suggestions.judges import Officers, officers_of
from server.suggestions.models import CENTRE, ETHICS
from server.suggestions.roster import may_be_meant


def is_about(session: Session, staff_id: str, each: Report) -> bool:
    """Tell whether a report is, or may be, about a person."""
    return staff_id in each.about_staff or may_be_meant(session, staff_id, each.about_duties)


def handlers(session: Session, each: Report, officers: Officers) -> set[str]:
    """Give who at the school may handle a report that is the school's: never anybody whom it is about."""
    those = officers.first | (officers.deputies if each.with_deputy else frozenset())
    return {staff_id for staff_id in those if not is_about(session, staff_id, each)}


def handled_by(session: Session, actor: Actor, reports: Iterable[Report]) -> list[Report]:
    """Keep of these reports what the person who asks may handle."""
    officers = officers_of(session, actor.school_id) if actor.school_id and "ethics" in actor.roles else None
    return [each for each in reports if _may(session, actor, each, officers)]


def to_read(session: Session, actor: Actor, report_id: str) -> Report:
    """Give a report to its handler.

    Raises: NotFound, if there is none, or none for this person.
    """
    return _checked(session, actor, session.get(Report, report_id))


def to_handle(session: Session, actor: Actor, report_id: str) -> Report:
    """Lock a report for its handler.

    Raises: NotFound, if there is none, or none for this person.
    """
    return _checked(session, actor, session.get(Report, report_id, with_for_update=True))


def reach(actor: Actor) -> ColumnElement[bool]:
    """Narrow to the schools that a person could handle reports of; who handles each is asked row by row."""
    ours = select(School.id).where(School.centre_id == actor.centre_id)
    if "centre" in actor.roles:
        return (Report.circle == CENTRE) & Report.school_id.in_(ours)
    return (Report.circle == ETHICS) & (Report.school_id == actor.school_id)


def _checked(session: Session, actor: Actor, each: Report | None) -> Report:
    if each is None or not handled_by(session, actor, [each]):
        raise NotFound
    return each


def _may(session: Session, actor: Actor, each: Report, officers: Officers | None) -> bool:
    if each.circle == CENTRE:
        school = session.get_one(School, each.school_id)
        return "centre" in actor.roles and actor.centre_id == school.centre_id
    if officers is None or each.circle != ETHICS or each.school_id != actor.school_id:
        return False
    return actor.staff_id in handlers(session, each, officers)
