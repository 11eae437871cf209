"""What is shown of a visit where its family does not agree, asked anew at each view (ADR 0018).

Nothing is deleted by it: what was written before stays in the store, unseen, until the family asks for deletion.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.consents.service import NO, ConsentChanged, Standing
from server.db import RowChange, note_change
from server.records import scopes
from server.records.models import Conflict, Record
from server.visits.siblings import sibling_classes, tells_of
from server.visits.standing import standing_of_record, standings_of_records

# What stays of a visit without consent: which day, in what form, with what result; and what no family's words are in.
# The phone hands in the same (service_worker/store/consent.ts, tests/contract/form/kept.json).
KEPT = {
    "visit": frozenset(
        {
            *("student_id", "class_id", "also_for", "visit_date", "visit_form", "visit_type", "visit_result"),
            *("rescheduled_to", "offered", "visitors", "confirmed_by", "tickets", "void_reason", "not_duplicate_of"),
        }
    ),
    "visit_private": frozenset[str](),
    "reflection": frozenset({"visit_id", "gift_declined"}),  # what the teacher keeps for their own protection
    "opinion": frozenset({"visit_id"}),
}
OF_REVIEW = frozenset({"visit_id", "state", "by", "at"})  # the school's words may quote the visit's
PHOTOS = frozenset({"photos", "photo_order"})


@dataclass(frozen=True)
class Shown:
    """One record with the fields that may be shown of it."""

    kind: str
    id: str
    author_id: str
    fields: Mapping[str, Any]


def shown_of(record: Record, standing: Standing) -> Shown:
    """Give of a record what its family lets be shown."""
    return Shown(record.kind, record.id, record.author_id, shown_fields(record.kind, record.fields, standing))


def shown_fields(kind: str, fields: Mapping[str, Any], standing: Standing) -> dict[str, Any]:
    """Leave out of fields, or of changes by their paths, what the family does not let be shown."""
    return {path: value for path, value in fields.items() if shows(kind, path, standing)}


def shows(kind: str, path: str, standing: Standing) -> bool:
    """Tell whether a field of a visit's record, or an element's own field, may be shown."""
    name = path.partition("/")[0]
    if standing.record == NO and name not in KEPT.get(kind, OF_REVIEW):
        return False
    return standing.shows_photos or not (kind == "visit" and name in PHOTOS)


def may_show_photos(session: Session, kind: str, record_id: str) -> bool:
    """Tell whether the family that a record is about lets its photos be looked at now."""
    record = session.get(Record, (kind, record_id))
    return record is not None and shows("visit", "photos", standing_of_record(session, record))


def letting_photos_be_seen(session: Session, refs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Give those records, named by (kind, id), of which `may_show_photos` holds."""
    said = standings_of_records(session, refs)
    return {ref for ref in refs if ref in said and shows("visit", "photos", said[ref])}


def hear(session: Session, news: ConsentChanged) -> None:
    """Send the rows of a family's visits again: the phones hold more, or less, than they may show now.

    So are those of visits to a brother or sister that tell of its child as well.

    Nothing is locked and no row is changed (same `rev`): an edit in the same moment notes its own.
    """
    beside = session.scalars(select(Record.id).where(tells_of(news.student_id))).all()
    theirs = or_(Record.student_id == news.student_id, Record.visit_id.in_(beside))
    query = select(Record).where(theirs, Record.state == "live")
    records = {(each.kind, each.id): each for each in session.scalars(query)}
    audiences = {name: _audience(session, records, each) for name, each in records.items()}
    for (kind, id_), record in records.items():
        note_change(session, RowChange(record.school_id, kind, id_, record.rev, audiences[kind, id_]))
    for conflict in _conflicts(session, records.values()):
        whole = audiences[conflict.record_kind, conflict.record_id]
        now = whole if conflict.readers is None else scopes.without_others(whole, conflict.readers)
        note_change(session, RowChange(conflict.school_id, "conflict", conflict.id, conflict.rev, now))


def _audience(session: Session, records: Mapping[tuple[str, str], Record], record: Record) -> tuple[str, ...]:
    """Name the scopes that a record stands in, as `Context.audience` does for records under a lock."""
    people, beside = {record.author_id}, frozenset[str]()
    visit = records.get(("visit", record.visit_id or "")) if record.kind in ("visit", "visit_private") else None
    if visit is not None:
        people = {visit.author_id, *visit.fields.get("visitors", ())}
    if record.kind == "visit":
        beside = sibling_classes(session, record.student_id, record.fields)
    return scopes.of_record(record.kind, record.class_id, people, beside)


def _conflicts(session: Session, records: Iterable[Record]) -> Iterable[Conflict]:
    names = {(each.kind, each.id) for each in records}
    found = session.scalars(select(Conflict).where(Conflict.record_id.in_(sorted({id_ for _, id_ in names}))))
    return [each for each in found if (each.record_kind, each.record_id) in names]
