"""Photos go for good: 30 days after a family's consent ended or never came, and a year after they arrived (ADR 0018).

The record names them no more, with a version that nobody wrote; its phones learn of it as of any change. Their bytes go once
no other record names them.
"""

import json
import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from server.consents.service import PHOTO_LEVELS
from server.db import reading, transaction
from server.merge.values import same
from server.photos import service as photos
from server.photos import sweep
from server.photos.desk import Desk
from server.photos.models import PhotoBytes, PhotoUse
from server.photos.uses import Place
from server.records.models import Record
from server.records.store import RecordState
from server.schools.models import Student
from server.visits import finishing
from server.visits.context import Context
from server.visits.moving import lock_family
from server.visits.siblings import some_child

WITHOUT_CONSENT = timedelta(days=30)
KEPT = timedelta(days=365)  # as the consent says: 存1年
FAMILIES_AT_ONCE = 50
log = logging.getLogger("jiafang.photos")


def remove_lapsed(desk: Desk, now: datetime, waited_for: photos.WaitedFor) -> int:
    """Remove the photos whose time has come, one family after the other; gives how many. Bytes that an edit waits for stay."""
    with reading() as session:
        # In no order: families with which something is wrong would else stand before the others for ever.
        query = _lapsed(now, Record.student_id).group_by(Record.student_id).order_by(func.random())
        students = session.scalars(query.limit(FAMILIES_AT_ONCE)).all()
    done = 0
    for student_id in students:
        try:
            with transaction() as session:
                places, hashes = _remove(session, now, student_id, waited_for)
            sweep.discard(desk, hashes)
            done += places
        except Exception as error:  # noqa: BLE001  # one family's trouble must not keep the photos of the others
            told = {"event": "lapsed photos could not be removed", "error": type(error).__name__, "student": student_id}
            log.warning(json.dumps(told))
    return done


def _remove(session: Session, now: datetime, student_id: str, waited_for: photos.WaitedFor) -> tuple[int, list[str]]:
    """Take the lapsed photos of one family out of its records; gives how many, and the hashes that nothing names any more."""
    context = Context(session, now)
    family = lock_family(context, student_id)
    found = session.execute(_lapsed(now, PhotoUse.record_id, PhotoUse.sha256).where(Record.student_id == student_id))
    places = {Place("visit", record_id, sha256) for record_id, sha256 in found}
    visits = [each for each in family.records if each.kind == "visit" and each.state == "live"]
    context.note_circles(visits)
    context.conflicts.load(visit.ref for visit in visits)
    for visit in visits:
        _take_out(context, visit, {each.sha256 for each in places if each.record_id == visit.id})
    finishing.finish(context)
    return len(places), photos.let_go(session, places, waited_for)


def _take_out(context: Context, visit: RecordState, gone: Collection[str]) -> None:
    """Take photos out of a visit, with what is said of them; what differs about that is decided no more."""
    before, after = visit.fields, _without(visit, gone)
    if context.work.change(visit, after, None):
        changed = {name for name in before if name not in after or not same(before[name], after[name])}
        context.conflicts.keep_in_step(visit, changed, None)
    for conflict in context.conflicts.open_of(visit.ref):
        if _is_of(conflict.field, gone):
            context.conflicts.drop(conflict)


def _lapsed(now: datetime, *columns: Any) -> Any:
    """Ask for the uses of photos whose time has come; also of those that somebody took out of a record before."""
    return (
        select(*columns)
        .select_from(PhotoUse)
        .join(Record, and_(Record.kind == PhotoUse.kind, Record.id == PhotoUse.record_id))
        .join(PhotoBytes, PhotoBytes.sha256 == PhotoUse.sha256)
        .where(PhotoUse.kind == "visit", or_(_here_since(now - KEPT), _unconsented(now)))
    )


def _here_since(then: datetime) -> ColumnElement[bool]:
    """Tell of a photo that its bytes were here before, and in this record: they may have come first with another's."""
    return and_(PhotoBytes.stored_at < then, PhotoUse.named_at < then)


def _unconsented(now: datetime) -> ColumnElement[bool]:
    """Tell of a photo that it has been here for 30 days without consent: since it came, or since consent was lost.

    The least counts of what the families let of all children that the visit tells of (ADR 0019).
    """
    since = now - WITHOUT_CONSENT

    def lacks(child: type[Student]) -> ColumnElement[bool]:
        ended = or_(child.photos_ended_at.is_(None), child.photos_ended_at < since)
        return child.may_photo.not_in(PHOTO_LEVELS) & ended

    return and_(_here_since(since), some_child(Record.id, Record.student_id, lacks))


def _without(visit: RecordState, gone: Collection[str]) -> dict[str, Any]:
    fields = {name: value for name, value in visit.fields.items() if not _is_of(name, gone)}
    for name, left in (("photos", _left(visit.fields.get("photos"), gone)), ("photo_order", _order(visit, gone))):
        if name in fields:
            fields[name] = left
    return fields


def _is_of(name: str, gone: Collection[str]) -> bool:
    field, _, rest = name.partition("/")
    return field == "photos" and rest.partition("/")[0] in gone


def _left(hashes: Iterable[str] | None, gone: Collection[str]) -> Sequence[str]:
    return [each for each in hashes or () if each not in gone]


def _order(visit: RecordState, gone: Collection[str]) -> Sequence[Any]:
    return [each for each in visit.fields.get("photo_order") or () if each.get("photo") not in gone]
