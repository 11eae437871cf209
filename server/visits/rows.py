"""The rows of a visit's records as phones hold them: the same for all who hold their scope.

What a family does not let be shown is left out of each (ADR 0018); the row itself stays, so that phone and school agree on
what there is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.consents.service import AGREED, YES
from server.photos.uses import unshown
from server.records import conflicts
from server.records.store import RECORDS
from server.times import on_the_wire
from server.visits.duplicates import FACTS
from server.visits.kinds import incomplete
from server.visits.standing import Told, also_for_of, standings_of, standings_of_records
from server.visits.withheld import shown_fields, shows

Row = dict[str, Any]


def visit_rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
    """Give visits: the form's fields by their ids (unset ones are absent), a set as a list, photo fields by their paths.

    Beside them: `id`, `author_id`, `class_id` of that day, `received_at` (first arrival), `missing_photos`,
    `possible_duplicates` and `incomplete` (field ids). Not 补录: that is its author's and the
    office's to know. A visit merged away: {"id", "merged_into"} alone.
    """
    columns = ("id", "author_id", "student_id", "fields", "created_at", "merged_into")
    found = _records(session, "visit", ids, columns)
    query = select(FACTS.c.visit_id, FACTS.c.possible_duplicates).where(FACTS.c.visit_id.in_(ids))
    duplicates = dict(session.execute(query).all())
    missing = unshown(session, "visit", ids)
    said = standings_of(session, {each.id: Told(each.student_id, each.fields.get("also_for", ())) for each in found})
    rows: dict[str, Row] = {}
    for record in found:
        if record.merged_into:
            rows[record.id] = {"id": record.id, "merged_into": record.merged_into}
            continue
        standing = said[record.id]
        fields = shown_fields("visit", record.fields, standing)
        named = fields.get("photos", ())
        lacking = set(missing.get(record.id, ()))
        rows[record.id] = {
            **fields,
            "id": record.id,
            "author_id": record.author_id,
            "received_at": on_the_wire(record.created_at),
            "missing_photos": [sha256 for sha256 in named if sha256 in lacking],
            "possible_duplicates": duplicates.get(record.id, []),
            "incomplete": incomplete("visit", record.fields, agreed=standing.record == YES),
        }
    return rows


def visit_private_rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
    """Give the private parts: `id` and `visit_id` (both the visit's), `author_id`, and the fields."""
    return _plain(session, "visit_private", ids)


def reflection_rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
    """Give reflections: `id`, `visit_id`, `author_id`, and the fields."""
    return _plain(session, "reflection", ids)


def opinion_rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
    """Give opinions: `id`, `visit_id`, `author_id`, and the fields."""
    return _plain(session, "opinion", ids)


def review_rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
    """Give what the office said of visits: `id`, `visit_id`, `author_id` (whom it is for), `state` (read, more), `words`,
    `by` (staff id) and `at`.
    """
    return _plain(session, "review", ids)


def conflict_rows(session: Session, ids: Sequence[str]) -> Mapping[str, Row]:
    """Give conflicts as `records.conflicts` does; one that may not be shown has no texts, and asks nobody to settle it."""
    rows = conflicts.conflict_rows(session, ids)
    refs = {
        id_: (kind, record_id) for id_, row in rows.items() for kind, _, record_id in [row["record"].partition(":")]
    }
    said = standings_of_records(session, refs.values())
    for id_, row in rows.items():
        standing = said.get(refs[id_], AGREED)
        if not shows(refs[id_][0], row["field"], standing):
            rows[id_] = {**row, **_wordless(row)}
    return rows


def _wordless(row: Row) -> Row:
    sides = {name: {**row[name], "value": None} for name in ("head", "alternative")}
    return {**sides, "base": None, "status": conflicts.SETTLED, "decision": None}


def _plain(session: Session, kind: str, ids: Sequence[str]) -> Mapping[str, Row]:
    rows: dict[str, Row] = {}
    found = _records(session, kind, ids, ("id", "author_id", "student_id", "visit_id", "fields", "merged_into"))
    beside = also_for_of(session, [record.visit_id for record in found])
    said = standings_of(session, {each.id: Told(each.student_id, beside.get(each.visit_id, ())) for each in found})
    for record in found:
        if record.merged_into:
            rows[record.id] = {"id": record.id, "merged_into": record.merged_into}
        else:
            rows[record.id] = {
                **shown_fields(kind, record.fields, said[record.id]),
                "id": record.id,
                "visit_id": record.visit_id,
                "author_id": record.author_id,
            }
    return rows


def _records(session: Session, kind: str, ids: Sequence[str], columns: Sequence[str]) -> Sequence[Any]:
    query = select(*(RECORDS.c[name] for name in columns)).where(
        RECORDS.c.kind == kind, RECORDS.c.id.in_(ids), RECORDS.c.state != "erased"
    )
    return session.execute(query).all()
