"""The steps of a case: 受理 → 核实 → 听取申辩 → 结论 → 处理, each with words, a day and who took it.

Every function opens its own transaction. It raises NotFound where the person may not handle the report, Clash where it has
moved on since their page was made (`seen`: the last thing done) or stands elsewhere; nothing is then changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Staff
from server.actor import Actor
from server.campaign.listening import listening
from server.confidence.cases import judged_anew, note, to_centre, widen
from server.confidence.models import ACCEPTED, CHECKING, DONE, FOUND, HEARD, NEW, OPEN, PROVEN, Report, ReportEvent
from server.confidence.officers import to_handle
from server.db import transaction
from server.errors import Clash, Unprocessable
from server.suggestions.models import CENTRE, ETHICS
from server.times import utc_now

MOVED_ON = "刚才有人办过这一件。您写的还在下面，请看过最新的情况再点一次。"
ORDER = "这一步要等前面的办好。请先看“办到哪一步”。"
WHO = "属实的，请选是哪位老师：办结后进这位老师的师德档案。"
CENTRES = "校领导和师德专员的事由中心定。请用下面的“请中心办理”转上去。"
HEAR_FIRST = "定为属实之前，要先听取对方申辩，并在上面记下。"


def accept(actor: Actor, report_id: str, seen: str) -> None:
    """Take it on: from now on the clock runs until it is closed."""
    with _step(actor, report_id, seen, (NEW,)) as (session, each):
        each.state, each.waits_since = ACCEPTED, utc_now()
        note(session, each, "accepted", actor.staff_id)


def check(actor: Actor, report_id: str, seen: str, words: str, on: date) -> None:
    """Write down what was looked into, and on which day."""
    with _step(actor, report_id, seen, OPEN) as (session, each):
        each.state = CHECKING if each.state == ACCEPTED else each.state
        note(session, each, "checked", actor.staff_id, _on(on, words))


def hear(actor: Actor, report_id: str, seen: str, words: str, on: date) -> None:
    """Write down that the teacher was told and could object, and what they said; without it nothing is ever 属实."""
    with _step(actor, report_id, seen, OPEN) as (session, each):
        each.state, each.heard_at = HEARD, utc_now()
        note(session, each, "heard", actor.staff_id, _on(on, words))


def conclude(actor: Actor, report_id: str, seen: str, finding: str, words: str, about: str = "") -> None:
    """Say what was found; of whom (`about`, a staff id), where it is 属实: once it is closed, it goes into their file.

    Raises: Unprocessable, if it would be 属实 and the teacher was not heard, or nobody of the school is named, or somebody whom
    the centre judges.
    """
    with _step(actor, report_id, seen, (CHECKING, HEARD)) as (session, each):
        if finding == PROVEN and each.heard_at is None:
            raise Unprocessable(message=HEAR_FIRST, details={"field": "finding"})
        found = [listening().label("finding", finding), words]
        if finding == PROVEN:
            person, circle = _of_school(session, actor, each, about), each.circle
            widen(session, each, {person.id})
            if each.circle != circle:
                raise Unprocessable(message=CENTRES, details={"field": "about"})
            each.found_about = person.id
            found.insert(1, person.name)
        each.state, each.finding = FOUND, finding
        note(session, each, "found", actor.staff_id, "\n".join(found))


def settle(actor: Actor, report_id: str, seen: str, words: str) -> None:
    """Write down what was done about it; the case is closed then."""
    with _step(actor, report_id, seen, (FOUND,)) as (session, each):
        each.state, each.done_at = DONE, utc_now()
        note(session, each, "done", actor.staff_id, words)


def reopen(actor: Actor, report_id: str, seen: str, words: str) -> None:
    """Look into it again; whoever is then to be found guilty is heard again."""
    with _step(actor, report_id, seen, (FOUND, DONE)) as (session, each):
        each.state, each.finding, each.heard_at, each.done_at = CHECKING, None, None, None
        each.found_about = None
        each.waits_since = utc_now()
        note(session, each, "reopened", actor.staff_id, words)


def reply(actor: Actor, report_id: str, seen: str, words: str) -> None:
    """Tell its writer something, readable with the 查询码; a later reply takes the place of an earlier one."""
    with _step(actor, report_id, seen, (*OPEN, FOUND, DONE)) as (session, each):
        each.reply, each.replied_at = words, utc_now()
        note(session, each, "replied", actor.staff_id, words)


def ask(actor: Actor, report_id: str, seen: str, words: str) -> None:
    """Put the one question to its writer.

    Raises: Clash, if one was put before.
    """
    with _step(actor, report_id, seen, OPEN) as (session, each):
        if each.question:
            raise Clash(message="已经问过一次了。只能问一次。")
        each.question = words
        note(session, each, "asked", actor.staff_id, words)


def pass_up(actor: Actor, report_id: str, seen: str, words: str) -> None:
    """Give it to the centre, with the reason: the school sees it no more."""
    with _step(actor, report_id, seen, (NEW, *OPEN)) as (session, each):
        if each.circle != ETHICS:
            raise Clash(message=ORDER)
        to_centre(session, each, "to_centre_passed", actor.staff_id, words)


def hand_back(actor: Actor, report_id: str, seen: str, words: str) -> None:
    """Give it back to the school's 师德专员, with words; they accept it anew, and the clock begins again.

    Raises: Clash, if its writer chose the centre, or the one who would get it may be the one whom it is about.
    """
    with _step(actor, report_id, seen, (NEW, *OPEN)) as (session, each):
        if not may_go_back(session, each):
            raise Clash(message="这一件不能交回学校：家长选了只给中心，或者它说到学校里受理的人。")
        each.circle, each.state, each.waits_since = ETHICS, NEW, utc_now()
        note(session, each, "handed_back", actor.staff_id, words)


def may_go_back(session: Session, each: Report) -> bool:
    """Tell whether the centre may give a report to the school."""
    return each.circle == CENTRE and not each.kept_from_school and judged_anew(session, each) == ETHICS


def last_done(session: Session, report_id: str) -> str:
    """Give the id of the last thing that was done about a report."""
    theirs = select(ReportEvent.id).where(ReportEvent.report_id == report_id)
    return session.scalar(theirs.order_by(ReportEvent.id.desc()).limit(1)) or ""


def _of_school(session: Session, actor: Actor, each: Report, staff_id: str) -> Staff:
    person = session.get(Staff, staff_id)
    if person is None or person.school_id != each.school_id or person.id == actor.staff_id:
        raise Unprocessable(message=WHO, details={"field": "about"})
    return person


@contextmanager
def _step(actor: Actor, report_id: str, seen: str, states: tuple[str, ...]) -> Iterator[tuple[Session, Report]]:
    with transaction() as session:
        each = to_handle(session, actor, report_id)
        if last_done(session, report_id) != seen:
            raise Clash(message=MOVED_ON)
        if each.state not in states:
            raise Clash(message=ORDER)
        yield session, each


def _on(day: date, words: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日\n{words}"
