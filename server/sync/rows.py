"""What a phone gets of each kind of record: one function a kind, the same row for all who hold its scope."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Staff
from server.records.models import Record
from server.schools.models import Guardian, SchoolClass, Student

Row = dict[str, Any]
RowFunction = Callable[[Session, Sequence[str]], Mapping[str, Row]]


def render(session: Session, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    """Make the rows of these records, (kind, id), each kind in one go.

    Returns: {(kind, id): row}; a record that is not there has none.
    """
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, id_ in dict.fromkeys(wanted):
        by_kind[kind].append(id_)
    made: dict[tuple[str, str], Row] = {}
    for kind, ids in by_kind.items():
        made |= {(kind, id_): row for id_, row in ROWS[kind](session, ids).items()}
    return made


def _columns(model: Any, *names: str) -> RowFunction:
    def rows(session: Session, ids: Sequence[str]) -> dict[str, Row]:
        columns = [getattr(model, name) for name in names]
        query = select(*columns).where(model.id.in_(ids))
        return {row[0]: dict(zip(names, row, strict=True)) for row in session.execute(query)}

    return rows


def _record(kind: str) -> RowFunction:
    def rows(session: Session, ids: Sequence[str]) -> dict[str, Row]:
        query = select(Record.id, Record.fields).where(Record.kind == kind, Record.id.in_(ids))
        return {id_: {"id": id_, **fields} for id_, fields in session.execute(query)}

    return rows


ROWS: Mapping[str, RowFunction] = {
    "class": _columns(SchoolClass, "id", "grade", "number", "name"),
    "student": _columns(Student, "id", "class_id", "household_id", "name", "pinyin", "initials"),
    "guardian": _columns(Guardian, "id", "student_id", "relation", "name", "phone"),
    "staff": _columns(Staff, "id", "name"),
    "visit": _record("visit"),
    "visit_private": _record("visit_private"),
    "reflection": _record("reflection"),
    "opinion": _record("opinion"),
}
