"""What came in: a count in one sentence, and the visits by class and teacher."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select, tuple_
from sqlalchemy.orm import Session

from server.accounts.models import Staff
from server.campaign.notice import notice
from server.consents.service import NO, Standing
from server.oversight.wanted import Wanted, matching, shows_photos
from server.photos.models import PhotoUse
from server.photos.uses import unshown
from server.records.models import Conflict, Record
from server.schools.models import SchoolClass, Student
from server.visits.models import VisitFacts
from server.visits.reviews import changed_since
from server.visits.standing import Told, standings_of
from server.visits.withheld import shown_fields

PAGE_ROWS = 50
READABLE = ("visit", "visit_private")  # the kinds whose conflicts the office may read
ORDER = (SchoolClass.grade, SchoolClass.number, VisitFacts.author_id, VisitFacts.visit_id)


@dataclass(frozen=True)
class Count:
    """How much came in; void and merged visits do not count."""

    visits: int
    teachers: int
    photos: int  # named by these visits
    photos_here: int


@dataclass(frozen=True)
class Line:
    """One visit in the list."""

    visit_id: str
    class_id: str
    class_name: str
    teacher_id: str
    teacher: str
    student: str
    how: str  # form and result in short words
    visit_date: date | None
    received_at: datetime
    photos: int
    photos_missing: int
    conflicts: int
    lacking: int  # required fields still empty
    late_entry: bool
    maybe_twice: bool
    void: bool
    review: str | None  # what the office last said: read, more
    answered: bool  # and its teacher has written since
    withheld: bool  # its family does not let it be recorded: nothing more is asked of its teacher


@dataclass(frozen=True)
class Page:
    """One page of the list; `after` asks for the next one, None on the last."""

    lines: list[Line]
    after: str | None


def count(session: Session, school_id: str, wanted: Wanted) -> Count:
    """Count what a school received of what is wanted."""
    ours = matching(school_id, wanted) & VisitFacts.counts
    visits, teachers = session.execute(
        select(func.count(), func.count(VisitFacts.author_id.distinct())).where(ours)
    ).one()
    each = (
        select(func.max(case((PhotoUse.shown, 1), else_=0)).label("here"))
        .join(VisitFacts, VisitFacts.visit_id == PhotoUse.record_id)
        .where(ours, PhotoUse.kind == "visit", PhotoUse.named, shows_photos())
        .group_by(PhotoUse.record_id, PhotoUse.sha256)
        .subquery()
    )
    photos, here = session.execute(
        select(func.count(), func.coalesce(func.sum(each.c.here), 0)).select_from(each)
    ).one()
    return Count(visits, teachers, photos, here)


def page_of(session: Session, school_id: str, wanted: Wanted, after: str | None = None) -> Page:
    """Give a page of the wanted visits, in the order of classes, then teachers, then arrival.

    `after` is the id of the last visit of the page before; one that is not of the school begins at the top.
    """
    query = _lines(matching(school_id, wanted))
    if after:
        last = session.execute(
            _lines(VisitFacts.school_id == school_id, *ORDER).where(VisitFacts.visit_id == after)
        ).one_or_none()
        query = query.where(tuple_(*ORDER) > tuple(last)) if last else query
    found = session.execute(query.order_by(*ORDER).limit(PAGE_ROWS + 1)).all()
    rows = found[:PAGE_ROWS]
    ids = [row.visit_id for row in rows]
    missing, conflicts = unshown(session, "visit", ids), _open_conflicts(session, ids)
    said = standings_of(
        session, {row.visit_id: Told(row.VisitFacts.student_id, row.fields.get("also_for", ())) for row in rows}
    )
    lines = [
        _line(row, said[row.visit_id], len(missing.get(row.visit_id, ())), conflicts.get(row.visit_id, 0))
        for row in rows
    ]
    return Page(lines, ids[-1] if len(found) > PAGE_ROWS else None)


def classes_of(session: Session, school_id: str) -> list[tuple[str, str]]:
    """List a school's classes, (id, name), in their order."""
    query = select(SchoolClass.id, SchoolClass.name).where(SchoolClass.school_id == school_id)
    return [(id_, name) for id_, name in session.execute(query.order_by(SchoolClass.grade, SchoolClass.number))]


def teachers_of(session: Session, school_id: str) -> list[tuple[str, str]]:
    """List whoever has handed in a visit at a school, (id, name), by name."""
    wrote = select(VisitFacts.author_id).where(VisitFacts.school_id == school_id)
    query = select(Staff.id, Staff.name).where(Staff.id.in_(wrote)).order_by(Staff.name, Staff.id)
    return [(id_, name) for id_, name in session.execute(query)]


def _lines(which: ColumnElement[bool], *columns: Any) -> Select[Any]:
    wanted = columns or (
        VisitFacts,
        SchoolClass.name.label("class_name"),
        Staff.name.label("teacher"),
        Student.name.label("student"),
        Record.fields,
        VisitFacts.visit_id,
        changed_since(VisitFacts.visit_id, VisitFacts.reviewed_revs).label("answered"),
    )
    return (
        select(*wanted)
        .join(Record, (Record.id == VisitFacts.visit_id) & (Record.kind == "visit"))
        .join(SchoolClass, SchoolClass.id == VisitFacts.class_id)
        .join(Staff, Staff.id == VisitFacts.author_id)
        .join(Student, Student.id == VisitFacts.student_id)
        .where(which, Record.state == "live")
    )


def _open_conflicts(session: Session, visit_ids: Sequence[str]) -> Mapping[str, int]:
    ours = Conflict.record_kind.in_(READABLE) & Conflict.record_id.in_(visit_ids) & (Conflict.status == "open")
    query = select(Conflict.record_id, func.count()).where(ours).group_by(Conflict.record_id)
    return dict(session.execute(query).all())


def _line(row: Row[Any], standing: Standing, missing: int, conflicts: int) -> Line:
    facts: VisitFacts = row.VisitFacts
    fields: Mapping[str, Any] = shown_fields("visit", row.fields, standing)
    return Line(
        visit_id=facts.visit_id,
        class_id=facts.class_id,
        class_name=row.class_name,
        teacher_id=facts.author_id,
        teacher=row.teacher,
        student=row.student,
        how=_how(facts),
        visit_date=facts.visit_date,
        received_at=facts.received_at,
        photos=len(fields.get("photos") or ()),
        photos_missing=missing if fields.get("photos") else 0,
        conflicts=conflicts if standing.record != NO else 0,
        lacking=facts.lacking if standing.record != NO else 0,
        late_entry=facts.late_entry,
        maybe_twice=bool(facts.possible_duplicates),
        void=bool(fields.get("void_reason")),
        review=facts.review,
        withheld=standing.record == NO,
        answered=row.answered,
    )


def _how(facts: VisitFacts) -> str:
    choices = {each.code: each.short for each in notice().codes["visit_form"]}
    form = choices.get(facts.visit_form or "", facts.visit_form or "")
    result = notice().label("visit_result", facts.visit_result or "")
    return " · ".join(word for word in (form, result) if word) or "还没写形式和结果"
