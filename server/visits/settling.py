"""A person settles a conflict: this, that, both, or words of their own. The first settlement stands."""

from typing import Any

from server.merge.fields import Clash, put
from server.merge.records import CannotJoinError, join
from server.merge.values import same
from server.records.conflicts import OPEN, ConflictState
from server.records.edits import Edit
from server.records.store import RecordState
from server.visits import consenting, reasons, rules
from server.visits.context import Context
from server.visits.effects import CONFLICT, ERASED, Effect, done, quarantined
from server.visits.kinds import KINDS, element_fits, fits

CHOICES = frozenset({"head", "alternative", "both", "written"})


class NoMeaningError(Exception):
    """The choice has no meaning for this field; nothing was changed."""


def resolve(context: Context, edit: Edit) -> Effect:
    """Settle one conflict as its `args` say; whoever may edit the field may.

    Returns: applied with the conflict's own rev; conflict, if a side of it changed after the person looked (it stays open),
    or if somebody settled it before and this decision brings a value of its own (a new conflict holds it); quarantined, if
    it would bring words of a family that has not agreed: like an edit it may keep what stands there, or take it away.
    """
    conflict = context.conflicts.by_id.get(edit.ref.id)
    record = context.work.live(conflict.ref) if conflict else None
    if conflict is not None and record is not None and _erased(context, conflict, record):
        return Effect(ERASED)
    if conflict is None or record is None or not rules.may_write(context, edit, record):
        return quarantined(reasons.NOT_YOURS)
    try:
        value = _chosen(conflict, record, edit)
    except NoMeaningError:
        return quarantined(reasons.INVALID)
    if not consenting.keeps_value(context, record, conflict.field, value):
        return quarantined(reasons.NO_CONSENT)
    on_time = _settle if _is_seen(conflict, edit) else _stale
    act = on_time if conflict.status == OPEN else _late
    return act(context, conflict, record, value, edit)


def _erased(context: Context, conflict: ConflictState, record: RecordState) -> bool:
    return "erased" in (conflict.status, record.state) or context.is_erased(record.student_id)


def _is_seen(conflict: ConflictState, edit: Edit) -> bool:
    """Tell whether the person looked at both sides as they stand; older phones do not say which alternative they showed."""
    seen = edit.args.get("seen_alternative")
    return seen in (None, conflict.alternative["edit"]) and conflict.head["rev"] <= edit.args["seen_rev"]


def _chosen(conflict: ConflictState, record: RecordState, edit: Edit) -> Any:
    """Work out the value that the choice stands for.

    Raises: NoMeaningError, for unknown choices, a write-once field settled as anything but head, or what does not fit.
    """
    choice, seen_rev, seen = (edit.args.get(name) for name in ("choice", "seen_rev", "seen_alternative"))
    kind = KINDS[record.kind]
    if choice not in CHOICES or not isinstance(seen_rev, int) or isinstance(seen_rev, bool):
        raise NoMeaningError
    if seen is not None and not isinstance(seen, str):
        raise NoMeaningError
    if choice != "head" and conflict.field in kind.write_once:
        raise NoMeaningError
    if choice == "head":
        return conflict.head["value"]
    if choice == "alternative":
        return conflict.alternative["value"]
    shape = kind.shape_of(conflict.field) or ""
    if choice == "both":
        if shape not in ("text", "set"):
            raise NoMeaningError
        try:
            return join(conflict.head["value"], conflict.alternative["value"])
        except CannotJoinError as error:
            raise NoMeaningError from error
    written = edit.args.get("value")
    if not (_is_set(kind.fields[conflict.field], written) if shape == "set" else fits(shape, written)):
        raise NoMeaningError
    return written


def _is_set(known: Any, value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(element_fits(known, each) for each in value))


def _settle(context: Context, conflict: ConflictState, record: RecordState, value: Any, edit: Edit) -> Effect:
    decision = {"choice": edit.args["choice"], "value": value, "edit": edit.id}
    context.conflicts.settle(conflict, decision, edit)
    _put(context, record, conflict.field, value, edit)
    return done(conflict.rev, [], record.student_id)


def _put(context: Context, record: RecordState, name: str, value: Any, edit: Edit) -> None:
    values = dict(record.fields)
    put(values, name, value)
    if context.work.change(record, values, edit):
        context.conflicts.keep_in_step(record, {name}, edit)


def _stale(context: Context, conflict: ConflictState, record: RecordState, value: Any, edit: Edit) -> Effect:
    """Leave the conflict open: the person did not see what stands there now. Words of their own are kept beside it."""
    kept = [conflict.id]
    if edit.args["choice"] == "written" and not _on_the_table(conflict, record, value):
        kept.append(_keep(context, conflict, record, value, edit))
    return Effect(CONFLICT, conflict.rev, tuple(kept), student_id=record.student_id)


def _late(context: Context, conflict: ConflictState, record: RecordState, value: Any, edit: Edit) -> Effect:
    """Let the first settlement stand; a value that was not on the table becomes a conflict of its own."""
    if _on_the_table(conflict, record, value):
        return done(conflict.rev, [], record.student_id)
    return done(conflict.rev, [_keep(context, conflict, record, value, edit)], record.student_id)


def _on_the_table(conflict: ConflictState, record: RecordState, value: Any) -> bool:
    decided = conflict.decision or {}
    known = (record.fields.get(conflict.field), conflict.head["value"], conflict.alternative["value"])
    return any(same(value, each) for each in (*known, *([decided["value"]] if "value" in decided else [])))


def _keep(context: Context, conflict: ConflictState, record: RecordState, value: Any, edit: Edit) -> str:
    now = record.fields.get(conflict.field)
    clash = Clash(conflict.field, base=conflict.head["value"], head=now, alternative=value)
    return context.conflicts.open(record, clash, edit).id
