"""The office's inbox: what is kept and not applied, and the office's decision on it. Nothing is decided by silence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select, tuple_, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from server.accounts.models import Staff
from server.actor import Actor
from server.db import transaction
from server.errors import AppError, Clash, NotFound, Unprocessable
from server.records.edits import Ref
from server.records.models import Record
from server.schools.models import Student
from server.sync import apply, entries
from server.sync.case_rows import ACCEPTED, CASES, OPEN, RETURNED
from server.sync.entries import INBOX, QUARANTINED, Entry
from server.sync.run import PLAIN, Run, Terms
from server.times import utc_now
from server.visits import reasons
from server.visits.kinds import UUID

PAGE_ROWS = 50
NOTE_MAX_CHARS = 200


@dataclass(frozen=True)
class KeptEdit:
    """One edit in a case: what it says, field by field, as it came."""

    id: str
    record: str
    op: str
    status: str
    made_at: str | None
    received_at: datetime
    changes: Mapping[str, Any]  # {field: the value that the teacher wrote}
    members: Mapping[str, Any]  # {set: {"add", "remove"}}
    args: Mapping[str, Any]
    student_id: str | None  # the one that the edit names, if it does


@dataclass(frozen=True)
class OneCase:
    """One thing to decide; `edits` holds the words where the whole case was asked for."""

    id: str
    status: str  # open, accepted, returned, settled (by itself), erased
    reason: str
    sentence: str | None
    opened_at: datetime
    staff_id: str
    staff_name: str
    note: str | None
    edits: tuple[KeptEdit, ...] = ()


def open_cases(session: Session, school_id: str, after: str | None = None) -> list[OneCase]:
    """List a school's open cases, oldest first, 50 a page; `after` is the last id of the page before."""
    query = _query(school_id).where(CASES.c.status == OPEN, CASES.c.id > (after or "")).limit(PAGE_ROWS)
    return [_case(row) for row in session.execute(query)]


def read_case(session: Session, school_id: str, case_id: str) -> OneCase:
    """Give one case with the words of its edits, the first one in front.

    Raises: NotFound, if the school has no such case.
    """
    row = session.execute(_query(school_id).where(CASES.c.id == case_id)).first()
    if row is None:
        raise NotFound
    query = select(INBOX).where(INBOX.c.case_id == case_id).order_by(INBOX.c.received_at, INBOX.c.edit_id)
    kept = sorted(session.execute(query), key=lambda edit: (edit.edit_id, edit.digest) != (row.edit_id, row.digest))
    return _case(row, tuple(kept_edit(edit) for edit in kept))


def kept_edits(session: Session, refs: Iterable[Ref]) -> list[KeptEdit]:
    """Give the edits of these records that were not applied."""
    theirs = tuple_(INBOX.c.record_kind, INBOX.c.record_id).in_(sorted(refs))
    query = select(INBOX).where(theirs, INBOX.c.status.not_in(entries.LETS_FOLLOW))
    return [kept_edit(row) for row in session.execute(query)]


def accept(by: Actor, case_id: str, student_id: str | None = None) -> None:
    """Let a case's edits stand, whatever their author's duties; `student_id` puts right whose visit it is.

    Raises: NotFound; Clash, if it is decided already, cannot be applied even so, or breaks our own code; Unprocessable, if
    the student is none of the school's or the edit begins no visit. Nothing is changed then.
    """
    try:
        _accept(by, case_id, student_id)
    except (AppError, OperationalError):
        raise
    except Exception as error:
        apply.tell_failure("an accepted edit could not be applied", error, case=case_id)
        raise Clash(
            message="系统处理这一条时又出了问题，它还留在这里。请稍后再采用一次，仍不行请告诉管理员。"
        ) from error


def _accept(by: Actor, case_id: str, student_id: str | None) -> None:
    now = utc_now()
    with transaction() as session:
        case = _lock(session, by, case_id)
        key = (case.edit_id, case.digest)
        found = entries.lock_ids(session, [case.edit_id])
        root = next(entry for entry in found if entry.key == key)
        right = {key: _put_right(session, by, root, student_id)} if student_id else {}
        _decide(
            session, case_id, by, now, {"status": ACCEPTED, "target": f"student:{student_id}" if student_id else None}
        )
        terms = Terms(waited=frozenset({key}), granted_cases=frozenset({case_id}), put_right=right)
        run = Run(session, now, {}, terms, {entry.key: entry for entry in found})
        run.apply([root])
        if root.status not in entries.LETS_FOLLOW:
            raise Clash(
                message="这条内容还是放不进去：可以换成正确的学生再试，或写明原因退回给老师。",
                details={"reason": root.reason},
            )
        run.finish()


def return_(by: Actor, case_id: str, note: str) -> None:
    """Give a case's edits back to their author with the office's words; they are kept, and never applied.

    Raises: NotFound; Clash, if it is decided already; Unprocessable, if the words are missing or longer than 200.
    """
    words = note.strip()
    if not words or len(words) > NOTE_MAX_CHARS:
        raise Unprocessable(message="请写一句退回的原因，200 字以内，老师会看到。", details={"field": "note"})
    now = utc_now()
    with transaction() as session:
        case = _lock(session, by, case_id)
        found = entries.lock_ids(session, [case.edit_id])
        root = next(entry for entry in found if entry.key == (case.edit_id, case.digest))
        _decide(session, case_id, by, now, {"status": RETURNED, "note": words})
        run = Run(session, now, {}, PLAIN, {entry.key: entry for entry in found})
        root.become(entries.RETURNED, now, reason=root.reason)
        run.follow([root])
        run.finish()


def _query(school_id: str) -> Any:
    return (
        select(CASES, INBOX.c.staff_id, Staff.name.label("staff_name"))
        .join(INBOX, (INBOX.c.edit_id == CASES.c.edit_id) & (INBOX.c.digest == CASES.c.digest))
        .join(Staff, Staff.id == INBOX.c.staff_id)
        .where(CASES.c.school_id == school_id)
        .order_by(CASES.c.id)
    )


def _case(row: Any, edits: tuple[KeptEdit, ...] = ()) -> OneCase:
    return OneCase(
        id=row.id,
        status=row.status,
        reason=row.reason,
        sentence=reasons.office_sentence(row.reason),
        opened_at=row.opened_at,
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        note=row.note,
        edits=edits,
    )


def kept_edit(row: Any) -> KeptEdit:
    """Read an inbox row."""
    raw = orjson.loads(row.body) if row.body else {}
    changes = _object(raw.get("changes"))
    written = {name: each.get("new") if isinstance(each, dict) else each for name, each in changes.items()}
    named = written.get("student_id")
    return KeptEdit(
        id=row.edit_id,
        record=f"{row.record_kind}:{row.record_id}",
        op=row.op,
        status=row.status,
        made_at=row.made_at,
        received_at=row.received_at,
        changes=written,
        members=_object(raw.get("members")),
        args=_object(raw.get("args")),
        student_id=named if isinstance(named, str) else row.student_id,
    )


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _lock(session: Session, by: Actor, case_id: str) -> Any:
    row = session.execute(select(CASES).where(CASES.c.id == case_id).with_for_update()).first()
    if row is None or by.school_id is None or row.school_id != by.school_id:
        raise NotFound
    if row.status != OPEN:
        raise Clash(message="这一条已经处理过了，请刷新看最新的情况。", details={"status": row.status})
    return row


def _decide(session: Session, case_id: str, by: Actor, now: datetime, values: Mapping[str, Any]) -> None:
    decided = {"decided_by": by.staff_id, "decided_at": now, **values}
    session.connection().execute(update(CASES).where(CASES.c.id == case_id).values(decided))


def begins_visit(session: Session, op: str, ref: Ref, status: str) -> bool:
    """Tell whether a kept edit would begin a visit: only then can its student be put right.

    The words of an edit of a visit that is there would go into that one, whatever student the office names.
    """
    return (op, ref.kind, status) == ("edit", "visit", QUARANTINED) and session.get(Record, ref) is None


def _put_right(session: Session, by: Actor, root: Entry, student_id: str) -> Mapping[str, Any]:
    """Give the edit as the office reads it: the same words, about this student, in the class they are in now."""
    student = session.get(Student, student_id) if UUID.fullmatch(student_id) else None
    if student is None or student.school_id != by.school_id or student.erased:
        raise Unprocessable(message="没有找到这名学生，请在本校名单里重新选。", details={"field": "student_id"})
    if not begins_visit(session, root.op, Ref(root.record_kind, root.record_id), root.status):
        raise Unprocessable(
            message="这一条没有写明学生，不能改学生。请直接采用，或退回给老师。", details={"field": "student_id"}
        )
    body = entries.bodies(session, [root])[root.key]
    raw = orjson.loads(body or "{}")
    changes = {name: each for name, each in _object(raw.get("changes")).items() if name != "class_id"}
    return {**raw, "changes": {**changes, "student_id": {"old": None, "new": student_id}}}
