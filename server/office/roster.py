"""Putting right what the list says of a family: a child's name, a guardian, a child that left. The phones are told; each deed is logged."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server.accounts.access import Read, write_reads
from server.actor import Actor
from server.db import RowChange, new_id, note_change, transaction
from server.errors import NotFound
from server.records import scopes
from server.schools.models import Guardian, Student
from server.schools.pinyin import pinyin_of


@dataclass(frozen=True)
class GuardianWords:
    """What is known of a guardian; `relation` as `schools.service.NewGuardian` has it."""

    relation: str
    name: str
    phone: str | None


def guardian_of(session: Session, student_id: str, guardian_id: str) -> Guardian:
    """Find a guardian of a child.

    Raises: NotFound.
    """
    guardian = session.get(Guardian, guardian_id)
    if guardian is None or guardian.student_id != student_id:
        raise NotFound
    return guardian


def rename(actor: Actor, school_id: str, student_id: str, name: str) -> None:
    """Put a child's name right, and with it how it is found; the class's phones get it at their next pull.

    Raises: NotFound, if the school has no such child.
    """
    with transaction() as session:
        student = _locked(session, school_id, student_id)
        if student.name == name:
            return
        student.name, student.rev = name, student.rev + 1
        student.pinyin, student.initials = pinyin_of(name)
        _tell_class(session, student)
        write_reads(session, actor, "rename_student", [Read(f"student:{student_id}")])


def leave(actor: Actor, school_id: str, student_id: str, last_day: date | None) -> None:
    """Say on which day a child was here for the last time, or with None that it stays after all.

    Nothing that was written goes: a visit that is still on a phone is taken in as before.

    Raises: NotFound, if the school has no such child.
    """
    with transaction() as session:
        student = _locked(session, school_id, student_id)
        if student.left_on == last_day:
            return
        student.left_on, student.rev = last_day, student.rev + 1
        _tell_class(session, student)
        deed = "keep_student" if last_day is None else "leave_student"
        write_reads(session, actor, deed, [Read(f"student:{student_id}")])


def put_right(actor: Actor, school_id: str, student_id: str, guardian_id: str, words: GuardianWords) -> None:
    """Put a guardian right; only the 班主任's phone gets it.

    Raises: NotFound, if the school has no such child, or the child no such guardian.
    """
    with transaction() as session:
        student = _locked(session, school_id, student_id)
        guardian = guardian_of(session, student_id, guardian_id)
        if (guardian.relation, guardian.name, guardian.phone) == (words.relation, words.name, words.phone):
            return
        guardian.relation, guardian.name, guardian.phone = words.relation, words.name, words.phone
        guardian.rev += 1
        _tell(session, student, guardian)
        write_reads(session, actor, "edit_guardian", [Read(f"student:{student_id}")])


def add_guardian(actor: Actor, school_id: str, student_id: str, words: GuardianWords) -> None:
    """Take a guardian in.

    Raises: NotFound, if the school has no such child.
    """
    with transaction() as session:
        student = _locked(session, school_id, student_id)
        guardian = Guardian(
            id=new_id(), student_id=student_id, relation=words.relation, name=words.name, phone=words.phone, rev=1
        )
        session.add(guardian)
        session.flush()
        _tell(session, student, guardian)
        write_reads(session, actor, "add_guardian", [Read(f"student:{student_id}")])


def _tell_class(session: Session, student: Student) -> None:
    seen_by = (scopes.of_class(student.class_id),)
    note_change(session, RowChange(student.school_id, "student", student.id, student.rev, seen_by))


def _tell(session: Session, student: Student, guardian: Guardian) -> None:
    care = (scopes.care(student.class_id),)
    note_change(session, RowChange(student.school_id, "guardian", guardian.id, guardian.rev, care))


def _locked(session: Session, school_id: str, student_id: str) -> Student:
    student = session.get(Student, student_id, with_for_update=True)
    if student is None or student.school_id != school_id or student.erased:
        raise NotFound
    return student
