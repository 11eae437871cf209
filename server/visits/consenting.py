"""Consent and the records of a visit: a teacher writes down what a guardian said, and no story is kept without it (F11)."""

from dataclasses import replace

from server.campaign.consent import consent_text
from server.consents import service as consents
from server.errors import NotFound
from server.merge.values import same
from server.records.edits import Edit
from server.records.store import RecordState
from server.schools.settings import may_record
from server.visits import reasons, rules
from server.visits.context import Context
from server.visits.effects import ERASED, Effect, done, quarantined
from server.visits.withheld import KEPT

CHANNELS = ("paper", "oral")  # what a teacher can have; on the page a guardian speaks for themselves


def note(context: Context, edit: Edit) -> Effect:
    """Keep what a teacher on duty for the class heard from a guardian or holds on paper.

    It is one word (`consents`), not a merge: `old` says nothing here, and nothing of it can conflict.
    """
    student_id = edit.ref.id
    place = context.students.get(student_id)
    if place is None or place.school_id != edit.school_id:
        return quarantined(reasons.NOT_YOURS)
    if place.erased:
        return Effect(ERASED)
    if not (edit.granted or rules.on_duty_today(context, edit, place.class_id)):
        return quarantined(reasons.NOT_YOURS)
    said = {name: change.new for name, change in edit.changes.items()}
    fits = said.get("who") in consent_text().givers and said.get("channel") in CHANNELS
    if edit.members or not fits or said.get("may_record") not in (consents.YES, consents.NO):
        return quarantined(reasons.INVALID)
    uses = {"record": said["may_record"] == consents.YES}
    word = consents.Word(student_id, said["who"], uses, said["channel"], edit.id, by=edit.staff_id)
    try:
        student = consents.say(context.session, word)
    except NotFound:  # erased in the same moment
        return Effect(ERASED)
    context.students[student_id] = replace(place, may_record=may_record(student.may_record, place.consent_basis))
    return done(student.rev, [], student_id)


def keeps(context: Context, edit: Edit, record: RecordState) -> bool:
    """Tell whether what an edit brings may be kept: no words about a family that has not agreed; taking words away may."""
    if has_consent(context, record):
        return True
    kept = KEPT[record.kind]
    brought = {name.partition("/")[0] for name, change in edit.changes.items() if not same(change.new, None)}
    brought |= {name for name, members in edit.members.items() if members.add}
    return brought <= kept


def has_consent(context: Context, record: RecordState) -> bool:
    """Tell whether the family that a record is about has agreed, or need not be asked. The student is loaded."""
    place = context.students.get(record.student_id or "")
    return place is None or place.may_record == consents.YES
