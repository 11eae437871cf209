"""What the families of a visit's children let be kept and shown of it: the least of it counts for the whole (ADR 0019)."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from server.consents.service import AGREED, NO, PHOTO_LEVELS, UNKNOWN, YES, Standing, standings
from server.records.models import Record
from server.records.store import RECORDS
from server.visits.siblings import Pair, sibling_pairs

Key = TypeVar("Key", bound=Hashable)
_RECORD, _PHOTOS = (NO, UNKNOWN, YES), (NO, UNKNOWN, *PHOTO_LEVELS)  # the least first


class Told(NamedTuple):
    """Of whom a visit tells: its own child, and ids in `also_for`, of which only true brothers and sisters count."""

    student_id: str | None
    also_for: Iterable[str] = ()


def standings_of(session: Session, told: Mapping[Key, Told]) -> dict[Key, Standing]:
    """Give what the families let be kept and shown, by the keys that were asked with."""
    pairs = {Pair(each.student_id, id_) for each in told.values() if each.student_id for id_ in each.also_for}
    true = sibling_pairs(session, pairs) if pairs else frozenset[Pair]()
    said = standings(session, {each.student_id for each in told.values()} | {pair.sibling_id for pair in true})
    return {key: least(_of(each, true, said)) for key, each in told.items()}


def standing_of_record(session: Session, record: Record) -> Standing:
    """Give the same of one record: a visit, or what belongs to it."""
    fields = {record.id: record.fields.get("also_for", ())} if record.kind == "visit" else {}
    named = fields or also_for_of(session, [record.visit_id])
    return standings_of(session, {record.id: Told(record.student_id, named.get(record.visit_id or record.id, ()))})[
        record.id
    ]


def standings_of_records(session: Session, refs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Standing]:
    """Give the same of many records, named by (kind, id), with as many questions as for one; one that is not there is left out."""
    columns = (RECORDS.c.kind, RECORDS.c.id, RECORDS.c.student_id, RECORDS.c.visit_id)
    found = session.execute(select(*columns).where(RECORDS.c.id.in_(sorted({id_ for _, id_ in refs})))).all()
    beside = also_for_of(session, [row.visit_id for row in found])
    told = {(row.kind, row.id): Told(row.student_id, beside.get(row.visit_id, ())) for row in found}
    return standings_of(session, told)


def also_for_of(session: Session, visit_ids: Iterable[str | None]) -> dict[str, Iterable[str]]:
    """Name the brothers and sisters of whom these visits say that they tell; a visit without any is left out."""
    ids = sorted({each for each in visit_ids if each})
    with_any = type_coerce(RECORDS.c.fields, Text).contains('"also_for"')  # few: the fields of the others are not read
    query = select(RECORDS.c.id, RECORDS.c.fields).where(RECORDS.c.kind == "visit", RECORDS.c.id.in_(ids), with_any)
    return {id_: fields.get("also_for", ()) for id_, fields in session.execute(query)}


def _of(told: Told, true: Iterable[Pair], said: Mapping[str, Standing]) -> list[Standing]:
    children = [told.student_id or "", *(id_ for id_ in told.also_for if Pair(told.student_id or "", id_) in true)]
    return [said.get(id_, AGREED) for id_ in children]


def least(found: Sequence[Standing]) -> Standing:
    """Give the least of what several families let; of none, that there is nobody to ask."""
    if not found:
        return AGREED
    record = min((each.record for each in found), key=_RECORD.index)
    return Standing(record, min((each.photos for each in found), key=_PHOTOS.index))
