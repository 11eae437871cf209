"""Staff and their duties: taking people in, giving and ending duties."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts.models import Duty, Staff
from server.db import RowChange, new_id, note_change
from server.times import utc_now

ONCE_DAYS = 7  # a password that the office gave is good for so long; the pages say the number


@dataclass(frozen=True)
class NewStaff:
    """One person to take in; `school_id` None: the centre's own. The password comes hashed."""

    centre_id: str
    school_id: str | None
    login: str
    name: str
    password_hash: str
    password_once: bool = False
    demo: bool = False


@dataclass(frozen=True)
class NewDuty:
    """What a person is to answer for, from a day on; `kind` is one of DUTY_KINDS."""

    kind: str
    from_on: date
    to_on: date | None = None
    class_id: str | None = None
    grade: int | None = None
    subject: str | None = None
    deputy: bool = False


def plain_login(login: str) -> str:
    """Write a sign-in name as it is kept: without spaces around it, in small letters."""
    return login.strip().lower()


def add_staff(session: Session, new: NewStaff, duties: tuple[NewDuty, ...] = ()) -> str:
    """Take a person in with their duties; gives their id."""
    person = Staff(
        id=new_id(),
        centre_id=new.centre_id,
        school_id=new.school_id,
        login=plain_login(new.login),
        name=new.name,
        password_hash=new.password_hash,
        password_until=_once_until() if new.password_once else None,
        demo=new.demo,
        rev=1,
    )
    session.add(person)
    session.flush()
    session.add_all(_duty(person.id, duty) for duty in duties)
    _note(session, person)
    return person.id


def give_duty(session: Session, staff_id: str, new: NewDuty) -> str:
    """Put a person on duty from a day on; their phones get the new scopes with the next pull. Gives the duty's id."""
    duty = _duty(staff_id, new)
    session.add(duty)
    _renew(session, staff_id)
    return duty.id


def end_duty(session: Session, duty_id: str, last_day: date) -> None:
    """End a duty after its last day: its scopes leave the person's phones with the next pull after it.

    One that would end before it began was given by mistake: it goes altogether.
    """
    duty = session.get_one(Duty, duty_id)
    _end(session, duty, last_day)
    _renew(session, duty.staff_id)


def leave(session: Session, staff_id: str, last_day: date) -> None:
    """Let a person go after their last day: their duties end, they sign in and read no more.

    What they wrote before is theirs to deliver still: to stop a phone, revoke it.
    """
    session.get_one(Staff, staff_id).left_on = last_day
    later = or_(Duty.to_on.is_(None), Duty.to_on > last_day)
    for duty in session.scalars(select(Duty).where(Duty.staff_id == staff_id, later)).all():
        _end(session, duty, last_day)
    _renew(session, staff_id)


def come_back(session: Session, staff_id: str) -> None:
    """Take a person in again who had left; their duties are given anew."""
    session.get_one(Staff, staff_id).left_on = None
    _renew(session, staff_id)


def set_password(session: Session, staff_id: str, password_hash: str, *, once: bool = False) -> None:
    """Give a person another password; where they are signed in they stay so. `once`: it signs in only to be changed."""
    person = session.get_one(Staff, staff_id)
    person.password_hash, person.password_until = password_hash, _once_until() if once else None


def _once_until() -> datetime:
    return utc_now() + timedelta(days=ONCE_DAYS)


def _duty(staff_id: str, new: NewDuty) -> Duty:
    return Duty(
        id=new_id(),
        staff_id=staff_id,
        kind=new.kind,
        class_id=new.class_id,
        grade=new.grade,
        subject=new.subject,
        deputy=new.deputy,
        from_on=new.from_on,
        to_on=new.to_on,
    )


def _end(session: Session, duty: Duty, last_day: date) -> None:
    if last_day < duty.from_on:
        session.delete(duty)
    else:
        duty.to_on = last_day


def _renew(session: Session, staff_id: str) -> None:
    person = session.get_one(Staff, staff_id)
    person.rev += 1
    _note(session, person)


def _note(session: Session, person: Staff) -> None:
    if person.school_id is not None:
        scope = f"school:{person.school_id}"
        note_change(session, RowChange(person.school_id, "staff", person.id, person.rev, (scope,)))
