"""The links that the school itself hands out: printed for a class, a slip or a letter each; and taking any link back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from server.accounts.access import Read, write_reads
from server.accounts.models import Duty, Staff
from server.actor import Actor
from server.db import new_id, transaction
from server.errors import Clash, NotFound
from server.feedback.links import hash_of, link_of, secret_of
from server.feedback.models import Feedback, Ticket, TicketSheet
from server.feedback.opening import Standing, shown_standing
from server.feedback.tickets import TicketPlace, issue, revoke
from server.schools.models import SchoolClass, Student
from server.schools.settings import settings_of
from server.times import shanghai_day, utc_now
from server.visits.models import VisitTicket

SLIPS_MAX = 80
SHEETS_SHOWN = 100
NO_HOMEROOM = "这个班还没有班主任。请先在“老师”里安排，家长的页面上要写老师的姓名。"
NOBODY = "这个班还没有学生。请先在“学生”里添上，或印不写姓名的。"


@dataclass(frozen=True)
class Slip:
    """One link as it is printed, and how it stands. `link` is None where the server's key has changed since.

    One of a child that has left the school is printed no more; where the family has it, it works.
    """

    ticket_id: str
    child: str  # "" on a slip for nobody in particular
    teacher: str
    link: str | None
    expires_on: date
    standing: Standing
    gone: bool = False


@dataclass(frozen=True)
class SheetLine:
    """One printing: for which class, when, by whom, and how many of its links still wait for an answer."""

    id: str
    class_id: str
    class_name: str
    made_at: datetime
    made_by: str
    named: bool
    slips: int
    waiting: int


@dataclass(frozen=True)
class Sheet:
    """One printing with its links."""

    id: str
    class_id: str
    class_name: str
    made_at: datetime
    named: bool
    slips: Sequence[Slip]


def make_sheet(actor: Actor, class_id: str, *, blank: int = 0) -> str:
    """Make links to print for a class, one for each child; or `blank` ones for nobody in particular. Gives the sheet's id.

    Raises: NotFound, if it is no class of the actor's school. Clash, if it has no 班主任 or no student. Nothing is made then.
    """
    with transaction() as session:
        room, school_id = _class_of(session, actor, class_id), actor.school_id or ""
        today = shanghai_day(utc_now())
        teacher = homeroom_of(session, class_id, today)
        if teacher is None:
            raise Clash(message=NO_HOMEROOM)
        theirs = select(Student.id).where(Student.class_id == class_id, Student.here_on(today))
        students = session.scalars(theirs.order_by(Student.pinyin, Student.id)).all()
        if not blank and not students:
            raise Clash(message=NOBODY)
        sheet = TicketSheet(
            id=new_id(), school_id=school_id, class_id=room.id, made_by=actor.staff_id, made_at=utc_now()
        )
        session.add(sheet)
        session.flush()
        expires_on = today + timedelta(days=settings_of(session, school_id).ticket_days)
        for student_id in students if not blank else [None] * min(blank, SLIPS_MAX):
            place = TicketPlace(school_id, teacher, sheet_id=sheet.id, class_id=class_id, student_id=student_id)
            issue(session, place, expires_on)
        write_reads(session, actor, "print_tickets", [Read(f"class:{class_id}", blank or len(students))])
        return sheet.id


def sheets_of(session: Session, school_id: str, today: date) -> list[SheetLine]:
    """List what a school has printed, the newest first."""
    answered = select(Feedback.ticket_id)
    waits = (Ticket.revoked_at.is_(None)) & (Ticket.expires_on >= today) & Ticket.id.not_in(answered)
    waiting = func.count(Ticket.id).filter(waits)
    named = func.count(Ticket.student_id)
    query = (
        select(TicketSheet, SchoolClass.name, Staff.name, named, func.count(Ticket.id), waiting)
        .join(SchoolClass, SchoolClass.id == TicketSheet.class_id)
        .join(Staff, Staff.id == TicketSheet.made_by)
        .join(Ticket, Ticket.sheet_id == TicketSheet.id)
        .where(TicketSheet.school_id == school_id)
        .group_by(TicketSheet.id, SchoolClass.name, Staff.name)
        .order_by(TicketSheet.made_at.desc(), TicketSheet.id)
        .limit(SHEETS_SHOWN)
    )
    return [
        SheetLine(sheet.id, sheet.class_id, room, sheet.made_at, by, bool(children), slips, open_)
        for sheet, room, by, children, slips, open_ in session.execute(query)
    ]


def sheet_of(session: Session, school_id: str, sheet_id: str) -> Sheet:
    """Read one printing.

    Raises: NotFound, if the school has none of this id.
    """
    sheet = session.get(TicketSheet, sheet_id)
    if sheet is None or sheet.school_id != school_id:
        raise NotFound
    query = (
        select(Ticket, Student.name, Student.here_on(shanghai_day(utc_now())), Staff.name)
        .join(Staff, Staff.id == Ticket.staff_id)
        .outerjoin(Student, Student.id == Ticket.student_id)
        .where(Ticket.sheet_id == sheet_id)
        .order_by(Student.pinyin, Ticket.id)
    )
    slips = [
        _slip(session, ticket, child or "", teacher, gone=child is not None and not here)
        for ticket, child, here, teacher in session.execute(query)
    ]
    room = session.get_one(SchoolClass, sheet.class_id).name
    return Sheet(sheet.id, sheet.class_id, room, sheet.made_at, any(each.child for each in slips), slips)


def slips_of_visit(session: Session, visit_id: str) -> list[Slip]:
    """Give the links that were shown at a visit, as the school may see them: without the address."""
    named = select(VisitTicket.ticket_id).where(VisitTicket.visit_id == visit_id)
    query = select(Ticket, Staff.name).join(Staff, Staff.id == Ticket.staff_id).where(Ticket.id.in_(named))
    return [
        Slip(ticket.id, "", teacher, None, ticket.expires_on, shown_standing(session, ticket))
        for ticket, teacher in session.execute(query.order_by(Ticket.id))
    ]


def revoke_one(actor: Actor, ticket_id: str) -> None:
    """Take one link of the actor's school back, on paper or on a phone.

    Raises: NotFound.
    """
    with transaction() as session:
        ticket = session.get(Ticket, ticket_id, with_for_update=True)
        if ticket is None or ticket.school_id != actor.school_id:
            raise NotFound
        revoke(session, ticket)
        write_reads(session, actor, "revoke_ticket", [Read(f"ticket:{ticket_id}")])


def revoke_class(actor: Actor, class_id: str) -> int:
    """Take back every printed link of a class that has no answer yet; gives how many.

    Raises: NotFound, if it is no class of the actor's school.
    """
    with transaction() as session:
        _class_of(session, actor, class_id)
        printed = (Ticket.class_id == class_id) & Ticket.sheet_id.is_not(None) & Ticket.revoked_at.is_(None)
        waiting = printed & Ticket.id.not_in(select(Feedback.ticket_id))
        found = session.scalars(select(Ticket).where(waiting).order_by(Ticket.id).with_for_update()).all()
        for ticket in found:
            revoke(session, ticket)
        if found:
            write_reads(session, actor, "revoke_tickets", [Read(f"class:{class_id}", len(found))])
        return len(found)


def homeroom_of(session: Session, class_id: str, today: date) -> str | None:
    """Name the 班主任 of a class: while one takes over from another, the one who comes."""
    query = (
        select(Duty.staff_id)
        .where(Duty.class_id == class_id, Duty.kind == "homeroom", Duty.from_on <= today)
        .where(or_(Duty.to_on.is_(None), Duty.to_on >= today))
    )
    return session.scalar(query.order_by(Duty.from_on.desc(), Duty.staff_id).limit(1))


def _slip(session: Session, ticket: Ticket, child: str, teacher: str, *, gone: bool) -> Slip:
    secret = secret_of(ticket.id)
    link = link_of(ticket.id) if hash_of(secret) == ticket.link_hash else None
    return Slip(ticket.id, child, teacher, link, ticket.expires_on, shown_standing(session, ticket), gone)


def _class_of(session: Session, actor: Actor, class_id: str) -> SchoolClass:
    room = session.get(SchoolClass, class_id)
    if room is None or room.school_id != actor.school_id:
        raise NotFound
    return room
