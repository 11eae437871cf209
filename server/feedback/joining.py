"""Which visit an answer belongs to. It may come before the visit does: then it is joined when the visit arrives."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.db import RowChange, note_change
from server.families import service as families
from server.feedback.models import NOT_COME, Feedback, Ticket
from server.feedback.telling import suggested
from server.records import scopes
from server.records.models import Record
from server.schools.models import Student
from server.suggestions.service import follow
from server.times import shanghai_day, utc_now
from server.visits.finishing import RecordsChanged
from server.visits.models import VisitTicket

MEANT_BEFORE = timedelta(days=60)  # a ticket made for a child may be about a visit that was so long ago
AT_ONCE = 200


def visit_of(session: Session, ticket: Ticket, day: date | None = None) -> Record | None:
    """Find the visit that a ticket is about: one that names it and that the ticket's teacher took part in.

    A colleague's phone may see a ticket's id in a visit's row; naming it in a visit of their own joins nothing. Of several,
    as when a visit was written again for the right child, the one that is not void and came first. A ticket that the school
    made for a child is named by none: it is about the last visit of its teacher to that child up to `day` (None: today).
    """
    named = select(VisitTicket.visit_id).where(VisitTicket.ticket_id == ticket.id)
    found = [_live(session, id_) for id_ in session.scalars(named.order_by(VisitTicket.visit_id))]
    fit = [each for each in found if each is not None and _is_theirs(each, ticket)]
    if not fit and ticket.student_id is not None:
        return _last_visit(session, ticket, day or shanghai_day(utc_now()))
    return min(fit, key=lambda each: (bool(each.fields.get("void_reason")), each.created_at, each.id), default=None)


def hold(session: Session, news: RecordsChanged) -> None:
    """Lock the tickets that changed visits name, before anybody looks for what was sent on them.

    Whoever is just sending comes before and is found, or after and finds the visit.
    """
    which = _tickets_of(news)
    if which is not None:
        _lock(session, which)


def hear(session: Session, news: RecordsChanged) -> None:
    """Join the answers to the tickets that changed visits name, or whose child they are about; keep them where their visit is."""
    which = _tickets_of(news)
    if which is not None:
        _join_on(session, which)


def join_late(session: Session) -> int:
    """Join answers whose visit is there and did not find them, the newest first; gives how many were joined."""
    named = (
        select(VisitTicket.ticket_id)
        .join(Record, (Record.kind == "visit") & (Record.id == VisitTicket.visit_id))
        .where(Record.state != "erased")
    )
    alone = (Feedback.state == "live") & Feedback.visit_id.is_(None) & Feedback.ticket_id.in_(named)
    waiting = session.scalars(select(Feedback.ticket_id).where(alone).order_by(Feedback.id.desc()).limit(AT_ONCE)).all()
    return _join_on(session, Ticket.id.in_(waiting)) if waiting else 0


def _tickets_of(news: RecordsChanged) -> ColumnElement[bool] | None:
    visits = [each for each in news.records if each.kind == "visit"]
    if not visits:
        return None
    named = {id_ for each in visits for id_ in each.fields.get("tickets", ())}
    children = {each.student_id for each in visits if each.student_id}
    joined = select(Feedback.ticket_id).where(Feedback.visit_id.in_(sorted(each.id for each in visits)))
    return Ticket.id.in_(sorted(named)) | Ticket.student_id.in_(sorted(children)) | Ticket.id.in_(joined)


def _lock(session: Session, which: ColumnElement[bool]) -> Sequence[str]:
    return session.scalars(select(Ticket.id).where(which).order_by(Ticket.id).with_for_update()).all()


def _join_on(session: Session, which: ColumnElement[bool]) -> int:
    theirs = Feedback.ticket_id.in_(_lock(session, which))
    return join(session, session.scalars(select(Feedback).where(theirs).order_by(Feedback.id).with_for_update()).all())


def join(session: Session, answers: Sequence[Feedback]) -> int:
    """Bring answers to where their visit is, and their words with them; the teachers who may read them are told.

    Returns: how many were not there yet.
    """
    moved = 0
    for each in answers:
        if each.state == "erased":
            continue
        ticket = session.get_one(Ticket, each.ticket_id)
        place = _place_of(session, ticket, each)
        if place == (each.visit_id, each.class_id, each.student_id):
            continue
        before = audience(each)
        each.visit_id, each.class_id, each.student_id = place
        each.rev += 1
        families.join(session, each.id, each.student_id)
        tell(session, each, before)
        if each.text and each.state == "live":
            follow(session, suggested(each))
        moved += 1
    return moved


def audience(each: Feedback) -> tuple[str, ...]:
    """Name who gets an answer on the phone: its class, once a visit has it; "the teacher did not come" is the desk's first.

    Where a family says that in place of something else, what was said before stays on the phones until the office has
    looked into it: a confirmation that goes would tell the teacher.
    """
    told = each.told_before or each.answers.get("visit_happened")
    is_for_them = each.state == "live" and each.visit_id is not None and told != NOT_COME
    return (scopes.of_class(each.class_id),) if is_for_them and each.class_id else ()


def tell(session: Session, each: Feedback, before: tuple[str, ...]) -> None:
    """Note an answer for the feed: for those who may read it now, and its removal for those who could before."""
    now = audience(each)
    gone = tuple(sorted(set(before) - set(now)))
    note_change(session, RowChange(each.school_id, "feedback", each.id, each.rev, now, gone))


def _place_of(session: Session, ticket: Ticket, each: Feedback) -> tuple[str | None, str | None, str | None]:
    """Name visit, class and student of a ticket, as far as they are known: by its visit, or by whom the school made it for."""
    visit = visit_of(session, ticket, shanghai_day(each.sent_at)) or _joined_before(session, ticket, each)
    if visit is not None:
        return visit.id, visit.class_id, visit.student_id
    student = session.get(Student, ticket.student_id) if ticket.student_id else None
    return None, student.class_id if student else ticket.class_id, ticket.student_id


def _joined_before(session: Session, ticket: Ticket, each: Feedback) -> Record | None:
    """Give the visit beside which the answer to a child's ticket stands: if its result is put otherwise, it still does."""
    visit = _live(session, each.visit_id) if each.visit_id and ticket.student_id else None
    if visit is None or visit.student_id != ticket.student_id or visit.fields.get("void_reason"):
        return None
    return visit if _is_theirs(visit, ticket) else None


def _last_visit(session: Session, ticket: Ticket, day: date) -> Record | None:
    """Find the last visit that a ticket's teacher made to its child, up to a day; one of last term is not meant."""
    theirs = (Record.kind == "visit") & (Record.student_id == ticket.student_id) & (Record.state == "live")
    first = (shanghai_day(ticket.issued_at) - MEANT_BEFORE).isoformat()
    fit = [
        each
        for each in session.scalars(select(Record).where(theirs))
        if _is_theirs(each, ticket)
        and each.fields.get("visit_result") == "done"
        and not each.fields.get("void_reason")
        and first <= str(each.fields.get("visit_date") or "") <= day.isoformat()
    ]
    return max(fit, key=lambda each: (each.fields["visit_date"], each.created_at, each.id), default=None)


def _live(session: Session, visit_id: str) -> Record | None:
    """Give a visit by its name, or the one that it became part of."""
    visit = session.get(Record, ("visit", visit_id))
    seen = {visit_id}
    while visit is not None and visit.merged_into and visit.merged_into not in seen:
        seen.add(visit.merged_into)
        visit = session.get(Record, ("visit", visit.merged_into))
    return visit if visit is not None and visit.state == "live" else None


def _is_theirs(visit: Record, ticket: Ticket) -> bool:
    people = {visit.author_id, *visit.fields.get("visitors", ())}
    return visit.school_id == ticket.school_id and ticket.staff_id in people
