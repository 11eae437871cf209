"""What is said of a visit is not for whoever of the school's office took part in it, as long as somebody else there sees to it.

At many schools who sits at the desk teaches a class as well: on a matter of their own they are a teacher like any other.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, exists, false, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.accounts import rights
from server.accounts.duties import running
from server.accounts.models import Duty, Staff
from server.actor import Actor
from server.records.models import Record
from server.times import shanghai_day, utc_now

TEACHES = ("homeroom", "subject")  # a leader who looks after a class belongs to its office, not to its teachers


@dataclass(frozen=True)
class Officer:
    """Somebody of a school's office, and the classes that they teach."""

    staff_id: str
    classes: frozenset[str]


Condition = Callable[[Officer], ColumnElement[bool]]


def is_for_others(session: Session, actor: Actor, concerns: Condition) -> ColumnElement[bool]:
    """Give the condition under which a row is not for this person of the office: it concerns them, and somebody there it does not.

    `concerns`: the condition under which a row concerns one of the office; never NULL.
    """
    office = _office_of(session, actor)
    mine = [each for each in office if each.staff_id == actor.staff_id]
    others = [each for each in office if each.staff_id != actor.staff_id]
    if not mine or not others:
        return false()
    return concerns(mine[0]) & or_(*(~concerns(each) for each in others))


def took_part(staff_id: str, visit_id: InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    """Give the condition under which a person wrote the visit of a row, or went along."""
    named = type_coerce(Record.fields, Text).contains(f'"{staff_id}"')
    theirs = (Record.author_id == staff_id) | named
    return exists().where(Record.kind == "visit", Record.id == visit_id, theirs)


def _office_of(session: Session, actor: Actor) -> list[Officer]:
    today = running(shanghai_day(utc_now()))
    office = select(Duty.staff_id).join(Staff, Staff.id == Duty.staff_id)
    office = office.where(Staff.school_id == actor.school_id, Duty.kind.in_(rights.OFFICE), today)
    held = select(Duty.staff_id, Duty.kind, Duty.class_id).where(Duty.staff_id.in_(office), today)
    classes: dict[str, set[str]] = defaultdict(set)
    for staff_id, kind, class_id in session.execute(held.order_by(Duty.staff_id)):
        classes[staff_id].update([class_id] if class_id and kind in TEACHES else [])
    return [Officer(staff_id, frozenset(theirs)) for staff_id, theirs in classes.items()]
