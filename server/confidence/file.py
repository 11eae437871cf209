"""师德档案: of each member of staff only what was found to be true, after they could object, and dealt with. Nothing else ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Staff
from server.actor import Actor
from server.campaign.listening import listening
from server.confidence.models import DONE, PROVEN, Report, ReportEvent
from server.confidence.officers import handled_by, reach
from server.errors import NotFound
from server.schools.models import School
from server.times import shanghai_day


@dataclass(frozen=True)
class Person:
    """One member of staff of whom there is a file."""

    id: str
    name: str
    school: str
    entries: int


@dataclass(frozen=True)
class Deed:
    """One step of a case: its day, who took it, its words."""

    on: date
    who: str
    words: str


@dataclass(frozen=True)
class Entry:
    """One matter in a file. Whoever reported it, their words, the family and the child are never in it."""

    matter: str
    heard: Deed
    found: Deed
    settled: Deed


@dataclass(frozen=True)
class File:
    """The file of one member of staff, the newest matter first."""

    person: Person
    entries: Sequence[Entry]


def people_with_file(session: Session, actor: Actor) -> Sequence[Person]:
    """Name the staff of whom there is a file that this person keeps, by school and name."""
    counts: dict[str, int] = {}
    for each in _upheld(session, actor):
        counts[each.found_about or ""] = counts.get(each.found_about or "", 0) + 1
    query = (
        select(Staff.id, Staff.name, School.name)
        .join(School, School.id == Staff.school_id)
        .where(Staff.id.in_(sorted(counts)))
        .order_by(School.name, Staff.name, Staff.id)
    )
    return [Person(id_, name, school, counts[id_]) for id_, name, school in session.execute(query)]


def file_of(session: Session, actor: Actor, staff_id: str) -> File:
    """Read the file of one member of staff.

    Raises: NotFound, if there is none, or none that this person keeps.
    """
    person = next((each for each in people_with_file(session, actor) if each.id == staff_id), None)
    if person is None:
        raise NotFound
    upheld = [each for each in _upheld(session, actor) if each.found_about == staff_id]
    return File(person, [_entry(session, each) for each in upheld])


def _upheld(session: Session, actor: Actor) -> list[Report]:
    whole = (Report.state == DONE) & (Report.finding == PROVEN) & Report.found_about.is_not(None)
    heard = Report.heard_at.is_not(None)
    found = session.scalars(select(Report).where(reach(actor), whole, heard).order_by(Report.done_at.desc(), Report.id))
    return handled_by(session, actor, found)


def _entry(session: Session, each: Report) -> Entry:
    query = select(ReportEvent).where(ReportEvent.report_id == each.id).order_by(ReportEvent.id)
    last = {event.what: event for event in session.scalars(query)}
    staff = select(Staff.id, Staff.name).where(Staff.id.in_({event.staff_id for event in last.values()}))
    names: dict[str, str] = dict(session.execute(staff).all())

    def deed(what: str) -> Deed:
        event = last[what]
        return Deed(shanghai_day(event.at), names.get(event.staff_id or "", ""), event.words)

    matter = "、".join(listening().label("five_no", code) for code in each.reasons) or "师德方面的反映"
    return Entry(matter, deed("heard"), deed("found"), deed("done"))
