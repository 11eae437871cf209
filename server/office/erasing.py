"""Erasures in their turn: the desk orders one, the machine does it, and nothing on any page tells what one waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.access import Read, write_reads
from server.actor import Actor
from server.confidence.service import open_case_about
from server.db import reading, transaction
from server.errors import Clash, NotFound, Unprocessable
from server.families.models import DELETE, WORKING, Erasure, FamilyRequest
from server.families.service import find, note
from server.feedback.models import Feedback
from server.feedback.telling import SOURCE
from server.photos.desk import Desk
from server.schools.models import Student
from server.sync import erasure
from server.times import utc_now

LEFT_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class Order:
    """What the desk decided: the name that was typed, why, and the family's request where there is one."""

    name: str
    reason: str
    request_id: str | None = None


def order(actor: Actor, school_id: str, student_id: str, said: Order) -> None:
    """Let a child's records be erased when their turn comes. Ordered again, it stands as it was.

    Raises: NotFound; Unprocessable, if another name was typed; Clash, if the request was not checked. Nothing is changed then.
    """
    with transaction() as session:
        student = session.get(Student, student_id, with_for_update=True)
        if student is None or student.school_id != school_id or student.erased:
            raise NotFound
        if student.name != said.name:
            raise Unprocessable(message="姓名和这个孩子的不一样，没有删除。请核对是不是这个孩子。")
        if session.get(Erasure, student_id) is not None:
            return
        if said.request_id is not None:
            _of_request(session, school_id, student_id, said.request_id, actor)
        session.add(
            Erasure(
                student_id=student_id,
                school_id=school_id,
                request_id=said.request_id,
                reason=said.reason,
                by=actor.staff_id,
                ordered_at=utc_now(),
                left_visits=[],
            )
        )
        write_reads(session, actor, "order_erasure", [Read(f"student:{student_id}")])


def call_off(actor: Actor, school_id: str, student_id: str) -> None:
    """Take an order back while it waits; doing it again changes nothing.

    Raises: NotFound, if the child is erased already.
    """
    with transaction() as session:
        student = session.get(Student, student_id, with_for_update=True)
        if student is None or student.school_id != school_id or student.erased:
            raise NotFound
        each = session.get(Erasure, student_id)
        if each is None:
            return
        if each.request_id is not None:
            note(session, find(session, school_id, each.request_id), "called_off", actor.staff_id)
        session.delete(each)
        write_reads(session, actor, "call_off_erasure", [Read(f"student:{student_id}")])


def ordered(session: Session, student_id: str) -> datetime | None:
    """Tell since when a child's erasure waits; None, if none was ordered."""
    each = session.get(Erasure, student_id)
    return each.ordered_at if each is not None and each.done_at is None else None


def left_to_read(session: Session, school_id: str) -> list[Sequence[str]]:
    """Give, for each erasure of the last 30 days that left some, the visits for a person to read."""
    query = select(Erasure.left_visits).where(Erasure.school_id == school_id, Erasure.done_at > utc_now() - LEFT_SHOWN)
    return [visits for visits in session.scalars(query.order_by(Erasure.done_at.desc())) if visits]


def erase_in_turn(desk: Desk) -> int:
    """Erase the children whose turn has come; gives how many.

    A child's turn comes once no report in confidence about the family is open: such an order stays exactly as it is.
    """
    with reading() as session:
        waiting = session.scalars(select(Erasure).where(Erasure.done_at.is_(None)).order_by(Erasure.ordered_at)).all()
        due = [each for each in waiting if not _case_is_open(session, each)]
    for each in due:
        _erase(desk, each)
    return len(due)


def _erase(desk: Desk, each: Erasure) -> None:
    by = Actor(each.by, "", "", each.school_id, frozenset())
    left = erasure.erase(desk, each.student_id, by, each.reason)
    with transaction() as session:
        session.get_one(Erasure, each.student_id).left_visits = list(left)


def _case_is_open(session: Session, each: Erasure) -> bool:
    if open_case_about(session, student_id=each.student_id):
        return True
    answers = Feedback.student_id == each.student_id
    if each.request_id is not None:
        asked_with = select(FamilyRequest.feedback_id).where(FamilyRequest.id == each.request_id)
        answers |= Feedback.id.in_(asked_with)
    forms = session.scalars(select(Feedback.form_id).where(answers))
    return any(open_case_about(session, ref=(SOURCE, form)) for form in forms)


def _of_request(session: Session, school_id: str, student_id: str, request_id: str, actor: Actor) -> None:
    each = find(session, school_id, request_id)
    if each.student_id != student_id or each.kind != DELETE:
        raise NotFound
    if each.state != WORKING:
        raise Clash(message="请先核实是不是监护人，再删除。")
    note(session, each, "erase_ordered", actor.staff_id)
