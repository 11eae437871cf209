"""电话代填: the office fills the form in for a family on the telephone that cannot type; marked as such wherever it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.accounts.access import Read, write_reads
from server.accounts.models import Duty, Staff
from server.actor import Actor
from server.db import transaction
from server.errors import NotFound
from server.feedback.links import link_of, secret_of
from server.feedback.saying import Said
from server.feedback.service import Sending, send
from server.feedback.tickets import TicketPlace, issue
from server.schools.models import Student
from server.schools.settings import settings_of
from server.times import shanghai_day, utc_now

ON_DUTY = {"homeroom": "班主任", "subject": "", "leader": "联系班级的校领导"}


@dataclass(frozen=True)
class Entered:
    """It is in: the code to read to the family, its link, and whether the words ask for the numbers for help at once."""

    code: str
    link: str
    urgent: bool


def enter(actor: Actor, student_id: str, staff_id: str, form: Sending, said: Said) -> Entered:
    """Keep what a family said on the telephone about a teacher's visit. The same form sent again has no second effect.

    Raises: NotFound, if the student or the teacher is not of the actor's school; TooManyTries. Nothing is kept then.
    """
    with transaction() as session:
        student, teacher = session.get(Student, student_id), session.get(Staff, staff_id)
        school_id = actor.school_id
        if school_id is None or student is None or student.erased or teacher is None:
            raise NotFound
        if {student.school_id, teacher.school_id} != {school_id}:
            raise NotFound
        place = TicketPlace(school_id, staff_id, class_id=student.class_id, student_id=student_id, id=form.id)
        days = settings_of(session, school_id).ticket_days
        issue(session, place, shanghai_day(utc_now()) + timedelta(days=days))
        write_reads(session, actor, "answer_by_phone", [Read(f"student:{student_id}")])
    sent = send(secret_of(form.id), Sending(form.id, form.address, actor.staff_id), said)
    return Entered(sent.code, link_of(form.id), sent.urgent)


def teachers_of_class(session: Session, class_id: str, today: date) -> Sequence[tuple[str, str]]:
    """Give who is on duty for a class, the 班主任 first, each (id, name and duty)."""
    query = (
        select(Staff.id, Staff.name, Duty.kind, Duty.subject)
        .join(Duty, Duty.staff_id == Staff.id)
        .where(Duty.class_id == class_id, Duty.kind.in_(ON_DUTY), Duty.from_on <= today)
        .where(or_(Duty.to_on.is_(None), Duty.to_on >= today))
    )
    order = list(ON_DUTY)
    rows = sorted(session.execute(query), key=lambda row: (order.index(row[2]), row[1]))
    duties = {id_: (name, ON_DUTY[kind] or subject or "") for id_, name, kind, subject in reversed(rows)}
    first = dict.fromkeys(row[0] for row in rows)
    return [(id_, f"{duties[id_][0]}（{duties[id_][1]}）" if duties[id_][1] else duties[id_][0]) for id_ in first]
