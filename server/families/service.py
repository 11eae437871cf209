"""Requests of families: asked for once, checked, done or not done with a reason; and what the family reads of that."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.db import new_id
from server.errors import Clash, NotFound, Unprocessable
from server.families.models import (
    COPY,
    CORRECT,
    DELETE,
    DONE,
    NEW,
    OPEN,
    REFUSED,
    WITHDRAW,
    WORKING,
    Erasure,
    FamilyRequest,
    FamilyRequestEvent,
)
from server.schools.models import Guardian, Student
from server.suggestions.service import clean
from server.times import shanghai_day, utc_now

DAYS = 15
WORDS_MAX_CHARS, CONTACT_MAX_CHARS = 300, 32
OPEN_OF_ONE = 5  # corrections that one family may have open at a time
KIND_WORDS = {COPY: "要一份资料", CORRECT: "更正写错的", DELETE: "删除我家的资料", WITHDRAW: "撤回同意"}
ON_THE_PAGE = (COPY, CORRECT, DELETE)  # a consent is withdrawn there by itself, at once
STATE_WORDS = {NEW: "待核实", WORKING: "办理中", DONE: "已办结", REFUSED: "不予办理"}
CHECKED_WORDS = {"call_back": "电话回拨登记的号码", "in_person": "当面", "other": "其他办法"}


@dataclass(frozen=True)
class NewRequest:
    """What a family asks for. `form_id`: of the sending; the same form has one effect."""

    form_id: str
    school_id: str
    kind: str
    words: str = ""
    contact: str = ""
    student_id: str | None = None
    feedback_id: str | None = None
    by: str | None = None  # who of the desk wrote it down; None: the family itself


@dataclass(frozen=True)
class Told:
    """A request as the family reads it on its page."""

    kind: str
    state: str
    reason: str
    asked_on: date
    due_on: date
    closed_on: date | None


def ask(session: Session, new: NewRequest) -> str:
    """Keep a request; gives its id. Sent again, or asked for while the same is open, it is the one that stands already.

    The caller holds the family's ticket or student locked. Raises: Unprocessable, if a correction has no words; Clash, if
    the family has too many corrections open.
    """
    words = clean(new.words)[:WORDS_MAX_CHARS] if new.kind == CORRECT else ""
    if new.kind == CORRECT and not words:
        raise Unprocessable(message="请写一写哪里不对、应该是什么。")
    same = session.scalar(select(FamilyRequest.id).where(FamilyRequest.form_id == new.form_id))
    if same is not None:
        return same
    open_ones = _open_ones(session, new)
    standing = next((each.id for each in open_ones if each.words == words), None)
    if standing is not None:
        return standing
    if len(open_ones) >= OPEN_OF_ONE:
        raise Clash(message="您要更正的，学校还在办。办完再提，或打学校电话。")
    now = utc_now()
    each = FamilyRequest(
        id=new_id(),
        form_id=new.form_id,
        school_id=new.school_id,
        kind=new.kind,
        source="desk" if new.by else "link",
        student_id=new.student_id,
        feedback_id=new.feedback_id,
        words=words,
        contact=clean(new.contact)[:CONTACT_MAX_CHARS] or None,
        state=NEW,
        reason="",
        asked_at=now,
        due_on=shanghai_day(now) + timedelta(days=DAYS),
    )
    session.add(each)
    session.flush()
    note(session, each, "asked", new.by)
    return each.id


def told_of(session: Session, feedback_id: str) -> list[Told]:
    """Give the requests that were made with one answer's code, newest first."""
    query = select(FamilyRequest).where(FamilyRequest.feedback_id == feedback_id)
    found = session.scalars(query.order_by(FamilyRequest.asked_at.desc(), FamilyRequest.id.desc()))
    return [_told(each) for each in found]


def join(session: Session, feedback_id: str, student_id: str | None) -> None:
    """Let requests that nobody has checked yet follow their answer to the child of its visit."""
    theirs = select(FamilyRequest).where(FamilyRequest.feedback_id == feedback_id, FamilyRequest.state == NEW)
    for each in session.scalars(theirs.with_for_update()):
        each.student_id = student_id


def find(session: Session, school_id: str, request_id: str) -> FamilyRequest:
    """Lock a request of a school.

    Raises: NotFound.
    """
    query = select(FamilyRequest).where(FamilyRequest.id == request_id, FamilyRequest.school_id == school_id)
    each = session.scalar(query.with_for_update())
    if each is None:
        raise NotFound
    return each


def count_open(session: Session, school_id: str | None) -> int:
    """Count what a school still has to do."""
    query = select(func.count()).where(FamilyRequest.school_id == school_id, FamilyRequest.state.in_(OPEN))
    return session.scalar(query) or 0


def choose_student(session: Session, each: FamilyRequest, student: Student, by: str) -> None:
    """Say whose family it is, where the answer's visit has not arrived.

    Raises: Clash, if it is known already, or nobody works on it any more.
    """
    if each.student_id is not None or each.state != NEW:
        raise Clash(message="是哪个孩子已经定了。请刷新再看。")
    each.student_id = student.id
    note(session, each, "student_chosen", by)


def check(session: Session, each: FamilyRequest, how: str, guardian_id: str, by: str) -> None:
    """Note that it is a guardian who asks, and how that was made sure. Doing it again changes nothing.

    Raises: Clash, if the request is over; Unprocessable, if it is no guardian of the child.
    """
    if each.state == WORKING:
        return
    if each.state != NEW:
        raise Clash(message="这一件已经办完了。请刷新再看。")
    guardian = session.get(Guardian, guardian_id)
    if how not in CHECKED_WORDS or guardian is None or guardian.student_id != each.student_id:
        raise Unprocessable(message="请选是哪位家长、怎么核实的。名单里没有的，先在学生页登记。")
    each.checked_as, each.guardian_id, each.owner_id, each.state = how, guardian_id, by, WORKING
    note(session, each, "checked", by)


def close(session: Session, each: FamilyRequest, by: str, reason: str = "") -> None:
    """Say that it is done, or with a reason that it is not; the telephone number is forgotten. Again changes nothing.

    Raises: Clash, if it is done without having been checked.
    """
    if each.state not in OPEN:
        return
    if not reason and each.state != WORKING:
        raise Clash(message="请先核实是不是监护人，再办。")
    _over(each, REFUSED if reason else DONE)
    each.reason = clean(reason)[:WORDS_MAX_CHARS]
    note(session, each, each.state, by)


def erase_family(session: Session, student_id: str, feedback_ids: Collection[str]) -> None:
    """Leave only ids of what a family asked for; what was open is done with."""
    theirs = (FamilyRequest.student_id == student_id) | FamilyRequest.feedback_id.in_(sorted(feedback_ids))
    for each in session.scalars(select(FamilyRequest).where(theirs).order_by(FamilyRequest.id).with_for_update()):
        each.words, each.reason, each.contact = "", "", None
        if each.state in OPEN:
            _over(each, DONE)
            note(session, each, "erased", None)
    order = session.get(Erasure, student_id)
    if order is not None and order.done_at is None:
        order.done_at = utc_now()


def note(session: Session, each: FamilyRequest, what: str, by: str | None) -> None:
    """Write down that something was done about a request."""
    session.add(FamilyRequestEvent(id=new_id(), request_id=each.id, at=utc_now(), staff_id=by, what=what))


def events_of(session: Session, request_id: str) -> Sequence[FamilyRequestEvent]:
    """Give what was done about a request, oldest first."""
    query = select(FamilyRequestEvent).where(FamilyRequestEvent.request_id == request_id)
    return session.scalars(query.order_by(FamilyRequestEvent.at, FamilyRequestEvent.id)).all()


def _open_ones(session: Session, new: NewRequest) -> Sequence[FamilyRequest]:
    own = FamilyRequest.feedback_id == new.feedback_id
    if new.feedback_id is None:
        own = (FamilyRequest.student_id == new.student_id) & FamilyRequest.feedback_id.is_(None)
    query = select(FamilyRequest).where(own, FamilyRequest.kind == new.kind, FamilyRequest.state.in_(OPEN))
    return session.scalars(query.order_by(FamilyRequest.id)).all()


def _over(each: FamilyRequest, state: str) -> None:
    each.state, each.contact, each.closed_at = state, None, utc_now()


def _told(each: FamilyRequest) -> Told:
    closed_on = shanghai_day(each.closed_at) if each.closed_at else None
    return Told(each.kind, each.state, each.reason, shanghai_day(each.asked_at), each.due_on, closed_on)
