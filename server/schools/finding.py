"""Finding a student of a school by what one can type: the name, its pinyin, or its initials."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.schools.models import SchoolClass, Student

FOUND_MAX = 20


@dataclass(frozen=True)
class Found:
    """One student, and the class that tells two of the same name apart."""

    id: str
    name: str
    class_name: str


def find_students(session: Session, school_id: str, typed: str) -> Sequence[Found]:
    """Find up to 20 students of a school whose name, pinyin or initials begin with what was typed, by class."""
    words = typed.strip().lower()
    if not words:
        return []
    spelt = Student.pinyin.startswith(words, autoescape=True)
    run_on = Student.initials.startswith(words, autoescape=True)
    query = (
        select(Student.id, Student.name, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == Student.class_id)
        .where(
            Student.school_id == school_id,
            Student.erased.is_(False),
            or_(Student.name.startswith(words, autoescape=True), spelt, run_on),
        )
        .order_by(SchoolClass.grade, SchoolClass.number, Student.pinyin, Student.id)
        .limit(FOUND_MAX)
    )
    return [Found(*row) for row in session.execute(query)]
