"""Whose families the edits are about that were kept and not applied, and what these let be kept and shown (ADR 0018).

No record says it of them: an edit may have begun none, and what it names may lie in another edit that was kept.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from server.consents.service import PHOTO_LEVELS, Standing
from server.photos.service import WaitedFor
from server.records.edits import Ref
from server.records.models import Conflict, Record
from server.sync import cases
from server.sync.case_rows import CASES, OPEN
from server.sync.cases import KeptEdit
from server.sync.entries import HELD, INBOX, LETS_FOLLOW, NEW, QUARANTINED, RETURNED
from server.times import utc_now
from server.visits.photo_lapses import KEPT, WITHOUT_CONSENT
from server.visits.standing import Told, least, standing_of_record, standings_of


def standing_of_kept(session: Session, edit: KeptEdit) -> Standing:
    """Give the least that the families let of whom an edit tells: by itself, by its record or visit, or by what else was kept of these."""
    refs = set(_refs(session, edit))
    stored = [record for ref in refs if (record := session.get(Record, (ref.kind, ref.id))) is not None]
    kept = [edit, *cases.kept_edits(session, refs)]
    students = {each.student_id for each in stored} | {each.student_id for each in kept}
    beside = {id_ for each in kept for id_ in _added(each)}
    told = standings_of(session, {id_: Told(id_, beside) for id_ in students if id_})
    return least([*told.values(), *(standing_of_record(session, each) for each in stored)])


def refuses_photo(session: Session, sha256: str) -> bool:
    """Tell whether a kept edit names these bytes whose family refuses photos."""
    rows = _naming(session, sha256, INBOX.c.status.not_in(LETS_FOLLOW))
    return any(not standing_of_kept(session, cases.kept_edit(row)).shows_photos for row in rows)


def waited_for(now: datetime) -> WaitedFor:
    """Give how to tell whether an edit that may still be applied names bytes: for 30 days, or with consent for a year.

    One that the office gave back is written anew with the same photos: the 30 days count again from that day, unless the
    family refuses them.
    """
    undecided = exists().where(CASES.c.id == INBOX.c.case_id, CASES.c.status == OPEN)
    given_back = and_(INBOX.c.status == RETURNED, INBOX.c.settled_at >= now - WITHOUT_CONSENT)
    may_come = or_(INBOX.c.status.in_((NEW, HELD)), and_(INBOX.c.status == QUARANTINED, undecided), given_back)

    def ask(session: Session, sha256: str) -> bool:
        for row in _naming(session, sha256, may_come & (INBOX.c.received_at >= now - KEPT)):
            if row.received_at >= now - WITHOUT_CONSENT:
                return True
            standing = standing_of_kept(session, cases.kept_edit(row))
            if standing.shows_photos if row.status == RETURNED else standing.photos in PHOTO_LEVELS:
                return True
        return False

    return ask


def is_waited_for(session: Session, sha256: str) -> bool:
    """Tell whether an edit that may still be applied names these bytes now."""
    return waited_for(utc_now())(session, sha256)


def _naming(session: Session, sha256: str, which: ColumnElement[bool]) -> Iterable[Any]:
    return session.execute(select(INBOX).where(which, INBOX.c.body.contains(sha256, autoescape=True))).all()


def _refs(session: Session, edit: KeptEdit) -> Iterator[Ref]:
    """Name the records that say whose family an edit is about: its own, its visit, and the one that it would merge into."""
    kind, _, id_ = edit.record.partition(":")
    conflict = session.get(Conflict, id_) if kind == "conflict" else None
    yield Ref(conflict.record_kind, conflict.record_id) if conflict else Ref(kind, id_)
    named = (id_ if kind == "visit_private" else None, edit.changes.get("visit_id"), edit.args.get("into"))
    yield from (Ref("visit", each) for each in named if isinstance(each, str))


def _added(edit: KeptEdit) -> Iterator[str]:
    change = edit.members.get("also_for")
    added = change.get("add") if isinstance(change, dict) else None
    yield from (each for each in added or () if isinstance(each, str))
