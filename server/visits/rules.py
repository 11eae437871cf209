"""Who may write which record, and what in an edit has no meaning. The rules of the form never refuse an edit."""

from datetime import date, timedelta

from sqlalchemy import select

from server.records.edits import Edit
from server.records.store import RecordState
from server.schools.models import SchoolClass
from server.times import shanghai_day
from server.visits import reasons
from server.visits.context import ON_DUTY, Context, id_text, took_part
from server.visits.kinds import KINDS, Kind, element_fits, fits

GRACE = timedelta(days=7)  # a duty this close to the day of the visit still lets its teacher write


def may_write(context: Context, edit: Edit, record: RecordState) -> bool:
    """Tell whether the person may write this record, judged at the moment when the edit arrived.

    A visit: whoever is on duty for its class (or that of a brother or sister it tells of), was so within 7 days of the
    visit, or took part; its private part: the 班主任 and who took part; what else belongs to it: only its creator, whatever
    the office granted. All else that the office granted stands within the school.
    """
    visit = context.visit_of(record)
    if record.school_id != edit.school_id or visit is None:
        return False
    if record.kind in ("reflection", "opinion") and record.rev:
        return record.author_id == edit.staff_id
    if edit.granted:
        return True
    if visit.rev and edit.staff_id in took_part(visit):
        return True
    if record.kind == "visit_private":
        return _is_homeroom(context, edit, visit)
    return may_write_visit(context, edit, visit)


def may_open(context: Context, edit: Edit, visit: RecordState) -> bool:
    """Tell whether the person may let others read a visit with its private part: who took part, today's 班主任, the office."""
    return edit.granted or edit.staff_id in took_part(visit) or _is_homeroom(context, edit, visit)


def too_wide(context: Context, edit: Edit, record: RecordState) -> str | None:
    """Find what in an edit only those may say who took part: who else did, and that they themselves did; returns a reason.

    Whoever is among a visit's `visitors` reads its private part, so a right to write the visit is not enough to add one.
    """
    if record.kind != "visit" or edit.granted:
        return None
    before = took_part(record)
    added = frozenset(_added(edit, "visitors"))
    if record.rev and not added <= before and not may_open(context, edit, record):
        return reasons.ADDS_VISITORS
    if _added(edit, "confirmed_by") and edit.staff_id not in before | added:
        return reasons.TOOK_NO_PART
    return None


def on_duty_today(context: Context, edit: Edit, class_id: str) -> bool:
    """Tell whether the person was on duty for a class when the edit arrived."""
    today = shanghai_day(edit.received_at)
    return _on_duty(context, edit.staff_id, {class_id}, today, today)


def _is_homeroom(context: Context, edit: Edit, visit: RecordState) -> bool:
    today = shanghai_day(edit.received_at)
    return _on_duty(context, edit.staff_id, {visit.class_id}, today, today, ("homeroom",))


def _added(edit: Edit, name: str) -> tuple[str, ...]:
    return edit.members[name].add if name in edit.members else ()


def may_write_visit(context: Context, edit: Edit, visit: RecordState) -> bool:
    """Tell whether the person's duties reach a visit: today's for its class now, or those around its day."""
    today = shanghai_day(edit.received_at)
    classes: set[str | None] = {visit.class_id, *context.classes_of(visit)}
    if _on_duty(context, edit.staff_id, classes, today, today):
        return True
    written = None if visit.rev else edit.changes.get("visit_date")  # a day that the asker names opens only what is new
    day = _day(visit.fields.get("visit_date") or (written.new if written else None))
    classes.add(visit.fields.get("class_id"))
    return day is not None and _on_duty(context, edit.staff_id, classes, day - GRACE, day + GRACE)


def _on_duty(
    context: Context,
    staff_id: str,
    classes: set[str | None],
    first: date,
    last: date,
    kinds: tuple[str, ...] = ON_DUTY,
) -> bool:
    return any(
        span.class_id in classes and span.kind in kinds and span.first <= last and span.last >= first
        for span in context.spans[staff_id]
    )


def _day(value: object) -> date | None:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day and date.min + GRACE <= day <= date.max - GRACE else None


def meaningless(context: Context, edit: Edit, record: RecordState) -> str | None:
    """Find what in an edit has no meaning here; returns a reason, or None when all can be stored."""
    kind = KINDS[record.kind]
    if any(not _fits(kind, path, change.new) for path, change in edit.changes.items()):
        return reasons.INVALID
    for name, members in edit.members.items():
        known = kind.fields.get(name)
        if known is None or known.shape != "set":
            return reasons.INVALID
        if not all(element_fits(known, element) for element in (*members.add, *members.remove)):
            return reasons.INVALID
    if set(_added(edit, "confirmed_by")) - {edit.staff_id}:
        return reasons.INVALID  # each confirms only for themselves
    return None if _all_of_school(context, edit, record.school_id) else reasons.FOREIGN


def _fits(kind: Kind, path: str, value: object) -> bool:
    shape = kind.shape_of(path)
    return shape not in (None, "set") and fits(str(shape), value)


def _all_of_school(context: Context, edit: Edit, school_id: str) -> bool:
    """Tell whether every student, person and class that the edit names belongs to the record's school."""
    students = list(_added(edit, "also_for"))
    if "student_id" in edit.changes:
        students.append(id_text(edit.changes["student_id"].new))
    for id_ in students:
        place = context.students.get(id_)
        if place is None or place.school_id != school_id:
            return False
    if any(context.staff_school.get(id_) != school_id for id_ in _added(edit, "visitors")):
        return False
    named = edit.changes.get("class_id")
    if named is None or not named.new:
        return True
    query = select(SchoolClass.school_id).where(SchoolClass.id == id_text(named.new))
    return context.session.scalar(query) == school_id
