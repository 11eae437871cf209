"""Who may read which record of a visit: asked for photos, and by the school's pages."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts import duties, rights
from server.actor import Actor
from server.records.models import Record
from server.times import shanghai_day, utc_now


def may_read_record(session: Session, actor: Actor, kind: str, record_id: str) -> bool:
    """Tell whether a person may read a record today, by its circle.

    A visit: on duty for its class, took part, desk or head of the school. Its private part: 班主任, took part, desk,
    head. Reflections and opinions: their writer.
    """
    record = session.get(Record, (kind, record_id))
    if record is None or record.state == "erased":
        return False
    if kind in ("reflection", "opinion"):
        return record.author_id == actor.staff_id
    visit = record if kind == "visit" else session.get(Record, ("visit", record.visit_id))
    if visit is not None and actor.staff_id in {visit.author_id, *visit.fields.get("visitors", ())}:
        return True
    circle = rights.may_see_care if kind == "visit_private" else rights.may_see_class
    return circle(actor, record.class_id, record.school_id)


@dataclass(frozen=True)
class PersonReads:
    """The same question about somebody who is not asking themselves: the adder of a photo."""

    session: Session

    def __call__(self, staff_id: str, kind: str, record_id: str) -> bool:
        """Tell whether this person may read that record today."""
        actor = duties.actor_on(self.session, staff_id, shanghai_day(utc_now()))
        return actor is not None and may_read_record(self.session, actor, kind, record_id)
