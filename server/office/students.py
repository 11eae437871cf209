"""A school's students as its office keeps them: by class, one child, and what can be done for them. Each deed is logged."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.accounts.access import Read, write_reads
from server.accounts.models import Staff
from server.actor import Actor
from server.db import transaction
from server.errors import NotFound
from server.office.people import class_names, homeroom_teachers
from server.oversight.words import day_text
from server.photos.models import PhotoUse
from server.records.models import Record
from server.schools.models import Guardian, SchoolClass, Student
from server.schools.service import NewStudent, add_students
from server.visits.models import VisitFacts
from server.visits.moving import move_student

ATTEMPTS = 5
log = logging.getLogger("jiafang.office")


@dataclass(frozen=True)
class ClassLine:
    """One class in the list, with how many students it has."""

    id: str
    name: str
    students: int
    homeroom: Sequence[str]


@dataclass(frozen=True)
class StudentSheet:
    """One student: their class, guardians, and how much the school has written down."""

    id: str
    name: str
    class_id: str
    class_name: str
    guardians: Sequence[Guardian]
    visits: int
    photos: int
    left_on: date | None
    """The last day here."""


def classes_of(session: Session, school_id: str, today: date) -> list[ClassLine]:
    """List a school's classes, in their order; a child is counted until its last day."""
    counted = (
        select(Student.class_id, func.count())
        .where(Student.school_id == school_id, Student.here_on(today))
        .group_by(Student.class_id)
    )
    sizes = {class_id: size for class_id, size in session.execute(counted)}  # noqa: C416  # a Row is no pair to the type checker
    return [
        ClassLine(id_, name, sizes.get(id_, 0), homeroom_teachers(session, id_, today))
        for id_, name in class_names(session, school_id).items()
    ]


def class_of(session: Session, school_id: str, class_id: str) -> SchoolClass:
    """Find a class of a school.

    Raises: NotFound, if the school has no such class.
    """
    room = session.get(SchoolClass, class_id)
    if room is None or room.school_id != school_id:
        raise NotFound
    return room


def roster(session: Session, class_id: str) -> Sequence[Student]:
    """List a class's students by pinyin."""
    theirs = select(Student).where(Student.class_id == class_id, Student.erased.is_(False))
    return session.scalars(theirs.order_by(Student.pinyin, Student.id)).all()


def student_of(session: Session, school_id: str, student_id: str) -> StudentSheet:
    """Read one student of a school.

    Raises: NotFound, if the school has no such student, or only ids are left.
    """
    student = _one(session, school_id, student_id)
    visits = select(Record.id).where(
        Record.kind == "visit", Record.student_id == student_id, Record.merged_into.is_(None)
    )
    named = select(func.count(PhotoUse.sha256.distinct())).where(
        PhotoUse.kind == "visit", PhotoUse.record_id.in_(visits), PhotoUse.named
    )
    guardians = session.scalars(select(Guardian).where(Guardian.student_id == student_id).order_by(Guardian.id)).all()
    return StudentSheet(
        student.id,
        student.name,
        student.class_id,
        class_of(session, school_id, student.class_id).name,
        guardians,
        session.scalar(select(func.count()).select_from(visits.subquery())) or 0,
        session.scalar(named) or 0,
        student.left_on,
    )


def add(actor: Actor, class_id: str, new: NewStudent) -> str:
    """Take a student in; gives their id.

    Raises: NotFound, if the school has no such class.
    """
    with transaction() as session:
        room = class_of(session, _school(actor), class_id)
        (student_id,) = add_students(session, room.school_id, class_id, [new])
        write_reads(session, actor, "add_student", [Read(f"student:{student_id}")])
    return student_id


def move(actor: Actor, student_id: str, class_id: str) -> None:
    """Move a student to another class of the school, with everything written about them.

    Raises: NotFound, if the school has no such student or class.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction() as session:
                _one(session, _school(actor), student_id)
                class_of(session, _school(actor), class_id)
                session.expire_all()  # what was looked at here is read again under its lock
                move_student(session, student_id, class_id)
                write_reads(session, actor, "move_student", [Read(f"student:{student_id}")])
        except DBAPIError:
            if attempt == ATTEMPTS:
                raise  # it lost to edits that arrived in the same moment, again and again
            log.warning("a move lost a race and is tried again")
        else:
            return


@dataclass(frozen=True)
class LeftVisit:
    """A visit to a brother or sister that had told of an erased child as well: its words may still speak of them."""

    id: str
    student: str
    teacher: str
    day: str


def left_visits(session: Session, school_id: str, visit_ids: Sequence[str]) -> list[LeftVisit]:
    """Name visits of a school that a person has to read after an erasure, oldest first; others are passed over."""
    query = (
        select(VisitFacts.visit_id, Student.name, Staff.name, VisitFacts.visit_date)
        .join(Student, Student.id == VisitFacts.student_id)
        .join(Staff, Staff.id == VisitFacts.author_id)
        .where(VisitFacts.school_id == school_id, VisitFacts.visit_id.in_(visit_ids), Student.erased.is_(False))
    )
    rows = session.execute(query.order_by(VisitFacts.visit_date, VisitFacts.visit_id))
    return [LeftVisit(id_, name, by, day_text(day) if day else "没写日期") for id_, name, by, day in rows]


def _one(session: Session, school_id: str, student_id: str) -> Student:
    student = session.get(Student, student_id)
    if student is None or student.school_id != school_id or student.erased:
        raise NotFound
    return student


def _school(actor: Actor) -> str:
    if actor.school_id is None:
        raise NotFound
    return actor.school_id
