"""Who is on duty for what, on which day. A duty that has ended, or not begun, gives nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Duty, Staff
from server.actor import Actor
from server.times import shanghai_day, utc_now

CLASS_KINDS = frozenset({"homeroom", "subject", "leader"})  # what puts somebody on duty for a class


Classes = Mapping[str, frozenset[str]]  # {class id: kinds of duty there}


def running(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Give the condition under which a duty runs on a day."""
    return and_(Duty.from_on <= day, or_(Duty.to_on.is_(None), Duty.to_on >= day))


def on_duty(session: Session, staff_id: str, class_id: str, day: date) -> frozenset[str]:
    """Name the kinds of class duty a person has for a class on a day; empty: none."""
    query = select(Duty.kind).where(
        Duty.staff_id == staff_id, Duty.class_id == class_id, Duty.kind.in_(CLASS_KINDS), running(day)
    )
    return frozenset(session.scalars(query))


def duties_of_today(session: Session, staff_id: str, day: date) -> tuple[frozenset[str], Classes]:
    """Give a person's roles, and for each of their classes the kinds of duty there, on a day."""
    query = select(Duty.kind, Duty.class_id).where(Duty.staff_id == staff_id, running(day))
    return by_class((kind, class_id) for kind, class_id in session.execute(query))


def by_class(duties: Iterable[tuple[str, str | None]]) -> tuple[frozenset[str], Classes]:
    """Sort one person's duties, each (kind, class id), into their roles and their classes."""
    roles: set[str] = set()
    classes: dict[str, set[str]] = defaultdict(set)
    for kind, class_id in duties:
        roles.add(kind)
        if class_id is not None and kind in CLASS_KINDS:
            classes[class_id].add(kind)
    return frozenset(roles), {class_id: frozenset(kinds) for class_id, kinds in classes.items()}


def actor_on(session: Session, staff_id: str, day: date) -> Actor | None:
    """Give a person with their duties of a day, as somebody who asks without a browser (imports, repairs, tests)."""
    person = session.get(Staff, staff_id)
    if person is None:
        return None
    roles, classes = duties_of_today(session, staff_id, day)
    return Actor(person.id, person.name, person.centre_id, person.school_id, roles, classes)


def actor_today(session: Session, staff_id: str) -> Actor | None:
    """Give a person with their duties of today; None, if they have left."""
    today = shanghai_day(utc_now())
    left_on = session.scalar(select(Staff.left_on).where(Staff.id == staff_id))
    return None if left_on is not None and left_on < today else actor_on(session, staff_id, today)
