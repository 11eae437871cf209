"""Consent and the records of a visit: a teacher writes down what a guardian said, and no story is kept without it (F11)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from server.campaign.consent import consent_text
from server.consents import service as consents
from server.errors import NotFound
from server.merge.sets import Members
from server.merge.values import same
from server.records.edits import Edit
from server.records.store import RecordState
from server.schools.settings import may_record
from server.visits import reasons, rules
from server.visits.context import Context, Place
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
    standing = may_record(student.may_record, place.consent_basis)
    context.students[student_id] = replace(place, may_record=standing, may_photo=student.may_photo)
    return done(student.rev, [], student_id)


def refused(context: Context, edit: Edit, record: RecordState) -> str | None:
    """Say why what an edit brings may not be kept; None if it may. Taking words and photos away always may.

    No words are kept where a family has not agreed, and no photos where one refuses them. Nor does a brother or sister join
    a visit that holds words already, unless the families of all have agreed (ADR 0019).
    """
    visit = context.visit_of(record) or record
    before = frozenset(visit.fields.get("also_for", ()))
    moved = edit.members.get("also_for", Members()) if record.kind == "visit" else Members()
    after = (before | set(moved.add)) - set(moved.remove)
    brought = {name.partition("/")[0] for name, change in edit.changes.items() if not same(change.new, None)}
    brought |= {name for name, members in edit.members.items() if members.add}
    if not _all_agree(context, visit, after):
        joins = holds_words(visit) and context.siblings.true_ones(visit, after - before)
        return reasons.NO_CONSENT if joins or not brought <= KEPT[record.kind] else None
    return reasons.NO_PHOTOS if "photos" in brought and _photos_refused(context, visit, after) else None


def keeps_value(context: Context, record: RecordState, path: str, value: object) -> bool:
    """Tell whether a field may come to hold a value by a decision: words come no other way than by an edit."""
    if same(value, None) or same(value, record.fields.get(path)):
        return True
    name, visit = path.partition("/")[0], context.visit_of(record) or record
    if not has_consent(context, record):
        return name in KEPT[record.kind]
    return name != "photos" or not _photos_refused(context, visit, visit.fields.get("also_for", ()))


def keeps_merged(context: Context, loser: RecordState, winner: RecordState) -> bool:
    """Tell whether two visits may become one: by that no words come to tell of a child whose family has not agreed."""
    named = [frozenset(each.fields.get("also_for", ())) for each in (loser, winner)]
    if _all_agree(context, winner, named[0] | named[1]):
        return True
    joining = (
        (context.siblings.true_ones(winner, named[1] - named[0]), loser),
        (
            context.siblings.true_ones(winner, named[0] - named[1]),
            winner,
        ),
    )
    return not any(children and holds_words(visit) for children, visit in joining)


def has_consent(context: Context, record: RecordState) -> bool:
    """Tell whether the families of all children that a record tells of have agreed, or need not be asked.

    The students are loaded.
    """
    visit = context.visit_of(record) or record
    return _all_agree(context, visit, visit.fields.get("also_for", ()))


def holds_words(visit: RecordState) -> bool:
    """Tell whether anything stands in a visit that needs consent."""
    words = (path for path, value in visit.fields.items() if not same(value, None))
    return any(path.partition("/")[0] not in KEPT["visit"] for path in words)


def _all_agree(context: Context, visit: RecordState, also_for: Iterable[str]) -> bool:
    return all(each.may_record == consents.YES for each in _told(context, visit, also_for))


def _photos_refused(context: Context, visit: RecordState, also_for: Iterable[str]) -> bool:
    return any(each.may_photo == consents.NO for each in _told(context, visit, also_for))


def _told(context: Context, visit: RecordState, also_for: Iterable[str]) -> Iterator[Place]:
    """Give the children that a visit tells of, as far as they are known."""
    children = [visit.student_id or "", *context.siblings.true_ones(visit, also_for)]
    yield from (place for each in children if (place := context.students.get(each)) is not None)
