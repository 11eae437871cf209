"""What a school's office does for its people: passwords, lost phones, duties, who comes and who goes. Each deed is logged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts import devices, rights, service
from server.accounts.access import Read, write_reads
from server.accounts.entry import give_password_once, password_once
from server.accounts.models import Device, Duty, Staff
from server.accounts.passwords import Passwords
from server.accounts.service import NewDuty, NewStaff
from server.actor import Actor
from server.db import transaction
from server.errors import Clash, NotAllowed, NotFound, Unprocessable
from server.office.people import is_trusted, one_of
from server.schools.models import SchoolClass
from server.times import shanghai_day, utc_now

Done = TypeVar("Done")
ONE_HEAD = "学校总要有一位校长。请先给接任的人安排校长，再结束这一位。"
APART = "师德专员要由别人担任：不能是自己，也不能同时是校长或德育处，家长的保密反映才真的保密。"
OFFICE, ETHICS = ("head", "desk"), "ethics"
NOT_LONGER = "这项职务已经定好最后一天，不能往后延，过了的也不能再改。还要继续的，请重新安排一次。"
HEAD_ONLY = "校长、德育处和师德专员的职务、密码和离校，只有校长能办。"


@dataclass(frozen=True)
class Newcomer:
    """Somebody to take in."""

    name: str
    login: str


def reset_password(actor: Actor, passwords: Passwords, staff_id: str, *, lost: bool) -> str:
    """Give a person a one-time password and sign them out everywhere; `lost`: their phones are shut out, too.

    Raises: NotFound; NotAllowed, if they are 校长, 德育处 or 师德专员 and the actor is no 校长. Nothing is changed then.
    """

    def do(session: Session) -> str:
        if lost:
            for device_id in session.scalars(
                select(Device.id).where(Device.staff_id == staff_id, Device.revoked_at.is_(None))
            ).all():
                devices.revoke(session, device_id)
        return give_password_once(session, passwords, staff_id)

    return _do(actor, staff_id, "reset_password", do)


def shut_out(actor: Actor, staff_id: str, device_id: str) -> None:
    """Shut a lost phone out. Anybody's: it takes from nobody what they could not have again by signing in.

    Raises: NotFound, if it is no phone of this person.
    """
    with transaction() as session:
        one_of(session, _school(actor), staff_id)
        device = session.get(Device, device_id)
        if device is None or device.staff_id != staff_id:
            raise NotFound
        devices.revoke(session, device_id)
        write_reads(session, actor, "revoke_device", [Read(f"staff:{staff_id}")])


def give_duty(actor: Actor, staff_id: str, duty: NewDuty) -> None:
    """Put a person on duty.

    Raises: NotFound; NotAllowed, if only the 校长 gives it; Unprocessable, if the class is not the school's; Clash, if it
    would put the office and the 师德专员 into one hand.
    """

    def do(session: Session) -> None:
        _keep_apart(session, actor, staff_id, duty.kind)
        if duty.class_id is not None:
            room = session.get(SchoolClass, duty.class_id)
            if room is None or room.school_id != actor.school_id:
                raise Unprocessable
        service.give_duty(session, staff_id, duty)

    _do(actor, staff_id, f"give_{duty.kind}", do, trust=duty.kind in rights.TRUSTED_DUTIES)


def end_duty(actor: Actor, staff_id: str, duty_id: str, last_day: date) -> None:
    """End a duty after a day; one that would end before it began goes altogether.

    Raises: NotFound; NotAllowed, if only the 校长 gives it; Clash, if nobody would be 校长 then, or it would go on for longer.
    """
    with transaction() as session:
        one_of(session, _school(actor), staff_id)
        duty = session.get(Duty, duty_id)
        if duty is None or duty.staff_id != staff_id:
            raise NotFound
        _refuse(actor, trust=duty.kind in rights.TRUSTED_DUTIES)
        _refuse_longer(duty, last_day)
        is_head = duty.kind == "head"
        service.end_duty(session, duty_id, last_day)
        if is_head:
            _refuse_no_head(session, _school(actor))
        write_reads(session, actor, f"end_{duty.kind}", [Read(f"staff:{staff_id}")])


def take_in(actor: Actor, passwords: Passwords, who: Newcomer) -> tuple[str, str]:
    """Take a new member of staff in, without any duty; gives their id and a one-time password.

    Raises: Clash, if the sign-in name is somebody's already.
    """
    password, kept = password_once(passwords)
    with transaction() as session:
        login = service.plain_login(who.login)
        if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
            raise Clash(message="这个登录名已经有人用了。请换一个，如在后面加个数字。")
        new = NewStaff(actor.centre_id, _school(actor), login, who.name, kept, password_once=True)
        staff_id = service.add_staff(session, new)
        write_reads(session, actor, "add_staff", [Read(f"staff:{staff_id}")])
    return staff_id, password


def let_go(actor: Actor, staff_id: str, last_day: date, *, phones: bool) -> None:
    """End a person's time here after a day; `phones`: shut their phones out at once, what they hold undelivered stays there.

    Raises: NotFound; NotAllowed, if they are 校长, 德育处 or 师德专员 and the actor is no 校长; Clash, if nobody would be 校长 then.
    """

    def do(session: Session) -> None:
        was_head = staff_id in _heads(session, _school(actor))
        service.leave(session, staff_id, last_day)
        if was_head:
            _refuse_no_head(session, _school(actor))
        if phones:
            for device_id in session.scalars(select(Device.id).where(Device.staff_id == staff_id)).all():
                devices.revoke(session, device_id)

    _do(actor, staff_id, "let_go", do)


def take_back(actor: Actor, staff_id: str) -> None:
    """Take somebody in again who had left.

    Raises: NotFound.
    """
    _do(actor, staff_id, "take_back", lambda session: service.come_back(session, staff_id))


def _do(actor: Actor, staff_id: str, action: str, do: Callable[[Session], Done], *, trust: bool | None = None) -> Done:
    """Do one thing about a person of the actor's school, and log it, unless it is the 校长's to do (None: by who it is about)."""
    with transaction() as session:
        one_of(session, _school(actor), staff_id)
        _refuse(actor, trust=is_trusted(session, staff_id, shanghai_day(utc_now())) if trust is None else trust)
        done = do(session)
        write_reads(session, actor, action, [Read(f"staff:{staff_id}")])
        return done


def _keep_apart(session: Session, actor: Actor, staff_id: str, kind: str) -> None:
    """Keep what is reported in confidence from the office: nobody makes themselves 师德专员, and nobody is both."""
    others = OFFICE if kind == ETHICS else (ETHICS,) if kind in OFFICE else ()
    today = shanghai_day(utc_now())
    ends_later = or_(Duty.to_on.is_(None), Duty.to_on >= today)
    both = select(Duty.id).where(Duty.staff_id == staff_id, Duty.kind.in_(others), ends_later).limit(1)
    if (kind == ETHICS and staff_id == actor.staff_id) or (others and session.scalar(both) is not None):
        raise Clash(message=APART)


def _heads(session: Session, school_id: str) -> set[str]:
    """Name who is 校长 of a school with no end in sight: only they can appoint another."""
    query = select(Duty.staff_id).join(Staff, Staff.id == Duty.staff_id)
    stays = (Duty.kind == "head", Duty.to_on.is_(None), Staff.school_id == school_id, Staff.left_on.is_(None))
    return set(session.scalars(query.where(*stays)))


def _refuse_no_head(session: Session, school_id: str) -> None:
    if not _heads(session, school_id):
        raise Clash(message=ONE_HEAD)


def _refuse_longer(duty: Duty, last_day: date) -> None:
    """Let no duty go on beyond its last day, or change once it is over: only where one is given it is asked who may have it."""
    over = duty.to_on is not None and duty.to_on < shanghai_day(utc_now())
    if duty.to_on is not None and (last_day > duty.to_on or (over and last_day != duty.to_on)):
        raise Clash(message=NOT_LONGER)


def _refuse(actor: Actor, *, trust: bool) -> None:
    if trust and not rights.may(actor, "duty.trust"):
        raise NotAllowed(message=HEAD_ONLY, details={"right": "duty.trust"})


def _school(actor: Actor) -> str:
    if actor.school_id is None:
        raise NotFound
    return actor.school_id
