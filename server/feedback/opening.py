"""Opening a link: which ticket it is, how it stands, and the little that its page may say. Opening changes nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from server.accounts.models import Device, Staff
from server.consents.service import word_on
from server.errors import NotFound
from server.feedback.joining import visit_of
from server.feedback.links import SECRET, hash_of
from server.feedback.models import NOT_COME, Feedback, Ticket
from server.prepared import Prepared
from server.records.models import Record
from server.schools.models import Centre, School, Student
from server.schools.settings import Settings, settings_from, settings_of
from server.times import shanghai_day, utc_now
from server.visits.models import VisitTicket

Standing = Literal["open", "answered", "expired", "revoked", "erased"]


@dataclass(frozen=True)
class Opened:
    """What a link's page may say. `visited_on` is known once a visit names the ticket, `child` ("王*同学") and `asks_consent`
    also where the school made it for one.
    """

    ticket_id: str
    standing: Standing
    settings: Settings
    teacher: str
    child: str
    visited_on: date | None
    asks_consent: bool  # it is known whose link it is, and nobody has chosen on it


# Most families open a link that nothing is known of yet but its teacher: one question for all that its page says.
_FRESH = Prepared(
    select(
        Ticket.id,
        Ticket.device_id,
        Ticket.shown_at,
        Ticket.revoked_at,
        Ticket.expires_on,
        Device.revoked_at.label("shut_out_at"),
        Staff.name.label("teacher"),
        School.id.label("school_id"),
        School.name.label("school"),
        School.settings,
        Centre.name.label("centre"),
    )
    .join(Staff, Staff.id == Ticket.staff_id)
    .join(School, School.id == Ticket.school_id)
    .join(Centre, Centre.id == School.centre_id)
    .outerjoin(Device, Device.id == Ticket.device_id)
    .where(
        Ticket.link_hash == bindparam("link_hash"),
        Ticket.student_id.is_(None),
        ~exists().where(VisitTicket.ticket_id == Ticket.id),
        ~exists().where(Feedback.ticket_id == Ticket.id),
    )
)


def open_link(session: Session, secret: str) -> Opened:
    """Find the ticket of a link.

    Raises: NotFound, if no ticket has it.
    """
    return _open_fresh(session, secret) or _open(session, secret)


def _open_fresh(session: Session, secret: str) -> Opened | None:
    """Open a link that no visit names, that was made for no child, and on which nobody has answered; None for any other."""
    found = _FRESH.rows(session.connection(), {"link_hash": hash_of(secret)}) if SECRET.fullmatch(secret) else []
    for id_, device_id, shown_at, revoked_at, expires_on, shut_out_at, teacher, *school in found:
        lost = device_id is not None and shown_at is None and shut_out_at is not None
        standing = _standing(revoked=revoked_at is not None or lost, expires_on=expires_on)
        return Opened(id_, standing, settings_from(*school), teacher, child="", visited_on=None, asks_consent=False)
    return None


def _open(session: Session, secret: str) -> Opened:
    ticket = find_ticket(session, secret)
    teacher = session.get_one(Staff, ticket.staff_id)
    visit = visit_of(session, ticket)
    student_id = child_of(ticket, visit)
    student = session.get(Student, student_id) if student_id else None
    child = masked(student.name) if student and not student.erased else ""
    return Opened(
        ticket_id=ticket.id,
        standing=shown_standing(session, ticket),
        settings=settings_of(session, ticket.school_id),
        teacher=teacher.name,
        child=child,
        visited_on=_day(visit.fields.get("visit_date")) if visit else None,
        asks_consent=bool(child) and word_on(session, ticket.id) is None,
    )


def find_ticket(session: Session, secret: str, *, lock: bool = False) -> Ticket:
    """Find a ticket by the 22 characters of its link; `lock`: until the transaction's end.

    Raises: NotFound.
    """
    if not SECRET.fullmatch(secret):
        raise NotFound
    query = select(Ticket).where(Ticket.link_hash == hash_of(secret))
    ticket = session.scalar(query.with_for_update() if lock else query)
    if ticket is None:
        raise NotFound
    return ticket


def standing_of(session: Session, ticket: Ticket) -> Standing:
    """Tell whether a ticket still waits for its first answer."""
    state = session.scalar(select(Feedback.state).where(Feedback.ticket_id == ticket.id))
    if state is not None:
        return "erased" if state == "erased" else "answered"
    return unanswered_standing(session, ticket)


def shown_standing(session: Session, ticket: Ticket) -> Standing:
    """Tell how a link stands as its page may: one whose family says that the teacher did not come looks unanswered.

    The teacher's phone holds the link, and gets no confirmation then: 已收到 beside none would tell it what only the office is
    to know first. Once the office has looked into it the link says 已收到 as any other; one that said so before the family put it otherwise goes on.
    """
    said = (Feedback.state, Feedback.answers, Feedback.checked_at, Feedback.told_before)
    found = session.execute(select(*said).where(Feedback.ticket_id == ticket.id)).one_or_none()
    if found is None:
        return unanswered_standing(session, ticket)
    not_come = found.state == "live" and found.answers.get("visit_happened") == NOT_COME
    if not_come and not found.checked_at and not found.told_before:
        return unanswered_standing(session, ticket)
    return "erased" if found.state == "erased" else "answered"


def unanswered_standing(session: Session, ticket: Ticket) -> Standing:
    """Tell whether a ticket that nobody has answered may still be answered."""
    if _is_of_the_erased(session, ticket):
        return "erased"
    revoked = ticket.revoked_at is not None or _lost_unshown(session, ticket)
    return _standing(revoked=revoked, expires_on=ticket.expires_on)


def _standing(*, revoked: bool, expires_on: date) -> Standing:
    if revoked:
        return "revoked"
    return "expired" if expires_on < shanghai_day(utc_now()) else "open"


def child_of(ticket: Ticket, visit: Record | None) -> str | None:
    """Name the student whose family a link is for: of the visit at which it was shown, or for whom the school made it."""
    return visit.student_id if visit else ticket.student_id


def masked(name: str) -> str:
    """Write a child's name as a page without sign-in may: 王*同学."""
    return f"{name[:1]}*同学" if name else ""


def _lost_unshown(session: Session, ticket: Ticket) -> bool:
    """Tell whether a ticket lies unshown on a phone that was shut out: nobody but its finder could have the link."""
    if ticket.device_id is None or ticket.shown_at is not None:
        return False
    device = session.get(Device, ticket.device_id)
    return device is not None and device.revoked_at is not None and visit_of(session, ticket) is None


def _is_of_the_erased(session: Session, ticket: Ticket) -> bool:
    """Tell whether a ticket was made for a child, or shown at a visit, of which only ids are left."""
    student = session.get(Student, ticket.student_id) if ticket.student_id else None
    if student is not None and student.erased:
        return True
    shown_at = select(VisitTicket.visit_id).where(VisitTicket.ticket_id == ticket.id)
    gone = select(Record.id).where(Record.kind == "visit", Record.id.in_(shown_at), Record.state == "erased")
    return session.scalar(gone.limit(1)) is not None and visit_of(session, ticket) is None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
