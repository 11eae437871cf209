"""A student changes class: their visits, private parts, conflicts and guardians follow, and the old class lets them go.

A brother's or sister's visit that tells of the student as well stays where it is, and goes to the new class besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from server import news
from server.consents import service as consents
from server.db import RowChange, note_change
from server.errors import NotFound
from server.records import scopes
from server.records.conflicts import CONFLICTS
from server.records.edits import Ref
from server.records.store import RECORDS, RecordState
from server.schools.models import Guardian, SchoolClass, Student
from server.times import utc_now
from server.visits.context import Context
from server.visits.duplicates import FACTS
from server.visits.finishing import RecordsChanged
from server.visits.kinds import KINDS
from server.visits.siblings import Siblings, tells_of


@dataclass(frozen=True)
class Family:
    """What is locked of one student; `shared` are the visits of brothers and sisters that tell of the student as well."""

    student: Student | None
    records: list[RecordState]
    shared: list[RecordState]


def move_student(session: Session, student_id: str, class_id: str) -> None:
    """Move a student to another class, of another school too; `class_id` in a visit's fields stays that of its day.

    Raises: NotFound, if there is no such student or class, or only ids are left of the student; nothing is changed.
    On PostgreSQL a batch that waits for the same family may end the transaction by a deadlock (40P01): the caller, who owns
    the transaction, runs it again.
    """
    context = Context(session, utc_now())
    family = lock_family(context, student_id)
    records, student = family.records, family.student
    target = session.get(SchoolClass, class_id)
    if student is None or student.erased or target is None:
        raise NotFound
    left = student.class_id
    if left == class_id:
        return
    told = [*records, *family.shared]
    before = {record.ref: context.audience(record) for record in told}
    for record in records:
        record.class_id, record.school_id = class_id, target.school_id
    student.class_id, student.school_id = class_id, target.school_id
    consents.settle(session, student)  # another school asks anew
    _write(session, records, class_id, target.school_id)
    session.flush()
    context.siblings = Siblings(session)  # what it knew is of the old class
    note_change(session, _change(student.school_id, "student", student_id, student.rev, _classes(class_id, left)))
    for id_, rev in session.execute(select(Guardian.id, Guardian.rev).where(Guardian.student_id == student_id)):
        note_change(session, _change(student.school_id, "guardian", id_, rev, _cares(class_id, left)))
    _note_records(context, told, before)
    news.tell(session, RecordsChanged(told))


def lock_family(context: Context, student_id: str) -> Family:
    """Lock a student and all records that tell of them, so that no edit is applied to them meanwhile.

    Records first and then the student, as the edits do; what came in between is locked then.
    """
    session = context.session
    names = select(RECORDS.c.kind, RECORDS.c.id).where(or_(RECORDS.c.student_id == student_id, tells_of(student_id)))
    context.work.load(Ref(*name) for name in session.execute(names))
    student = session.scalar(
        select(Student).where(Student.id == student_id).with_for_update().execution_options(populate_existing=True)
    )
    context.work.load(Ref(*name) for name in session.execute(names))
    found = [record for _, record in sorted(context.work.records.items()) if record is not None]
    theirs = [record for record in found if record.student_id == student_id]
    return Family(student, theirs, [record for record in found if record.student_id != student_id])


def conflicts_of(records: Sequence[RecordState]) -> ColumnElement[bool]:
    """Find the conflicts of these records, settled ones too."""
    ids = sorted({record.id for record in records})
    return CONFLICTS.c.record_kind.in_(sorted(KINDS)) & CONFLICTS.c.record_id.in_(ids)


def _write(session: Session, records: Sequence[RecordState], class_id: str, school_id: str) -> None:
    place = {"class_id": class_id, "school_id": school_id}
    for kind in sorted({record.kind for record in records}):
        ids = [record.id for record in records if record.kind == kind]
        session.execute(update(RECORDS).where(RECORDS.c.kind == kind, RECORDS.c.id.in_(ids)).values(place))
    visits = [record.id for record in records if record.kind == "visit"]
    session.execute(update(FACTS).where(FACTS.c.visit_id.in_(visits)).values(place))


def _note_records(context: Context, records: Sequence[RecordState], before: dict[Ref, tuple[str, ...]]) -> None:
    session, by_ref = context.session, {record.ref: record for record in records}
    for record in records:
        moved = (context.audience(record), before[record.ref])
        note_change(session, _change(record.school_id, record.kind, record.id, record.rev, moved))
    query = select(CONFLICTS.c.id, CONFLICTS.c.record_kind, CONFLICTS.c.record_id, CONFLICTS.c.rev, CONFLICTS.c.readers)
    for id_, kind, record_id, rev, readers in session.execute(query.where(conflicts_of(records))).all():
        ref = Ref(kind, record_id)
        if ref not in by_ref:
            continue  # of the private part of a visit that is another child's: it has the readers that it had
        record = by_ref[ref]
        session.execute(update(CONFLICTS).where(CONFLICTS.c.id == id_).values(school_id=record.school_id))
        moved = (context.conflict_audience(readers, record), before[record.ref])
        note_change(session, _change(record.school_id, "conflict", id_, rev, moved))


def _change(school_id: str, kind: str, id_: str, rev: int, moved: tuple[tuple[str, ...], tuple[str, ...]]) -> RowChange:
    """Tell the feed about a row that has moved: (its audiences now, those of before)."""
    now, before = moved
    return RowChange(school_id, kind, id_, rev, now, tuple(scope for scope in before if scope not in now))


def _classes(now: str, before: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (scopes.of_class(now),), (scopes.of_class(before),)


def _cares(now: str, before: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (scopes.care(now),), (scopes.care(before),)
