"""What phones get of schools, classes, students, guardians and the program's own texts: one function a kind.

Each takes ids and gives `{id: row}`; the row is the same for all who hold its scope.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.schools.models import Guardian, PublishedText, School, SchoolClass, Student
from server.schools.settings import consent_basis, may_record

Row = dict[str, Any]


def class_rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
    """Give classes. Shapes: id, grade (7 to 9), number, name ("七年级1班")."""
    query = select(SchoolClass.id, SchoolClass.grade, SchoolClass.number, SchoolClass.name)
    return {each.id: dict(each._mapping) for each in session.execute(query.where(SchoolClass.id.in_(ids)))}  # noqa: SLF001  # a Row's public mapping


def student_rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
    """Give students, those that were erased excepted.

    Shapes: id, class_id, household_id (equal for siblings), name, pinyin ("zhang san"), initials ("zs"), left_on (ISO day
    or null), may_record (yes, no, unknown: nothing of who said what), may_photo (no, unknown, or how far photos may be
    used: archive, school, public).
    """
    query = select(Student, School.settings).join(School, School.id == Student.school_id)
    return {
        each.id: {
            "id": each.id,
            "class_id": each.class_id,
            "household_id": each.household_id,
            "name": each.name,
            "pinyin": each.pinyin,
            "initials": each.initials,
            "left_on": each.left_on.isoformat() if each.left_on else None,
            "may_record": may_record(each.may_record, consent_basis(settings)),
            "may_photo": each.may_photo,
        }
        for each, settings in session.execute(query.where(Student.id.in_(ids), Student.erased.is_(False)))
    }


def guardian_rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
    """Give guardians, for the 班主任 only. Shapes: id, student_id, relation (a code of `respondents`), name, phone or null."""
    query = select(Guardian.id, Guardian.student_id, Guardian.relation, Guardian.name, Guardian.phone)
    return {each.id: dict(each._mapping) for each in session.execute(query.where(Guardian.id.in_(ids)))}  # noqa: SLF001  # a Row's public mapping


def text_rows(kind: str) -> Callable[[Session, Sequence[str]], Mapping[str, Row]]:
    """Give the row function of one kind of published text.

    Shapes: `campaign`: id, key, school (its name), title, theme, document, dates, codes {field: [{code, label,
    short}]}, fields {id: label},
    writing {quiet_hours, banners, inside, openings, prompts, reminders};
    `card`: id, key, group (guide, notice, safety, sheet), title, text, order.
    """

    def rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
        query = select(PublishedText.id, PublishedText.key, PublishedText.body).where(
            PublishedText.kind == kind, PublishedText.id.in_(ids), PublishedText.withdrawn.is_(False)
        )
        return {id_: {"id": id_, "key": key, **body} for id_, key, body in session.execute(query)}

    return rows


campaign_rows = text_rows("campaign")
card_rows = text_rows("card")
