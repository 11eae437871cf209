"""Who may read which record of a visit: asked for photos, and by the school's pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts import duties, rights
from server.actor import Actor
from server.records.models import Record
from server.schools.models import Student
from server.times import shanghai_day, utc_now
from server.visits.siblings import sibling_classes


def may_read_record(session: Session, actor: Actor, kind: str, record_id: str) -> bool:
    """Tell whether a person may read a record today, by its circle.

    A visit: on duty for its class or that of a brother or sister it tells of, took part, desk or head of the school. Its
    private part: 班主任, took part, desk, head. Reflections, opinions and reviews: whose they are, desk, head; but an opinion
    about a member of staff its writer and the 师德专员, and one that is not to be passed on its writer alone.
    """
    record = session.get(Record, (kind, record_id))
    if record is None or record.state == "erased":
        return False
    if kind in ("reflection", "opinion", "review"):
        return record.author_id == actor.staff_id or _in_author_circle(actor, record)
    visit = record if kind == "visit" else session.get(Record, ("visit", record.visit_id))
    if visit is not None and actor.staff_id in {visit.author_id, *visit.fields.get("visitors", ())}:
        return True
    if kind == "visit_private":
        return rights.may_see_care(actor, record.class_id, record.school_id)
    if rights.may_see_class(actor, record.class_id, record.school_id):
        return True
    beside = sibling_classes(session, record.student_id, record.fields)
    return any(rights.on_class_duty(actor, class_id) for class_id in beside)


def nameless(session: Session, actor: Actor, visit: Record) -> frozenset[str]:
    """List the students of a visit whose names are not this reader's to know: of a class that is not theirs.

    Who took part knows whom they visited, and the office knows its school.
    """
    if actor.staff_id in {visit.author_id, *visit.fields.get("visitors", ())} or rights.in_office_of(
        actor, visit.school_id
    ):
        return frozenset()
    ids = {str(visit.student_id), *visit.fields.get("also_for", ())}
    classes = session.execute(select(Student.id, Student.class_id).where(Student.id.in_(sorted(ids))))
    return frozenset(id_ for id_, class_id in classes if not rights.on_class_duty(actor, class_id))


def open_to_office(kind: str, fields: Mapping[str, Any]) -> bool:
    """Tell whether desk and head may read a record of their school with these fields."""
    return kind != "opinion" or not (fields.get("pass_on") == "withheld" or fields.get("about_staff"))


def _in_author_circle(actor: Actor, record: Record) -> bool:
    if open_to_office(record.kind, record.fields):
        return rights.in_office_of(actor, record.school_id)
    is_ethics = "ethics" in actor.roles and actor.school_id == record.school_id
    return is_ethics and record.fields.get("pass_on") != "withheld"


@dataclass(frozen=True)
class PersonReads:
    """The same question about somebody who is not asking themselves: the adder of a photo."""

    session: Session

    def __call__(self, staff_id: str, kind: str, record_id: str) -> bool:
        """Tell whether this person may read that record today."""
        actor = duties.actor_on(self.session, staff_id, shanghai_day(utc_now()))
        return actor is not None and may_read_record(self.session, actor, kind, record_id)
