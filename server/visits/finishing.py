"""What follows from a batch of edits: rows written, facts and photos in step, and every audience told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server import news
from server.db import RowChange, insert_into, note_change
from server.photos.uses import adopt_photos, name_photos
from server.records.conflicts import SETTLED, ConflictState
from server.records.edits import Ref
from server.records.store import RecordState
from server.visits.context import Context, circle_of, took_part
from server.visits.duplicates import renew_facts
from server.visits.kinds import KINDS
from server.visits.models import VisitTicket
from server.visits.reading import PersonReads


@dataclass(frozen=True)
class RecordsChanged:
    """The news that these records were begun or changed; they are written, and the transaction is still open."""

    records: Sequence[RecordState]


def finish(context: Context) -> None:
    """Write everything the context changed, set-wise, and note it for the feed; nothing may be applied after it."""
    changed = context.work.changed_records()
    visits = [record for record in changed if record.kind == "visit"]
    moved = [visit for visit in visits if _audience_changed(context, visit)]
    if moved:  # their private parts and all their conflicts, settled ones too, have other readers now
        ids = {visit.id for visit in moved}
        context.work.load(Ref("visit_private", id_) for id_ in ids)
        context.conflicts.load((Ref(kind, id_) for id_ in ids for kind in ("visit", "visit_private")), settled=True)
        if told := {visit.id for visit in moved if _tells_of_others(context, visit)}:
            context.work.load_children(told)  # what is shown of all that belongs to it follows its children (ADR 0019)
    context.work.write()
    _close_circles(context)
    context.conflicts.write()
    renewed = renew_facts(context, visits)
    _name_tickets(context, visits)
    _photos(context)
    _note_records(context, {record.ref for record in changed}, renewed, {visit.id for visit in moved})
    _note_conflicts(context, {visit.id for visit in moved})
    news.tell(context.session, RecordsChanged(changed))


def _audience_changed(context: Context, visit: RecordState) -> bool:
    before = context.circles_before.get(visit.id)
    return before is not None and before != circle_of(visit)


def _tells_of_others(context: Context, visit: RecordState) -> bool:
    return context.circles_before[visit.id].also_for != circle_of(visit).also_for


def _name_tickets(context: Context, visits: Iterable[RecordState]) -> None:
    """Keep which parents' codes these visits name where a code's page can find them."""
    named = [{"ticket_id": id_, "visit_id": each.id} for each in visits for id_ in each.fields.get("tickets", ())]
    if named:
        statement = insert_into(context.session, VisitTicket.__table__).on_conflict_do_nothing()
        context.session.execute(statement, named)


def _photos(context: Context) -> None:
    if context.adopted:
        adopt_photos(context.session, context.adopted)
    if context.namings:
        name_photos(context.session, context.namings, PersonReads(context.session))


def _close_circles(context: Context) -> None:
    """Keep who was in the visit when a conflict of its private part was settled: nobody else reads it afterwards."""
    for each in context.conflicts.changed():
        record = context.work.get(each.ref)
        visit = context.visit_of(record) if record is not None else None
        if each.status == SETTLED and each.record_kind == "visit_private" and each.readers is None and visit:
            each.readers = sorted(took_part(visit))


def _note_records(context: Context, changed: set[Ref], renewed: set[str], moved: set[str]) -> None:
    beside = {ref for ref, record in context.work.records.items() if record and record.visit_id in moved}
    refs = changed | {ref for ref in beside if ref.kind in KINDS}
    for ref in sorted(refs):
        record = context.work.records.get(ref)
        if record is not None:
            _note(context, ref.kind, ref.id, record.rev, record)
    others = renewed - {ref.id for ref in changed if ref.kind == "visit"}
    if others:
        context.work.load(Ref("visit", id_) for id_ in others)
        for id_ in sorted(others):
            record = context.work.get(Ref("visit", id_))
            if record is not None:
                _note(context, "visit", id_, record.rev, record)


def _note_conflicts(context: Context, moved: set[str]) -> None:
    changed = {conflict.id for conflict in context.conflicts.changed()}
    for id_, conflict in sorted(context.conflicts.by_id.items()):
        if id_ not in changed and conflict.record_id not in moved:
            continue
        record = context.work.get(conflict.ref)
        if record is None:
            continue
        left: set[str] = set()
        for ref in context.conflicts.moved.get(id_, ()):
            former = context.work.get(ref)
            if former is not None:
                left |= {*_before(context, former), *context.audience(former)}
        _note_conflict(context, conflict, record, left)


def _note(context: Context, kind: str, id_: str, rev: int, record: RecordState, left: Iterable[str] = ()) -> None:
    """Note one row for the audience of its record, and its removal for those who held it before."""
    now = context.audience(record)
    gone = tuple(sorted({*left, *_before(context, record)} - set(now)))
    note_change(context.session, RowChange(record.school_id, kind, id_, rev, now, gone))


def _note_conflict(context: Context, conflict: ConflictState, record: RecordState, left: Iterable[str]) -> None:
    now = context.conflict_audience(conflict.readers, record)
    gone = tuple(sorted({*left, *_before(context, record)} - set(now)))
    note_change(context.session, RowChange(record.school_id, "conflict", conflict.id, conflict.rev, now, gone))


def _before(context: Context, record: RecordState) -> tuple[str, ...]:
    circle = context.circles_before.get(record.visit_id or "")
    return context.audience(record, circle) if circle is not None else ()
