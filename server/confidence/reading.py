"""What the handlers of reports read: what waits for them, and one case with all that was done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Staff
from server.actor import Actor
from server.campaign.listening import listening
from server.confidence import clock
from server.confidence.handling import may_go_back
from server.confidence.models import DONE, Report, ReportEvent
from server.confidence.officers import handled_by, reach, to_read
from server.schools.models import School, SchoolClass
from server.suggestions.judges import officers_of
from server.suggestions.judging import count_judged
from server.suggestions.models import CENTRE, ETHICS
from server.times import shanghai_day, utc_now

DONE_ROWS = 50  # of closed cases that are listed


@dataclass(frozen=True)
class Line:
    """One report in a list."""

    each: Report
    school: str
    due_on: date  # the last day to accept it, or then to close it
    late: bool
    urgent: bool  # it speaks of harm or suicide, and is not done with


@dataclass(frozen=True)
class Deed:
    """One thing that was done; `who` is "" for its writer and for the clock."""

    at: datetime
    who: str
    what: str
    words: str


@dataclass(frozen=True)
class Sheet:
    """One case to read and to work on. `seen` names the last thing that was done."""

    line: Line
    about: Sequence[str]  # names of the staff
    class_name: str
    deeds: Sequence[Deed]
    seen: str
    for_centre: bool
    may_go_back: bool
    deputies: Sequence[str]  # names of who would see it next
    people: Sequence[tuple[str, str]]  # of whom it may be found to be true, (id, name): those whom it is about first


def open_lines(session: Session, actor: Actor) -> Sequence[Line]:
    """Give the open reports that a person handles: what speaks of harm first, then the oldest."""
    query = select(Report).where(reach(actor), Report.state != DONE).order_by(Report.waits_since, Report.id)
    lines = _lines(session, handled_by(session, actor, session.scalars(query)))
    return sorted(lines, key=lambda line: not line.urgent)


def done_lines(session: Session, actor: Actor) -> Sequence[Line]:
    """Give the last reports that were closed, the newest first."""
    query = select(Report).where(reach(actor), Report.state == DONE).order_by(Report.done_at.desc()).limit(DONE_ROWS)
    return _lines(session, handled_by(session, actor, session.scalars(query)))


def count_waiting(session: Session, actor: Actor) -> int:
    """Count what waits for a person as 师德专员 or for the centre: open reports, and suggestions to answer."""
    query = select(Report).where(reach(actor), Report.state != DONE)
    return len(handled_by(session, actor, session.scalars(query))) + count_judged(session, actor)


def school_names(session: Session, centre_id: str) -> Mapping[str, str]:
    """Name the schools of a centre, {id: name}."""
    return dict(session.execute(select(School.id, School.name).where(School.centre_id == centre_id)).all())


def sheet_of(session: Session, actor: Actor, report_id: str) -> Sheet:
    """Read one case.

    Raises: NotFound, if there is none, or none for this person.
    """
    each = to_read(session, actor, report_id)
    query = select(ReportEvent).where(ReportEvent.report_id == each.id).order_by(ReportEvent.id)
    events = session.scalars(query).all()
    next_ones = officers_of(session, each.school_id).deputies if each.circle == ETHICS else frozenset()
    names = _names(session, {*each.about_staff, *next_ones, *(event.staff_id for event in events)})
    room = session.get(SchoolClass, each.class_id) if each.class_id else None
    return Sheet(
        line=_lines(session, [each])[0],
        about=[*(names[id_] for id_ in each.about_staff if id_ in names), *each.about_duties],
        class_name=room.name if room else "",
        deeds=[Deed(event.at, names.get(event.staff_id, ""), event.what, event.words) for event in events],
        seen=events[-1].id if events else "",
        for_centre=each.circle == CENTRE,
        may_go_back=may_go_back(session, each),
        deputies=[names[id_] for id_ in sorted(next_ones) if id_ in names and id_ not in each.about_staff],
        people=_people(session, actor, each),
    )


def _people(session: Session, actor: Actor, each: Report) -> list[tuple[str, str]]:
    today = shanghai_day(utc_now())
    there = or_(Staff.id.in_(each.about_staff), Staff.left_on.is_(None), Staff.left_on >= today)
    query = select(Staff.id, Staff.name).where(Staff.school_id == each.school_id, there, Staff.id != actor.staff_id)
    found = [(id_, name) for id_, name in session.execute(query.order_by(Staff.name, Staff.id))]
    return sorted(found, key=lambda one: one[0] not in each.about_staff)


def _lines(session: Session, reports: Sequence[Report]) -> list[Line]:
    today = shanghai_day(utc_now())
    query = select(School.id, School.name).where(School.id.in_(sorted({each.school_id for each in reports})))
    schools: dict[str, str] = dict(session.execute(query).all())
    return [
        Line(
            each=each,
            school=schools[each.school_id],
            due_on=clock.last_day(each),
            late=clock.is_late(each, today),
            urgent=each.state != DONE and listening().is_urgent(each.text),
        )
        for each in reports
    ]


def _names(session: Session, ids: set[str | None]) -> dict[str | None, str]:
    query = select(Staff.id, Staff.name).where(Staff.id.in_(sorted(id_ for id_ in ids if id_)))
    return dict(session.execute(query).all())
