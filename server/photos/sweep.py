"""Keeping bytes and records in step: late photos shown, unnamed bytes removed. Rows first, files after: a crash leaves a file, never a lie."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from server.db import reading, transaction
from server.photos import erased, service
from server.photos.desk import Desk
from server.photos.models import PhotoBytes, PhotoClaim, PhotoUse
from server.photos.uses import show

KEPT = timedelta(days=30)  # bytes that no record and no version names, nor an edit that may still be applied
PARTIAL_KEPT = timedelta(days=30)  # an upload that nobody went on with
AT_ONCE = 200


def sweep_photos(desk: Desk, now: datetime, waited_for: service.WaitedFor) -> int:
    """Remove bytes that have been unreferenced for 30 days; returns how many.

    A use's row stays when a photo is taken out of a record, so versions count as naming it.
    """
    with transaction() as session:
        unused = ~exists().where(PhotoUse.sha256 == PhotoBytes.sha256)
        old = select(PhotoBytes.sha256).where(PhotoBytes.stored_at < now - KEPT, unused)
        # Locked first and asked again: a record that names it in this moment waits, or was seen.
        # In no order: those that must stay for a case would else stand before the others for ever.
        some = old.order_by(func.random()).limit(AT_ONCE).with_for_update(skip_locked=True)
        locked = list(session.scalars(some))
        still = session.scalars(select(PhotoBytes.sha256).where(PhotoBytes.sha256.in_(locked), unused))
        gone = [sha256 for sha256 in still if not waited_for(session, sha256)]
        service.drop(session, gone)
    discard(desk, gone)
    return len(gone)


def show_late(desk: Desk) -> int:
    """Show photos that came in the same instant as a record naming them, when neither saw the other; returns how many.

    Each is asked with its bytes locked: a record that names it meanwhile waits, or was seen.
    """
    late = (PhotoUse.sha256 == PhotoClaim.sha256) & (PhotoUse.added_by == PhotoClaim.staff_id)
    query = select(PhotoUse.sha256).join(PhotoClaim, late).where(PhotoUse.named, ~PhotoUse.shown)
    with reading() as session:
        found = list(session.scalars(query.distinct().limit(AT_ONCE)))
    shown = 0
    for sha256 in found:
        with transaction() as session:
            locked = select(PhotoBytes.sha256).where(PhotoBytes.sha256 == sha256).with_for_update()
            if session.scalar(locked) and show(session, sha256, desk.hooks.person_reads(session)):
                desk.hooks.arrived(session, sha256)
                shown += 1
    return shown


def discard(desk: Desk, sha256s: Iterable[str]) -> None:
    """Remove files whose rows are gone, what is half-way included; bytes that came in again meanwhile stay.

    Not so those of an erased family that came in while it was being erased: their rows go now.
    """
    for sha256 in sha256s:
        with desk.store.settling(sha256):
            with reading() as session:
                back = service.stored(session, sha256) is not None
                refused = back and erased.is_refused(session, desk.hooks, sha256)
            if refused:
                with transaction() as session:
                    service.drop(session, [sha256])
                back = False
            if not back:
                desk.store.remove(sha256)
                desk.partials.wipe_everywhere(sha256)


def sweep_strays(desk: Desk) -> int:
    """Remove files without a row, small pictures too: what a crash left between the two; returns how many photos."""
    names = sorted(set(desk.store.names()))
    strays: list[str] = []
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        with reading() as session:
            known = set(session.scalars(select(PhotoBytes.sha256).where(PhotoBytes.sha256.in_(some))))
        strays += [sha256 for sha256 in some if sha256 not in known]
    discard(desk, strays)
    return len(strays)
