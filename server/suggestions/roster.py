"""Whom of a school words may name: loaded for these words only, so that a long roster costs one question."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CompoundSelect, String, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from server.accounts.duties import running
from server.accounts.models import Duty, Staff
from server.prepared import Prepared
from server.schools.models import Guardian, SchoolClass, Student
from server.times import shanghai_day, utc_now

NAME_MIN_CHARS = 2  # a sign by itself is a word before it is a name
HOMEROOM = "班主任"


@dataclass(frozen=True)
class Roster:
    """The people of one school as far as they may be named in some words; `given` are students' names less the surname."""

    students: Sequence[str]
    given: Sequence[str]
    guardians: Sequence[str]
    staff: Mapping[str, str]  # {id: name}, all of them
    classes: Mapping[str, str]  # {id: name}


PARTS = ("students", "given", "guardians", "staff", "classes")


def _everybody() -> CompoundSelect[tuple[str, str, str]]:
    """Ask for all whom the words `said` may name at a `school`, as (part, id, name)."""
    said, school = bindparam("said", type_=String), bindparam("school", type_=String)
    long_enough, rest = func.length(Student.name) >= NAME_MIN_CHARS, func.substr(Student.name, 2)
    students, given, guardians, staff, classes = map(literal, PARTS)
    ours = Student.school_id == school
    guardian = select(guardians, Guardian.id, Guardian.name).join(Student, Student.id == Guardian.student_id)
    a_class = select(classes, SchoolClass.id, SchoolClass.name)
    return union_all(
        select(students, Student.id, Student.name).where(ours, long_enough, said.contains(Student.name)),
        select(given, Student.id, rest).where(ours, func.length(Student.name) > NAME_MIN_CHARS, said.contains(rest)),
        guardian.where(ours, func.length(Guardian.name) >= NAME_MIN_CHARS, said.contains(Guardian.name)),
        select(staff, Staff.id, Staff.name).where(Staff.school_id == school),
        a_class.where(SchoolClass.school_id == school, said.contains(SchoolClass.name)),
    )


_MAY_BE_NAMED = Prepared(_everybody())


def roster_for(session: Session, school_id: str, text: str) -> Roster:
    """Load whom these words may name."""
    found: dict[str, dict[str, str]] = {part: {} for part in PARTS}
    for part, id_, name in sorted(_MAY_BE_NAMED.rows(session.connection(), {"school": school_id, "said": text})):
        found[part][id_] = name
    students, given, guardians = (sorted(set(found[part].values())) for part in PARTS[:3])
    return Roster(students, given, guardians, found["staff"], found["classes"])


def holders_of(session: Session, duty: str, class_ids: Iterable[str]) -> list[str]:
    """Find who has a duty (班主任, or a subject) for one of these classes today."""
    wanted = Duty.kind == "homeroom" if duty == HOMEROOM else (Duty.kind == "subject") & (Duty.subject == duty)
    query = select(Duty.staff_id).where(wanted, Duty.class_id.in_(sorted(class_ids)), running(_today()))
    return sorted(set(session.scalars(query)))


def staff_of_class(session: Session, class_id: str) -> set[str]:
    """Find who has a duty for a class today."""
    return set(session.scalars(select(Duty.staff_id).where(Duty.class_id == class_id, running(_today()))))


def with_duty_kinds(session: Session, school_id: str, kinds: Iterable[str]) -> set[str]:
    """Find a school's staff who have one of these kinds of duty today."""
    query = select(Duty.staff_id).join(Staff, Staff.id == Duty.staff_id)
    return set(session.scalars(query.where(Staff.school_id == school_id, Duty.kind.in_(kinds), running(_today()))))


def may_be_meant(session: Session, staff_id: str, duties: Iterable[str]) -> bool:
    """Tell whether a duty without a name may mean this person: they have it for some class today."""
    mine = select(Duty.kind, Duty.subject).where(Duty.staff_id == staff_id, running(_today()))
    held = {HOMEROOM if kind == "homeroom" else subject for kind, subject in session.execute(mine)}
    return not held.isdisjoint(duties)


def _today() -> date:
    return shanghai_day(utc_now())
