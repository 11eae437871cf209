"""Centres, schools, classes, students and their guardians: taking them in. Sets at a time, for rosters are long."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert
from sqlalchemy.orm import Session

from server.db import RowChange, new_id, note_change
from server.schools.models import Centre, Guardian, School, SchoolClass, Student
from server.schools.pinyin import pinyin_of

GRADES = {7: "七年级", 8: "八年级", 9: "九年级"}


@dataclass(frozen=True)
class NewGuardian:
    """Someone who answers for a student; `relation` is father, mother, grandparent or other_guardian."""

    relation: str
    name: str
    phone: str | None = None


@dataclass(frozen=True)
class NewStudent:
    """One student to take in. Siblings are given the same household id; alone, a student gets one of their own."""

    name: str
    household_id: str | None = None
    guardians: tuple[NewGuardian, ...] = field(default=())


def add_centre(session: Session, name: str) -> str:
    """Take an education centre in; gives its id."""
    centre = Centre(id=new_id(), name=name)
    session.add(centre)
    session.flush()
    return centre.id


def add_school(session: Session, centre_id: str, name: str) -> str:
    """Take a school in; gives its id. Its phones have the campaign's texts after the next `publish`."""
    school = School(id=new_id(), centre_id=centre_id, name=name)
    session.add(school)
    session.flush()
    return school.id


def add_class(session: Session, school_id: str, grade: int, number: int) -> str:
    """Take a class in, named as the school says it (七年级1班); gives its id."""
    made = SchoolClass(
        id=new_id(), school_id=school_id, grade=grade, number=number, name=f"{GRADES[grade]}{number}班", rev=1
    )
    session.add(made)
    session.flush()
    note_change(session, RowChange(school_id, "class", made.id, made.rev, (f"school:{school_id}",)))
    return made.id


def add_students(session: Session, school_id: str, class_id: str, new: Sequence[NewStudent]) -> list[str]:
    """Take students in with their guardians; gives the students' ids, in the same order."""
    ids = [new_id() for _ in new]
    if not new:
        return ids
    students = [_student(id_, school_id, class_id, each) for id_, each in zip(ids, new, strict=True)]
    guardians = [
        {"id": new_id(), "student_id": id_, "relation": one.relation, "name": one.name, "phone": one.phone, "rev": 1}
        for id_, each in zip(ids, new, strict=True)
        for one in each.guardians
    ]
    session.execute(insert(Student), students)
    if guardians:
        session.execute(insert(Guardian), guardians)
    for id_ in ids:
        note_change(session, RowChange(school_id, "student", id_, 1, (f"class:{class_id}",)))
    for one in guardians:
        note_change(session, RowChange(school_id, "guardian", str(one["id"]), 1, (f"care:{class_id}",)))
    return ids


def _student(id_: str, school_id: str, class_id: str, new: NewStudent) -> dict[str, object]:
    pinyin, initials = pinyin_of(new.name)
    return {
        "id": id_,
        "school_id": school_id,
        "class_id": class_id,
        "household_id": new.household_id or new_id(),
        "name": new.name,
        "pinyin": pinyin,
        "initials": initials,
        "left_on": None,
        "may_record": "unknown",
        "erased": False,
        "rev": 1,
    }
