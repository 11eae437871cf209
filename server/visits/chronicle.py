"""What one reader may read of how a record became what it is, and what was written in those that were merged into it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts import rights
from server.actor import Actor
from server.consents.service import Standing
from server.records.edits import Ref
from server.records.models import Record
from server.visits.history import T, Version, before_merging, history_of, merge_of, since_joining
from server.visits.merged_in import standings_of_merged
from server.visits.reading import may_read_record
from server.visits.settlements import Settlement, settlements_of, told_once
from server.visits.standing import standing_of_record

AUTHORS_OWN = frozenset({"reflection", "opinion"})


@dataclass(frozen=True)
class Told:
    """The changes and settlements of one record, oldest first, as far as one reader may read them."""

    ref: Ref
    standing: Standing  # what the families let be shown of it
    versions: Sequence[Version] = ()
    settled: Sequence[Settlement] = ()
    left_out: bool = True  # there is more than this reader may read
    merged_by: str | None = None  # id of the edit by which the record went into another


def told_to(session: Session, actor: Actor, record: Record) -> list[Told]:
    """Tell of a record first, then of each that was merged into it; an empty list for who may not read the record.

    The rights to both are asked: of a visit that went into another its readers read what they could read of it before, and
    what the families of either let be shown.
    """
    if not _may_read(session, actor, record):
        return []
    own = _told(session, actor, record, standing_of_record(session, record))
    return [own, *_merged(session, actor, own)]


def _may_read(session: Session, actor: Actor, record: Record) -> bool:
    """Leave what is its writer's own to the writer: what others may read of it, the school's pages show."""
    is_open = record.kind not in AUTHORS_OWN or record.author_id == actor.staff_id
    return is_open and may_read_record(session, actor, record.kind, record.id)


def _merged(session: Session, actor: Actor, own: Told) -> Iterator[Told]:
    for ref, standing in standings_of_merged(session, [own.ref], own.standing).items():
        other = session.get_one(Record, ref)
        if _may_read(session, actor, other):
            yield _told(session, actor, other, standing)
        else:
            yield Told(ref, standing, merged_by=merge_of(history_of(session, *ref)))


def _told(session: Session, actor: Actor, record: Record, standing: Standing) -> Told:
    ref = Ref(record.kind, record.id)
    history, settled = history_of(session, *ref), settlements_of(session, *ref, standing)
    versions = told_once(before_merging(history), settled)
    readable = _readable(session, actor, record, versions)
    decided = _readable(session, actor, record, settled)
    return Told(ref, standing, readable, decided, len(readable) < len(versions), merge_of(history))


def _readable(session: Session, actor: Actor, record: Record, versions: Sequence[T]) -> Sequence[T]:
    """Leave out what a private part said before its reader joined the visit; the 班主任 and the office read all of it."""
    if record.kind != "visit_private" or rights.may_see_care(actor, record.class_id, record.school_id):
        return versions
    visit = session.get_one(Record, ("visit", record.visit_id))
    return since_joining(session, visit, actor.staff_id, versions)
