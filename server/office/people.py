"""A school's staff as its office keeps them: who there is, and one person with duties and phones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from server.accounts.devices import devices_of
from server.accounts.models import Device, Duty, Staff
from server.accounts.rights import TRUSTED_DUTIES
from server.errors import NotFound
from server.office.duties import DutyLine, line_of
from server.schools.models import SchoolClass
from server.schools.pinyin import pinyin_of


@dataclass(frozen=True)
class PersonLine:
    """One person in the list."""

    id: str
    name: str
    login: str
    duties: str  # those that run today
    seen_at: datetime | None  # when a phone of theirs last spoke to the school
    left_on: date | None


@dataclass(frozen=True)
class PersonSheet:
    """One person: how they sign in, what they answer for, which phones and computers are theirs."""

    id: str
    name: str
    login: str
    password_until: datetime | None  # theirs was given by the office, waits to be changed, and is good until then
    trusted: bool  # 校长, 德育处 or 师德专员, today or to come
    left_on: date | None
    gone: bool
    duties: Sequence[DutyLine]
    devices: Sequence[Device]

    @property
    def phones(self) -> list[Device]:
        """Name the phones that still deliver."""
        return [device for device in self.devices if device.revoked_at is None]


def people_of(session: Session, school_id: str, typed: str, today: date) -> list[PersonLine]:
    """List a school's people whose name, pinyin, initials or sign-in name begin with what was typed; who has left comes last."""
    classes, duties = class_names(session, school_id), _duties_of(session, school_id)
    last_seen = (
        select(Device.staff_id, func.max(Device.last_seen_at))
        .join(Staff, Staff.id == Device.staff_id)
        .where(Staff.school_id == school_id)
        .group_by(Device.staff_id)
    )
    seen = {staff_id: at for staff_id, at in session.execute(last_seen)}  # noqa: C416  # a Row is no pair to the type checker
    lines = []
    for person in session.scalars(select(Staff).where(Staff.school_id == school_id)):
        theirs = [line_of(duty, classes, today) for duty in duties[person.id]]
        words = "、".join(line.words for line in theirs if line.state == "runs")
        if _begins(person, typed.strip().lower()):
            lines.append(PersonLine(person.id, person.name, person.login, words, seen.get(person.id), person.left_on))
    return sorted(lines, key=lambda line: (_gone(line.left_on, today), pinyin_of(line.name)[0], line.id))


def person_of(session: Session, school_id: str, staff_id: str, today: date) -> PersonSheet:
    """Read one person of a school.

    Raises: NotFound, if the school has no such person.
    """
    person = one_of(session, school_id, staff_id)
    classes = class_names(session, school_id)
    duties = session.scalars(select(Duty).where(Duty.staff_id == staff_id).order_by(Duty.from_on.desc(), Duty.id))
    order = {"runs": 0, "comes": 1, "over": 2}
    lines = sorted((line_of(duty, classes, today) for duty in duties), key=lambda line: order[line.state])
    return PersonSheet(
        person.id,
        person.name,
        person.login,
        person.password_until,
        is_trusted(session, staff_id, today),
        person.left_on,
        _gone(person.left_on, today),
        lines,
        devices_of(session, staff_id),
    )


def one_of(session: Session, school_id: str, staff_id: str) -> Staff:
    """Find a person of a school.

    Raises: NotFound, if the school has no such person.
    """
    person = session.get(Staff, staff_id)
    if person is None or person.school_id != school_id:
        raise NotFound
    return person


def is_trusted(session: Session, staff_id: str, today: date) -> bool:
    """Tell whether a person has, or is to have, a duty that only the 校长 gives."""
    ahead = or_(Duty.to_on.is_(None), Duty.to_on >= today)
    query = select(Duty.id).where(Duty.staff_id == staff_id, Duty.kind.in_(TRUSTED_DUTIES), ahead)
    return session.scalar(query.limit(1)) is not None


def class_names(session: Session, school_id: str) -> dict[str, str]:
    """Name a school's classes by id, in their order."""
    query = select(SchoolClass.id, SchoolClass.name).where(SchoolClass.school_id == school_id)
    in_order = query.order_by(SchoolClass.grade, SchoolClass.number)
    return {id_: name for id_, name in session.execute(in_order)}  # noqa: C416  # a Row is no pair to the type checker


def homeroom_teachers(session: Session, class_id: str, today: date) -> list[str]:
    """Name a class's 班主任 of today; while one takes over from another there are two."""
    query = (
        select(Staff.name)
        .join(Duty, Duty.staff_id == Staff.id)
        .where(Duty.class_id == class_id, Duty.kind == "homeroom", Duty.from_on <= today)
        .where(or_(Duty.to_on.is_(None), Duty.to_on >= today))
        .order_by(Duty.from_on, Staff.id)
    )
    return list(session.scalars(query))


def _duties_of(session: Session, school_id: str) -> dict[str, list[Duty]]:
    query = select(Duty).join(Staff, Staff.id == Duty.staff_id).where(Staff.school_id == school_id)
    found: dict[str, list[Duty]] = defaultdict(list)
    for duty in session.scalars(query.order_by(Duty.kind, Duty.id)):
        found[duty.staff_id].append(duty)
    return found


def _begins(person: Staff, typed: str) -> bool:
    pinyin, initials = pinyin_of(person.name)
    spelt = (person.name, person.login, pinyin, pinyin.replace(" ", ""), initials)
    return any(each.startswith(typed) for each in spelt)


def _gone(left_on: date | None, today: date) -> bool:
    return left_on is not None and left_on < today
