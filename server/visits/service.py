"""What an edit does to the records of a visit: create, merge field by field, keep conflicts; and what follows from it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from server.db import RowChange, Writing, note_change
from server.merge.fields import Change, merge_fields, put
from server.merge.sets import Members, merge_members
from server.merge.values import same
from server.photos.models import PhotoUse
from server.photos.uses import Naming
from server.prepared import Prepared
from server.records import scopes
from server.records.edits import Edit, Ref
from server.records.models import Record
from server.records.store import RecordState
from server.visits import consenting, finishing, merging, reasons, rules, settling
from server.visits.context import Context, id_text
from server.visits.effects import ERASED, Effect, done, quarantined
from server.visits.kinds import KINDS
from server.visits.siblings import sibling_classes

OPS = frozenset({"edit", "resolve", "merge"})
_NAMED = ("school_id", "kind", "id", "rev", "class_id", "student_id", "author_id", "fields")
_NAMING = Prepared(
    select(*(getattr(Record, name) for name in _NAMED))
    .join(PhotoUse, (PhotoUse.kind == Record.kind) & (PhotoUse.record_id == Record.id))
    .where(PhotoUse.sha256 == bindparam("of_sha256"), PhotoUse.named.is_(True), Record.state == "live")
)


def apply_edit(context: Context, edit: Edit) -> Effect:
    """Apply one understood edit to what `context.prepare` has loaded.

    Returns: its end; a quarantined one has changed nothing.
    """
    if edit.op == "resolve":
        return settling.resolve(context, edit)
    if edit.op == "merge":
        return merging.merge(context, edit)
    if edit.ref.kind == "student":
        return consenting.note(context, edit)
    return _edit(context, edit)


finish = finishing.finish


def photo_arrived(session: Writing, sha256: str) -> None:
    """Send the rows that name these bytes again (new `seq`, same `rev`): they can show them now."""
    named = _NAMING.rows(session.connection(), {"of_sha256": sha256})
    for school_id, kind, id_, rev, class_id, student_id, author_id, fields in named:
        beside = sibling_classes(session, student_id, fields)
        audience = scopes.of_record(kind, class_id, {author_id, *fields.get("visitors", ())}, beside)
        note_change(session, RowChange(school_id, kind, id_, rev, audience))


def _edit(context: Context, edit: Edit) -> Effect:
    record, visit = _find(context, edit)
    if _erased(context, edit, record or visit):
        return Effect(ERASED)
    fresh = record is None
    if record is None:
        record = _begin(context, edit, visit)
    if record is None or not rules.may_write(context, edit, record):
        return quarantined(reasons.NOT_YOURS)
    if reason := rules.meaningless(context, edit, record) or rules.too_wide(context, edit, record):
        return quarantined(reason)
    if reason := consenting.refused(context, edit, record):
        return quarantined(reason)
    if fresh:
        context.work.add(record)
    conflicts = write(context, record, edit)
    named = context.work.get(edit.ref) if edit.ref in context.work.records else None
    return done((named or record).rev, conflicts, record.student_id)


def _find(context: Context, edit: Edit) -> tuple[RecordState | None, RecordState | None]:
    """Find the record that an edit names, and its visit, as they are today."""
    work = context.work
    if edit.ref.kind == "visit":
        visit = work.live(edit.ref)
        return visit, visit
    if edit.ref.kind == "visit_private":
        visit = work.live(Ref("visit", edit.ref.id))
        return (work.live(Ref("visit_private", visit.id)) if visit else None), visit
    record = work.live(edit.ref)
    if record is not None:
        return record, context.visit_of(record)
    named = edit.changes.get("visit_id")
    return None, work.live(Ref("visit", id_text(named.new))) if named else None


def _erased(context: Context, edit: Edit, record: RecordState | None) -> bool:
    """Tell whether the family's record was erased: the one that stands, or the one that the edit would begin."""
    if record is not None:
        return record.state == "erased" or context.is_erased(record.student_id)
    named = edit.changes.get("student_id")
    place = context.students.get(id_text(named.new)) if named else None
    return place is not None and place.erased and place.school_id == edit.school_id


def _begin(context: Context, edit: Edit, visit: RecordState | None) -> RecordState | None:
    """Make the record that the edit's first values go into; None if the edit does not say whose it is."""
    if edit.ref.kind == "visit":
        named = edit.changes.get("student_id")
        place = context.students.get(id_text(named.new)) if named else None
        if place is None or named is None:
            return None
        return _new(context, edit, place.school_id, place.class_id, named.new, edit.ref.id)
    if visit is None or not visit.rev:
        return None
    record = _new(context, edit, visit.school_id, visit.class_id, visit.student_id, visit.id)
    if edit.ref.kind == "visit_private":
        record.id = visit.id
    return record


def _new(
    context: Context, edit: Edit, school_id: str, class_id: str | None, student_id: str | None, visit_id: str
) -> RecordState:
    return RecordState(
        kind=edit.ref.kind,
        id=edit.ref.id,
        school_id=school_id,
        class_id=class_id,
        student_id=student_id,
        visit_id=visit_id,
        author_id=edit.staff_id,
        rev=0,
        fields={"class_id": class_id} if edit.ref.kind == "visit" and "class_id" not in edit.changes else {},
        state="live",
        merged_into=None,
        created_at=context.now,
        updated_at=context.now,
    )


def write(context: Context, record: RecordState, edit: Edit) -> list[str]:
    """Merge an edit's changes and members into a record; returns the ids of the conflicts that hold what did not fit."""
    conflicts, pending = _continue_own(context, record, edit)
    merged = merge_fields(record.fields, _aliased(context, pending), KINDS[record.kind].write_once)
    values = merged.values
    for name, members in edit.members.items():
        put(values, name, merge_members(record.fields.get(name) or [], _without_erased(context, name, members)))
    before = record.fields
    if context.work.change(record, values, edit):
        changed = {name for name in {**before, **values} if not same(before.get(name), values.get(name))}
        context.conflicts.keep_in_step(record, changed, edit)
        _name_photos(context, record, before, edit)
    return conflicts + [context.conflicts.open(record, clash, edit).id for clash in merged.clashes]


def _without_erased(context: Context, name: str, members: Members) -> Members:
    """Leave out a brother or sister whose records were erased meanwhile: the visit stays, and tells of them no more."""
    if name != "also_for":
        return members
    return replace(members, add=tuple(each for each in members.add if not context.is_erased(each)))


def _continue_own(context: Context, record: RecordState, edit: Edit) -> tuple[list[str], dict[str, Change]]:
    """Let changes that go on from the author's own open conflict replace its alternative; returns the rest."""
    conflicts, rest = [], {}
    for name, change in edit.changes.items():
        own = None
        if not same(record.fields.get(name), change.old):
            own = context.conflicts.own(record, name, edit.staff_id, change.old)
        if own is None:
            rest[name] = change
        else:
            context.conflicts.replace_alternative(own, change.new, edit)
            conflicts.append(own.id)
    return conflicts, rest


def _aliased(context: Context, changes: Mapping[str, Change]) -> Mapping[str, Change]:
    """Let `visit_id` name the visit that a merged one became."""
    named = changes.get("visit_id")
    visit = context.work.live(Ref("visit", id_text(named.new))) if named else None
    return {**changes, "visit_id": replace(named, new=visit.id)} if named and visit else changes


def _name_photos(context: Context, record: RecordState, before: Mapping[str, Any], edit: Edit) -> None:
    if "photos" not in edit.members:
        return
    was, now = before.get("photos") or (), record.fields.get("photos") or ()
    added = tuple(sha256 for sha256 in now if sha256 not in was)
    gone = tuple(sha256 for sha256 in was if sha256 not in now)
    context.namings.append(Naming(record.kind, record.id, edit.staff_id, added, gone))
