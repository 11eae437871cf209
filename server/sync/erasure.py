"""Erasing a family's records: ids stay, so that every copy can be told; no word of what stood there does."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server.accounts.access import Read, write_reads
from server.actor import Actor
from server.consents import service as consents
from server.db import RowChange, forget_on_disk, note_change, reading, transaction
from server.errors import NotFound
from server.families import service as families
from server.feedback import erasing as answered
from server.feedback import telling
from server.photos import erased as gone_photos
from server.photos import service as photos
from server.photos import sweep
from server.photos.desk import Desk
from server.records import feed
from server.records.conflicts import CONFLICTS
from server.records.store import RECORDS, VERSIONS, RecordState
from server.schools.models import Guardian, Student
from server.suggestions import opinions
from server.sync import about, entries, erased
from server.sync.case_rows import CASES
from server.sync.entries import ERASED, INBOX, Entry
from server.sync.kept_families import waited_for
from server.times import utc_now
from server.visits.context import Context, took_part
from server.visits.duplicates import FACTS
from server.visits.kinds import KINDS
from server.visits.moving import conflicts_of, lock_family
from server.visits.telling import tell_no_more

Key = tuple[str, str]
ATTEMPTS = 5
HASHES = re.compile(r"\b[0-9a-f]{64}\b")
log = logging.getLogger("jiafang.erasure")


@dataclass(frozen=True)
class Erased:
    """What an erasure leaves to do: photos whose files may go, and visits for a person to look at."""

    photos: list[str]  # hashes that nothing names any more; after the commit `photos.sweep.discard` removes their files
    shared: list[str]  # visits of brothers and sisters that told of the child as well: their words are another family's


def erase(desk: Desk, student_id: str, by: Actor, reason: str | None = None) -> list[str]:
    """Erase a student's records and, once that is committed, the photo bytes that nothing else names.

    `reason`: a short code, for the log: no words of a family stand there.
    Returns: the ids of visits to brothers and sisters that had told of the child as well. They stay and name it no more, but
    what was written in them may still speak of it: a person has to read them. The log of reads names them too.
    Raises: NotFound, if there is no such student; nothing is changed. OSError, if the list of the erased cannot be
    written; the erasure stands.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction() as session:
                done = erase_student(session, student_id, by, reason)
            break
        except DBAPIError:
            if attempt == ATTEMPTS:
                raise  # it lost to edits that arrived in the same moment, again and again
            log.warning("an erasure lost a race and is tried again")
    forget_on_disk()
    sweep.discard(desk, done.photos)
    with reading() as session:
        erased.note(desk.store, erased.in_store(session))
    return done.shared


def erase_student(session: Session, student_id: str, by: Actor | None, reason: str | None = None) -> Erased:
    """Leave only ids of a student, their guardians and their visits' records, wherever they stand; doing it again is safe.

    A visit to a brother or sister that told of the student as well stays, and names them no more (ADR 0013).
    `by`: who decided it, for the log of reads; None where it was decided before (a backup from before it was put back).
    Raises: NotFound, if there is no such student.
    """
    context = Context(session, utc_now())
    family = lock_family(context, student_id)
    records, student = family.records, family.student
    if student is None:
        raise NotFound
    shared = tell_no_more(context, family.shared, student_id)
    _erase_person(session, student)
    went = _who_went(session, records)
    conflict_ids = _erase_conflicts(session, records)
    _erase_records(session, records)
    _erase_versions(session, records, conflict_ids)
    beside = _erase_edits(context, student_id, {record.id for record in records} | set(conflict_ids))
    ids = [record.id for record in records]
    answers = answered.erase_family(session, student_id, went)
    consents.forget(
        session, student.id
    )  # after the links: who sends an answer holds its link, and then the word that it brings
    opinions.erase_family(session, student_id, {opinions.SOURCE: ids, telling.SOURCE: answers})
    families.erase_family(session, student_id, answers)
    if by is not None:
        write_reads(
            session, by, f"erase_{reason}" if reason else "erase", [Read(f"student:{student_id}", len(records))]
        )
        write_reads(session, by, "erase_shared", [Read(f"visit:{id_}") for id_ in shared])
    return Erased(_forget_photos(session, records, beside), shared)


def _erase_person(session: Session, student: Student) -> None:
    student.name = student.pinyin = student.initials = ""
    student.left_on, student.may_record, student.may_photo, student.photos_ended_at = None, "unknown", "unknown", None
    student.erased, student.rev = True, student.rev + 1
    _take_away(session, student.school_id, "student", {student.id: student.rev})
    guardians = session.scalars(select(Guardian).where(Guardian.student_id == student.id)).all()
    for guardian in guardians:
        guardian.name, guardian.relation, guardian.phone, guardian.rev = "", "", None, guardian.rev + 1
    _take_away(session, student.school_id, "guardian", {each.id: each.rev for each in guardians})


def _erase_records(session: Session, records: Sequence[RecordState]) -> None:
    for kind in _kinds(records):
        revs = {record.id: record.rev for record in records if record.kind == kind}
        theirs = (RECORDS.c.kind == kind) & RECORDS.c.id.in_(sorted(revs))
        session.execute(update(RECORDS).where(theirs).values(fields={}, state=ERASED))
        _take_away(session, records[0].school_id, kind, revs)
    session.execute(delete(FACTS).where(FACTS.c.visit_id.in_([each.id for each in records if each.kind == "visit"])))


def _who_went(session: Session, records: Sequence[RecordState]) -> dict[str, set[str]]:
    """Name who takes part in each visit, or ever did; of one that was erased earlier nobody knows any more."""
    went = {each.id: set(took_part(each)) for each in records if each.kind == "visit" and each.state != ERASED}
    theirs = (VERSIONS.c.kind == "visit") & VERSIONS.c.record_id.in_(sorted(went))
    for id_, before, after in session.execute(
        select(VERSIONS.c.record_id, VERSIONS.c.before, VERSIONS.c.after).where(theirs)
    ):
        went[id_].update(before.get("visitors") or (), after.get("visitors") or ())
    return went


def _kinds(records: Sequence[RecordState]) -> list[str]:
    """Name the kinds there are: those that phones write, and what the office wrote about a visit."""
    return sorted({record.kind for record in records})


def _erase_conflicts(session: Session, records: Sequence[RecordState]) -> list[str]:
    query = select(CONFLICTS.c.id, CONFLICTS.c.rev).where(conflicts_of(records)).with_for_update()
    revs = dict(session.execute(query).all())
    if revs:
        empty: dict[str, Any] = {"base": None, "head": {}, "alternative": {}, "decision": None, "status": ERASED}
        session.execute(update(CONFLICTS).where(CONFLICTS.c.id.in_(sorted(revs))).values(empty))
        _take_away(session, records[0].school_id, "conflict", revs)
    return sorted(revs)


def _erase_versions(session: Session, records: Sequence[RecordState], conflict_ids: Sequence[str]) -> None:
    empty: dict[str, Any] = {"before": {}, "after": {}, "made_at": None, "offset_ms": None}
    by_kind = {kind: [record.id for record in records if record.kind == kind] for kind in _kinds(records)}
    for kind, ids in {**by_kind, "conflict": list(conflict_ids)}.items():
        theirs = (VERSIONS.c.kind == kind) & VERSIONS.c.record_id.in_(ids)
        session.execute(update(VERSIONS).where(theirs).values(empty))


def _take_away(session: Session, school_id: str, kind: str, revs: dict[str, int]) -> None:
    """Tell every phone that holds these rows to let them go."""
    for id_, held_by in feed.holders(session, kind, sorted(revs)).items():
        note_change(session, RowChange(school_id, kind, id_, revs[id_], (), held_by))


def _erase_edits(context: Context, student_id: str, record_ids: set[str]) -> set[str]:
    """Empty every edit about these records in the inbox, tell its author, and close its case; gives the photos that they named."""
    session = context.session
    theirs = (INBOX.c.student_id == student_id) | INBOX.c.record_id.in_(sorted(record_ids))
    found = {entry.key: entry for entry in entries.lock(session, theirs)}
    found |= _never_applied(session, {student_id, *record_ids})
    named = {
        sha256 for body in entries.bodies(session, found.values()).values() for sha256 in HASHES.findall(body or "")
    }
    for entry in found.values():
        entry.become(ERASED, context.now, case_id=None, student_id=student_id)
    entries.write(session, list(found.values()))
    emptied = {"body": None, "made_at": None, "offset_ms": None}
    closed = {"status": ERASED, "note": None, "target": None}
    for edit_id, digest in sorted(found):
        session.execute(update(INBOX).where(INBOX.c.edit_id == edit_id, INBOX.c.digest == digest).values(emptied))
        session.execute(update(CASES).where(CASES.c.edit_id == edit_id, CASES.c.digest == digest).values(closed))
    return named


def _never_applied(session: Session, names: set[str]) -> dict[Key, Entry]:
    """Find the edits that wait or were kept and are about the family all the same: by their record, or what they name.

    `names` grows by the records that such edits wanted to begin; an edit of another family's record is never among them.
    """
    waiting = entries.lock(session, INBOX.c.status.not_in(entries.LETS_FOLLOW))
    bodies = {key: _read(body) for key, body in entries.bodies(session, waiting).items()}
    known = select(RECORDS.c.id).where(RECORDS.c.id.in_(sorted({entry.record_id for entry in waiting})))
    others = set(session.scalars(known)) - names
    waiting = [entry for entry in waiting if entry.record_id not in others]
    found: dict[Key, Entry] = {}
    while more := [entry for entry in waiting if about.names(entry, bodies[entry.key]) & names]:
        found |= {entry.key: entry for entry in more}
        names |= {entry.record_id for entry in more if entry.record_id}
        waiting = [entry for entry in waiting if entry.key not in found]
    return found


def _read(body: str | None) -> dict[str, Any]:
    raw = orjson.loads(body) if body else {}
    return raw if isinstance(raw, dict) else {}


def _forget_photos(session: Session, records: Sequence[RecordState], beside: set[str]) -> list[str]:
    """Take the photos of these records, and those `beside` that only edits named, from the tables, never to be taken in again."""
    now, hashes = utc_now(), set[str]()
    for kind in KINDS:
        ids = [record.id for record in records if record.kind == kind]
        hashes.update(photos.forget(session, kind, ids, waited_for(now)))
    hashes.update(photos.drop_unnamed(session, beside, waited_for(now)))
    gone_photos.remember(session, hashes)
    return sorted(hashes)
