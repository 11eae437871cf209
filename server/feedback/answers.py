"""What families answered, as the school's office reads it. What was reported in confidence stands in none of these tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Text, select, type_coerce
from sqlalchemy.orm import Session

from server.accounts.access import Read, write_reads
from server.accounts.models import Staff
from server.actor import Actor
from server.campaign.parents import asked_of_parents
from server.db import transaction
from server.errors import NotFound
from server.feedback.contacts import forget_number
from server.feedback.joining import audience, tell
from server.feedback.models import Feedback, Ticket
from server.feedback.telling import SOURCE
from server.schools.models import SchoolClass, Student
from server.suggestions.circles import led_by
from server.suggestions.concerned import is_for_others, took_part
from server.suggestions.models import Suggestion
from server.times import SHANGHAI, utc_now

PAGE_ROWS = 50
MASKED_UNDER = 5  # fewer answers than this say more of a family than of a school
CONFIRMED = frozenset({"agreed", "unannounced"})
SATISFIED = frozenset({"satisfied", "mostly"})
ASKED = (
    "visit_happened",
    "overall",
    "who",
    "know_purpose",
    "know_child",
    "know_teachers",
    "tone",
    "next_form",
    "next_time",
)
QUESTIONS = {
    "visit_happened": "老师来过吗",
    "overall": "总的来说",
    "who": "谁填的",
    "know_purpose": "为什么来家访，讲清楚了吗",
    "know_child": "孩子在学校怎么样，讲清楚了吗",
    "know_teachers": "有哪几位老师教，讲清楚了吗",
    "tone": "说起孩子，老师是怎样的",
    "next_form": "下次怎么见面方便",
    "next_time": "什么时间方便",
}


@dataclass(frozen=True)
class Wanted:
    """What narrows the list; None: not narrowed. Days are days in China, both included."""

    class_id: str | None = None
    teacher_id: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Line:
    """One answer in the list. `suggestion_id`: what became of its words, where this person may work on them."""

    id: str
    sent_at: datetime
    teacher: str
    class_name: str
    child: str
    joined: bool  # a visit has it, or the school made its link for this child
    visit_id: str | None
    happened: str
    overall: str
    not_come: bool
    dissatisfied: bool
    by_phone: bool
    suggestion_id: str | None


@dataclass(frozen=True)
class Page:
    """One page of the list, newest first; `after` asks for the next one, None on the last."""

    lines: Sequence[Line]
    after: str | None


@dataclass(frozen=True)
class Figures:
    """The whole school's figures in per cent; None where they are too few to be told. Never by teacher: nobody is ranked."""

    answers: int
    confirmed: int | None
    satisfied: int | None


@dataclass(frozen=True)
class Sheet:
    """One answer to read. `contact` is "" unless it is this person's to call the family."""

    line: Line
    said: Sequence[tuple[str, str]]  # question, answer
    words: str  # without names; "" where there are none that this person may know of
    contact: str
    to_check: bool
    checked_at: datetime | None


def page_of(session: Session, actor: Actor, school_id: str, wanted: Wanted, after: str | None = None) -> Page:
    """Give one page of a school's answers; those that say that the teacher did not come wait above it (`to_check`)."""
    older = [Feedback.id < after] if after else []
    found = _lines(session, actor, [*_within(school_id, wanted), *older], PAGE_ROWS + 1)
    return Page(found[:PAGE_ROWS], found[PAGE_ROWS - 1].id if len(found) > PAGE_ROWS else None)


def to_check(session: Session, actor: Actor, school_id: str) -> Sequence[Line]:
    """Give the answers that say that the teacher did not come and that nobody has looked into yet, newest first."""
    said_not = type_coerce(Feedback.answers, Text).contains('"visit_happened":"not"')  # as `db.Json` writes it
    open_ = said_not & Feedback.checked_at.is_(None)
    return _lines(session, actor, [*_within(school_id, Wanted()), open_], PAGE_ROWS)


def of_visit(session: Session, actor: Actor, school_id: str, visit_id: str) -> Sequence[Line]:
    """Give what families answered about one visit, the newest first."""
    return _lines(session, actor, [*_within(school_id, Wanted()), Feedback.visit_id == visit_id], PAGE_ROWS)


def figures_of(session: Session, actor: Actor, school_id: str, wanted: Wanted) -> Figures:
    """Work out a school's figures between two days from what this person may read; class and teacher narrow nothing here."""
    within = [*_within(school_id, Wanted(first=wanted.first, last=wanted.last)), ~_for_others(session, actor)]
    rows = session.scalars(select(Feedback.answers).join(Ticket, Ticket.id == Feedback.ticket_id).where(*within)).all()
    return Figures(
        len(rows),
        _share([each.get("visit_happened") in CONFIRMED for each in rows]),
        _share([each.get("overall") in SATISFIED for each in rows]),
    )


def teachers_of(session: Session, actor: Actor, school_id: str) -> list[tuple[str, str]]:
    """Give the teachers whose families have answered, each (id, name)."""
    shown = (Feedback.school_id == school_id) & ~_for_others(session, actor)
    theirs = select(Ticket.staff_id).join(Feedback, Feedback.ticket_id == Ticket.id).where(shown)
    query = select(Staff.id, Staff.name).where(Staff.id.in_(theirs)).order_by(Staff.name, Staff.id)
    return [(id_, name) for id_, name in session.execute(query)]


def sheet_of(session: Session, actor: Actor, school_id: str, feedback_id: str) -> Sheet:
    """Read one answer of a school.

    Raises: NotFound, if there is none for this person, or it was taken back or erased.
    """
    line = _line_of(session, actor, school_id, feedback_id)
    each = session.get_one(Feedback, feedback_id)
    told = session.get_one(Suggestion, line.suggestion_id) if line.suggestion_id else None
    not_come = each.answers.get("visit_happened") == "not"
    return Sheet(
        line=line,
        said=[(QUESTIONS[name], words) for name in ASKED if (words := _words(name, each.answers.get(name)))],
        words=told.redacted if told else "",
        contact=(each.contact or "") if _is_handler(each, line) else "",
        to_check=not_come and each.checked_at is None,
        checked_at=each.checked_at if not_come else None,
    )


def is_for_another(session: Session, actor: Actor, feedback_id: str) -> bool:
    """Tell whether an answer is not for this person of the office, because it concerns them and somebody there it does not."""
    query = select(Feedback.id).join(Ticket, Ticket.id == Feedback.ticket_id)
    return session.scalar(query.where(Feedback.id == feedback_id, _for_others(session, actor))) is not None


def check_off(actor: Actor, school_id: str, feedback_id: str) -> None:
    """Note that somebody has looked into "the teacher did not come"; what the family said before goes from the phones.

    Raises: NotFound.
    """
    with transaction() as session:
        each = _locked(session, school_id, feedback_id)
        _line_of(session, actor, school_id, feedback_id)
        before, each.told_before = audience(each), None
        each.checked_at, each.rev = each.checked_at or utc_now(), each.rev + 1
        tell(session, each, before)
        write_reads(session, actor, "check_answer", [Read(f"feedback:{feedback_id}")])


def forget_contact(actor: Actor, school_id: str, feedback_id: str) -> None:
    """Forget a family's number once it was called.

    Raises: NotFound, also if the number is not this person's to see.
    """
    with transaction() as session:
        if not sheet_of(session, actor, school_id, feedback_id).contact:
            raise NotFound
        each = _locked(session, school_id, feedback_id)
        forget_number(session, each)
        write_reads(session, actor, "forget_contact", [Read(f"feedback:{feedback_id}")])


def _within(school_id: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [Feedback.school_id == school_id, Feedback.state == "live"]
    if wanted.class_id:
        found.append(Feedback.class_id == wanted.class_id)
    if wanted.teacher_id:
        found.append(Feedback.ticket_id.in_(select(Ticket.id).where(Ticket.staff_id == wanted.teacher_id)))
    if wanted.first:
        found.append(Feedback.sent_at >= datetime.combine(wanted.first, time.min, SHANGHAI))
    if wanted.last:
        found.append(Feedback.sent_at <= datetime.combine(wanted.last, time.max, SHANGHAI))
    return found


def _for_others(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Say of which answers somebody else reads: of a link that this person gave, of a visit that they took part in.

    Above all "the teacher did not come" is not looked into by that teacher.
    """
    return is_for_others(
        session, actor, lambda one: (Ticket.staff_id == one.staff_id) | took_part(one.staff_id, Feedback.visit_id)
    )


def _line_of(session: Session, actor: Actor, school_id: str, feedback_id: str) -> Line:
    lines = _lines(session, actor, [*_within(school_id, Wanted()), Feedback.id == feedback_id], 1)
    if not lines:
        raise NotFound
    return lines[0]


def _lines(session: Session, actor: Actor, within: Sequence[ColumnElement[bool]], most: int) -> list[Line]:
    query = (
        select(Feedback, Staff.name, SchoolClass.name, Student.name)
        .join(Ticket, Ticket.id == Feedback.ticket_id)
        .join(Staff, Staff.id == Ticket.staff_id)
        .outerjoin(SchoolClass, SchoolClass.id == Feedback.class_id)
        .outerjoin(Student, Student.id == Feedback.student_id)
        .where(*within, ~_for_others(session, actor))
        .order_by(Feedback.id.desc())
        .limit(most)
    )
    rows = session.execute(query).all()
    words = _suggestions(session, actor, [each.id for each, *_ in rows])
    return [
        Line(
            id=each.id,
            sent_at=each.sent_at,
            teacher=teacher,
            class_name=room or "",
            child=child or "",
            joined=each.student_id is not None,
            visit_id=each.visit_id,
            happened=_words("visit_happened", each.answers.get("visit_happened")),
            overall=_words("overall", each.answers.get("overall")),
            not_come=each.answers.get("visit_happened") == "not",
            dissatisfied=each.answers.get("overall") == "not",
            by_phone=each.entered_by is not None,
            suggestion_id=words.get(each.id),
        )
        for each, teacher, room, child in rows
    ]


def _suggestions(session: Session, actor: Actor, ids: Sequence[str]) -> dict[str, str]:
    """Name what became of the words of answers, where the person may know that there are any."""
    told = (Suggestion.source == SOURCE) & Suggestion.ref.in_(ids) & led_by(session, actor)
    return dict(session.execute(select(Suggestion.ref, Suggestion.id).where(told)).all())


def _is_handler(each: Feedback, line: Line) -> bool:
    """Tell whether the number is for who reads this: with the words go those who may know of them, without any the office."""
    return line.suggestion_id is not None if each.text else each.visible_to != "centre"


def _words(name: str, said: object) -> str:
    codes = said if isinstance(said, list) else [said]
    return "、".join(words for code in codes if (words := asked_of_parents().label(name, code)))


def _locked(session: Session, school_id: str, feedback_id: str) -> Feedback:
    each = session.get(Feedback, feedback_id, with_for_update=True)
    if each is None or each.school_id != school_id or each.state != "live":
        raise NotFound
    return each


def _share(good: Sequence[bool]) -> int | None:
    return round(100 * sum(good) / len(good)) if len(good) >= MASKED_UNDER else None
