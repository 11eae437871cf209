"""What the parents' page asks of reports in confidence. All run inside the caller's transaction, and tell nothing but 已收到.

`source` and `ref` name one report (source "link" or "box", ref a form's id): sent again it is never stored twice, and what it
says differently then is kept beside it. Whoever asks for `question_for`, `answer_question` or `outcome_for` must have been
shown the 查询码 of that report first; without it the page behaves as if there were none.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, false, or_, select
from sqlalchemy.orm import Session

from server.campaign.listening import listening
from server.confidence.cases import find, note, said, to_centre, widen
from server.confidence.models import DONE, NEW, Report
from server.confidence.visits import join
from server.db import insert_into, new_id
from server.errors import NotFound
from server.suggestions.judges import judged_by
from server.suggestions.models import CENTRE, ETHICS
from server.suggestions.naming import Named, named_in
from server.suggestions.roster import roster_for
from server.suggestions.service import CodeTaken, clean
from server.times import shanghai_day, utc_now

TABLE = cast("Table", Report.__table__)


@dataclass(frozen=True)
class NewReport:
    """What a family reports. `reasons` are codes of five_no; `to` is ethics (the school's 师德专员) or centre (nobody at school).

    `visited_staff_ids`: who came, as far as the page knows; whoever goes along is added by itself when the visit of
    `ticket_id` arrives. `code_hash`: of the 查询码 (`receipts.hash_of`).
    """

    school_id: str
    source: str
    ref: str
    reasons: tuple[str, ...]
    text: str
    to: str = ETHICS
    visited_staff_ids: tuple[str, ...] = ()
    class_id: str | None = None
    student_id: str | None = None
    visit_id: str | None = None
    ticket_id: str | None = None
    code_hash: str | None = None
    reply_wanted: bool = False


@dataclass(frozen=True)
class Reported:
    """What the writer of a page reports on it; no other row of the page tells that they did."""

    reasons: tuple[str, ...] = ()
    text: str = ""
    to: str = ETHICS  # or centre: nobody at the school
    reply_wanted: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is anything to report."""
        return bool(self.reasons or clean(self.text))

    def reached_by(self, number: str) -> "Reported":
        """Give it with a number that was left beside no other words: it is for whoever handles the report, who alone reads it then."""
        return replace(self, text=f"{self.text}\n电话：{number}") if number else self


NOTHING = Reported()


@dataclass(frozen=True)
class Outcome:
    """What its writer may read with the 查询码: whether it was handled, and the reply, if there is one."""

    handled_on: date | None
    reply: str
    replied_on: date | None


def report(session: Session, new: NewReport) -> None:
    """Take a report in, and give it to whoever handles it: nobody whom it may be about.

    Without a reason and without words there is nothing to report, and nothing is kept.
    Raises: CodeTaken, if another writer was given the same 查询码.
    """
    words = clean(new.text)
    if not words and not new.reasons:
        return
    named = _named(session, new, words)
    now = utc_now()
    circle = CENTRE if new.to == CENTRE else judged_by(session, new.school_id, named, words)
    row: dict[str, Any] = {
        "id": new_id(),
        "school_id": new.school_id,
        "source": new.source,
        "ref": new.ref,
        "text": words,
    }
    row |= {"received_at": now, "waits_since": now, "circle": circle, "kept_from_school": new.to == CENTRE}
    row |= {"reasons": _in_order(new.reasons), "about_staff": list(named.staff), "about_duties": list(named.duties)}
    row |= {name: getattr(new, name) for name in ("class_id", "student_id", "visit_id", "ticket_id")}
    row |= {"code_hash": new.code_hash, "reply_wanted": new.reply_wanted}
    # Of two that come at once, PostgreSQL may look at either unique index first: both must let the second one pass.
    statement = insert_into(session, TABLE).on_conflict_do_nothing()
    fresh = session.scalar(statement.values(row).returning(TABLE.c.id)) is not None
    kept = find(session, new.source, new.ref)
    if kept is None:  # neither ours, nor that of somebody who was quicker and has committed
        raise CodeTaken
    if fresh:
        note(session, kept, "received", None)
        join(session, [kept])
    else:
        _add(session, kept, new, named)


def question_for(session: Session, source: str, ref: str) -> str | None:
    """Give the question that a report's handler put to its writer; None, if there is none or it is answered."""
    each = _get(session, source, ref)
    return each.question if each is not None and each.question and not each.answer else None


def answer_question(session: Session, source: str, ref: str, words: str) -> None:
    """Keep what the writer answers. Sent again it changes nothing; another answer is kept beside the first.

    Raises: NotFound, if nothing was asked.
    """
    each, answer = find(session, source, ref), clean(words)
    if each is None or not each.question:
        raise NotFound
    if not answer or answer in said(session, each, "answered"):
        return
    if not each.answer:
        each.answer, each.answered_at = answer, utc_now()
    note(session, each, "answered", None, answer)
    _wake(each)


def outcome_for(session: Session, source: str, ref: str) -> Outcome | None:
    """Give what the writer may read of a report; None, if there is no such report. Never its words, nor what was found."""
    each = _get(session, source, ref)
    if each is None:
        return None
    handled_on = shanghai_day(each.done_at) if each.done_at else None
    return Outcome(handled_on, each.reply, shanghai_day(each.replied_at) if each.replied_at else None)


def with_code(session: Session, code_hash: str) -> tuple[str, str] | None:
    """Find the report that a 查询码 was given for, as (source, ref); it opens also when all else of the family was erased."""
    found = session.execute(select(Report.source, Report.ref).where(Report.code_hash == code_hash)).one_or_none()
    return (found.source, found.ref) if found else None


def open_case_about(
    session: Session, *, student_id: str | None = None, visit_id: str | None = None, ref: tuple[str, str] | None = None
) -> bool:
    """Tell whether a report about a family, a visit or a page (source, ref) is still open: a deletion waits so long.

    The answer is for the deletion alone. Nobody may see from the page whether it waits for this or for its turn.
    """
    about: list[ColumnElement[bool]] = [false()]
    about += [Report.student_id == student_id] if student_id else []
    about += [Report.visit_id == visit_id] if visit_id else []
    about += [(Report.source == ref[0]) & (Report.ref == ref[1])] if ref else []
    query = select(Report.id).where(or_(*about), Report.state != DONE).limit(1)
    return session.scalar(query) is not None


def _named(session: Session, new: NewReport, words: str) -> Named:
    found = named_in(session, roster_for(session, new.school_id, words), words, new.class_id)
    return Named(tuple(sorted({*found.staff, *new.visited_staff_ids})), found.duties)


def _add(session: Session, kept: Report, new: NewReport, named: Named) -> None:
    """Keep beside a report what the same page said differently when it was sent again."""
    words = clean(new.text)
    more = words if words not in (kept.text, *said(session, kept, "added")) else ""
    reasons = [each for each in _in_order(new.reasons) if each not in kept.reasons]
    if more or reasons:
        labels = "、".join(listening().label("five_no", each) for each in reasons)
        kept.reasons = _in_order([*kept.reasons, *reasons])
        kept.about_duties = sorted({*kept.about_duties, *named.duties})
        note(session, kept, "added", None, more or labels)
        _wake(kept)
    if new.to == CENTRE and not kept.kept_from_school:
        kept.kept_from_school = True
        if kept.circle == ETHICS:
            to_centre(session, kept, "to_centre_chosen")
    widen(session, kept, set(named.staff))


def _wake(each: Report) -> None:
    """Let what was done with wait for its handler again: its writer has said more, and nobody was heard about that."""
    if each.state == DONE:
        each.state, each.finding, each.heard_at, each.done_at, each.waits_since = NEW, None, None, None, utc_now()
        each.found_about = None


def _get(session: Session, source: str, ref: str) -> Report | None:
    return session.scalar(select(Report).where(Report.source == source, Report.ref == ref))


def _in_order(reasons: tuple[str, ...] | list[str]) -> list[str]:
    return [each.code for each in listening().codes["five_no"] if each.code in reasons]
