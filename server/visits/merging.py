"""Two records of one visit become one: the losing one points to the other, and nothing that stood in it is lost."""

from collections.abc import Mapping
from typing import Any

from server.merge.records import merge_records
from server.merge.sets import Members, merge_members
from server.merge.values import same
from server.records.edits import Edit, Ref
from server.records.store import RecordState
from server.visits import consenting, reasons, rules
from server.visits.context import Context, took_part
from server.visits.effects import ERASED, Effect, done, quarantined
from server.visits.kinds import KINDS

OF_THE_RECORD = frozenset({"student_id", "class_id", "void_reason", "photo_order"})  # of one record, not the visit


def merge(context: Context, edit: Edit) -> Effect:
    """Merge the visit that the edit names into the one in its `args`; aliases first, so opposite merges end as one.

    Returns: applied, or conflict with the ids of values that differ; `rev` is the losing record's.
    """
    loser, winner = context.work.live(edit.ref), context.work.live(Ref("visit", str(edit.args.get("into"))))
    if loser is None or winner is None:
        return quarantined(reasons.NOT_YOURS)
    if "erased" in (loser.state, winner.state) or context.is_erased(loser.student_id):
        return Effect(ERASED)
    if reason := _refused(context, edit, loser, winner):
        return quarantined(reason)
    named = context.work.get(edit.ref)
    if loser is winner:
        return done((named or loser).rev, [], winner.student_id)
    conflicts = _merge_one(context, loser, winner, edit)
    for child in _children_of(context, loser.id):
        conflicts += _move_child(context, child, winner, edit)
    return done((named or loser).rev, conflicts, winner.student_id)


def _refused(context: Context, edit: Edit, loser: RecordState, winner: RecordState) -> str | None:
    if not (rules.may_write(context, edit, loser) and rules.may_write(context, edit, winner)):
        return reasons.NOT_YOURS
    if loser.student_id != winner.student_id:
        return reasons.NOT_SAME_STUDENT
    if not _may_unite(context, edit, loser, winner):
        return reasons.MERGE_OPENS
    return None if consenting.keeps_merged(context, loser, winner) else reasons.NO_CONSENT


def _may_unite(context: Context, edit: Edit, loser: RecordState, winner: RecordState) -> bool:
    """Tell whether nobody comes to read the one visit by the other but by the word of a person who may open it."""
    here, there = took_part(loser), took_part(winner)
    opened = ([winner] if here - there else []) + ([loser] if there - here else [])
    return all(rules.may_open(context, edit, visit) for visit in opened)


def _merge_one(context: Context, loser: RecordState, winner: RecordState, edit: Edit) -> list[str]:
    """Merge one record into another of its kind, with its photos and open conflicts."""
    merged = merge_records(winner.fields, loser.fields, KINDS[loser.kind].sets, OF_THE_RECORD)
    values, before = merged.values, winner.fields
    if loser.kind == "visit":  # who wrote the other record took part as well, and goes on reading it
        values["visitors"] = merge_members(values.get("visitors", []), Members(add=(loser.author_id,)))
        context.adopted.append((loser.ref, winner.ref))
    if context.work.change(winner, values, edit):
        changed = {name for name in {**before, **values} if not same(before.get(name), values.get(name))}
        context.conflicts.keep_in_step(winner, changed, edit)
    opened = []
    for clash in merged.clashes:
        _, by = context.work.last_change(loser, clash.field)
        opened.append(context.conflicts.open(winner, clash, edit, owner_id=by or loser.author_id).id)
    for conflict in context.conflicts.open_of(loser.ref):
        context.conflicts.move(conflict, winner, edit)
    _point(context, loser, winner, edit)
    return opened


def _point(context: Context, loser: RecordState, winner: RecordState, edit: Edit) -> None:
    loser.state, loser.merged_into = "merged", winner.id
    _grow(context, loser, edit, {"merged_into": None}, {"merged_into": winner.id})


def _grow(
    context: Context, record: RecordState, edit: Edit, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    record.rev, record.updated_at = record.rev + 1, context.now
    context.work.note_version(record.ref, record.rev, edit, dict(before), dict(after))


def _children_of(context: Context, visit_id: str) -> list[RecordState]:
    records = [record for record in context.work.records.values() if record]
    return [
        record
        for record in records
        if record.kind != "visit" and record.visit_id == visit_id and not record.merged_into
    ]


def _move_child(context: Context, child: RecordState, winner: RecordState, edit: Edit) -> list[str]:
    """Take what belonged to the losing visit along: its private part merges, reflections and opinions point anew."""
    if child.kind != "visit_private":
        before = child.fields.get("visit_id")
        child.visit_id, child.fields = winner.id, {**child.fields, "visit_id": winner.id}
        _grow(context, child, edit, {"visit_id": before}, {"visit_id": winner.id})
        return []
    ref = Ref("visit_private", winner.id)
    target = context.work.live(ref)
    if target is None:
        target = context.begin_child(ref, winner, child.author_id)
    return _merge_one(context, child, target, edit)
