"""What families ask, as the desk works it: the queue with its clock, one request, and each step. Every step is logged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.access import Read, write_reads
from server.actor import Actor
from server.db import transaction
from server.errors import Clash, NotFound
from server.families import service
from server.families.models import COPY, OPEN, WORKING, FamilyRequest
from server.families.service import NewRequest, events_of
from server.feedback.answers import is_for_another
from server.office.family_copy import Copy, copy_for
from server.oversight.words import Names, day_text
from server.photos.desk import Desk
from server.records.models import Record
from server.schools.models import Guardian, SchoolClass, Student
from server.times import shanghai_day, utc_now

CLOSED_SHOWN = 50
EVENT_WORDS = {
    "asked": "提出",
    "student_chosen": "定了是哪个孩子",
    "checked": "已核实是监护人",
    "copied": "下载了一份",
    "erase_ordered": "排上删除",
    "called_off": "取消了删除",
    "done": "办结",
    "refused": "不予办理",
    "erased": "资料已删除，办结",
}


@dataclass(frozen=True)
class RequestLine:
    """One request in the queue. `late`: days past its due day; 0 while there is time."""

    id: str
    kind: str
    state: str
    child: str
    asked_on: str
    due_on: str
    late: int
    mine: bool


@dataclass(frozen=True)
class RequestSheet:
    """One request: what is asked, of whose data, who may be called, and what was done."""

    each: FamilyRequest
    line: RequestLine
    student: Student | None
    class_name: str
    guardians: Sequence[Guardian]
    checked: Guardian | None
    owner: str
    visits: Sequence[tuple[str, str]]  # id, day: where what is wrong may stand
    events: Sequence[tuple[str, str, str]]  # day, what, who


def queue(session: Session, school_id: str, staff_id: str) -> tuple[list[RequestLine], list[RequestLine]]:
    """List what is open, the one due first at the head, and the last 50 that are over."""
    ours = select(FamilyRequest).where(FamilyRequest.school_id == school_id)
    waits = ours.where(FamilyRequest.state.in_(OPEN)).order_by(FamilyRequest.due_on, FamilyRequest.id)
    over = ours.where(FamilyRequest.state.not_in(OPEN)).order_by(FamilyRequest.closed_at.desc(), FamilyRequest.id)
    first, then = (session.scalars(query).all() for query in (waits, over.limit(CLOSED_SHOWN)))
    return [_line(session, each, staff_id) for each in first], [_line(session, each, staff_id) for each in then]


def request_sheet(session: Session, school_id: str, request_id: str, staff_id: str) -> RequestSheet:
    """Read one request of a school.

    Raises: NotFound.
    """
    each = session.get(FamilyRequest, request_id)
    if each is None or each.school_id != school_id:
        raise NotFound
    student = session.get(Student, each.student_id) if each.student_id else None
    student = None if student is None or student.erased else student
    known = select(Guardian).where(Guardian.student_id == each.student_id, Guardian.name != "").order_by(Guardian.id)
    done = events_of(session, request_id)
    names = Names.load(session, school_id, {one.staff_id for one in done if one.staff_id} | {each.owner_id or ""})
    return RequestSheet(
        each=each,
        line=_line(session, each, staff_id),
        student=student,
        class_name=session.get_one(SchoolClass, student.class_id).name if student else "",
        guardians=session.scalars(known).all() if student else [],
        checked=session.get(Guardian, each.guardian_id) if each.guardian_id and student else None,
        owner=names.of(each.owner_id) if each.owner_id else "",
        visits=_visits(session, student) if student else [],
        events=[
            (day_text(shanghai_day(one.at)), EVENT_WORDS[one.what], names.of(one.staff_id) if one.staff_id else "")
            for one in done
        ],
    )


def write_down(actor: Actor, school_id: str, new: NewRequest) -> str:
    """Keep what a family asked the desk for, by telephone or in person; gives the request's id.

    Raises: NotFound, if the school has no such child; as `families.service.ask`.
    """
    with transaction() as session:
        student = session.get(Student, new.student_id, with_for_update=True)
        if student is None or student.school_id != school_id or student.erased:
            raise NotFound
        request_id = service.ask(session, new)
        write_reads(session, actor, "write_request", [Read(f"request:{request_id}")])
    return request_id


def choose(actor: Actor, school_id: str, request_id: str, student_id: str) -> None:
    """Say whose family asks. Raises: NotFound; Clash."""

    def step(session: Session, each: FamilyRequest) -> None:
        student = session.get(Student, student_id)
        if student is None or student.school_id != school_id or student.erased:
            raise NotFound
        service.choose_student(session, each, student, actor.staff_id)

    _do(actor, school_id, request_id, "choose_student", step)


def check(actor: Actor, school_id: str, request_id: str, how: str, guardian_id: str) -> None:
    """Note how it was made sure that a guardian asks. Raises: NotFound; Clash; Unprocessable."""

    def step(session: Session, each: FamilyRequest) -> None:
        service.check(session, each, how, guardian_id, actor.staff_id)

    _do(actor, school_id, request_id, "check_request", step)


def close(actor: Actor, school_id: str, request_id: str, reason: str = "") -> None:
    """Say that a request is done, or with a reason that it is not. Raises: NotFound; Clash."""

    def step(session: Session, each: FamilyRequest) -> None:
        service.close(session, each, actor.staff_id, reason)

    _do(actor, school_id, request_id, "refuse_request" if reason else "close_request", step)


def make_copy(actor: Actor, desk: Desk, school_id: str, request_id: str) -> Copy:
    """Make the file for a checked request, and log that it was given out.

    Raises: NotFound, if it is no request for a copy; Clash, if nobody checked it, it is over, or it holds what somebody else of the
    office reads (`answers.is_for_another`).
    """
    with transaction() as session:
        each = service.find(session, school_id, request_id)
        if each.kind != COPY:
            raise NotFound
        if each.state != WORKING:
            raise Clash(message="先核实是不是监护人，再下载；已办结的，请家长另提一次。")
        if each.feedback_id and is_for_another(session, actor, each.feedback_id):
            raise Clash(message="这份里有家长对您家访的反馈，请办公室别的老师或校长来下载。")
        made = copy_for(session, desk, each)
        service.note(session, each, "copied", actor.staff_id)
        write_reads(session, actor, "copy", [Read(f"student:{each.student_id}")])
    return made


def _do(
    actor: Actor, school_id: str, request_id: str, deed: str, step: Callable[[Session, FamilyRequest], None]
) -> None:
    with transaction() as session:
        step(session, service.find(session, school_id, request_id))
        write_reads(session, actor, deed, [Read(f"request:{request_id}")])


def _line(session: Session, each: FamilyRequest, staff_id: str) -> RequestLine:
    today = shanghai_day(utc_now())
    late = (today - each.due_on).days if each.state in OPEN else 0
    return RequestLine(
        id=each.id,
        kind=service.KIND_WORDS[each.kind],
        state=service.STATE_WORDS[each.state],
        child=_child(session, each),
        asked_on=day_text(shanghai_day(each.asked_at)),
        due_on=day_text(each.due_on),
        late=max(late, 0),
        mine=each.owner_id == staff_id,
    )


def _child(session: Session, each: FamilyRequest) -> str:
    student = session.get(Student, each.student_id) if each.student_id else None
    if student is None:
        return "还不知道是哪个孩子"
    return student.name or "已删除"


def _visits(session: Session, student: Student) -> list[tuple[str, str]]:
    named = Record.kind == "visit", Record.state == "live", Record.merged_into.is_(None)
    found = session.scalars(select(Record).where(*named, Record.student_id == student.id))
    days = [(each.id, each.fields.get("visit_date")) for each in found]
    return [(id_, day_text(day) if day else "没写日期") for id_, day in sorted(days, key=lambda one: str(one[1] or ""))]
