"""What a phone gets of each kind of record: one function a kind, the same row for all who hold its scope."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.rows import staff_rows
from server.records.models import Record
from server.schools import rows as schools

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


def _record(kind: str) -> RowFunction:
    def rows(session: Session, ids: Sequence[str]) -> dict[str, Row]:
        query = select(Record.id, Record.fields).where(Record.kind == kind, Record.id.in_(ids))
        return {id_: {"id": id_, **fields} for id_, fields in session.execute(query)}

    return rows


ROWS: Mapping[str, RowFunction] = {
    "campaign": schools.campaign_rows,
    "card": schools.card_rows,
    "class": schools.class_rows,
    "student": schools.student_rows,
    "guardian": schools.guardian_rows,
    "staff": staff_rows,
    "visit": _record("visit"),
    "visit_private": _record("visit_private"),
    "reflection": _record("reflection"),
    "opinion": _record("opinion"),
}
