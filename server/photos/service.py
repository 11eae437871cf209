"""Who may have which photo, and what happens when bytes arrive or a record goes. The bytes are in `server/storage.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.actor import Actor
from server.db import NeedsSessionError, Writing
from server.photos.models import PhotoBytes, PhotoClaim, PhotoUse
from server.photos.uses import BYTES, CLAIMS, MayRead, Place, show
from server.prepared import Prepared
from server.times import utc_now

# Where bytes were here before, the file may have been lost on
# the disk, and what was said of it no longer holds.
_INSERTS: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_KEEP_BYTES = {
    name: Prepared(insert(BYTES).on_conflict_do_update(index_elements=["sha256"], set_={"state": "stored"}))
    for name, insert in _INSERTS.items()
}
_KEEP_CLAIM = {name: Prepared(insert(CLAIMS).on_conflict_do_nothing()) for name, insert in _INSERTS.items()}

WaitedFor = Callable[[Session, str], bool]  # whether an edit that may still be applied names these bytes


@dataclass(frozen=True)
class Hooks:
    """What photos must ask or tell the layers above; `app.py` fills it in, because imports go down only.

    `may_read(session, actor, kind, record_id)`: whether this person may read that record now.
    `person_reads(session)`: the same question about somebody who is not asking themselves: who added a photo.
    `may_show(session, kind, record_id)`: whether the family that the record is about lets its photos be looked at now.
    `refused(session, sha256)`: whether an edit that was kept and not applied names these bytes, and its family lets none be seen.
    `waited_for(session, sha256)`: whether an edit that may still be applied names these bytes.
    `arrived(session, sha256)`: records that name these bytes can show them now: their rows are renewed.
    """

    may_read: Callable[[Session, Actor, str, str], bool]
    person_reads: Callable[[Session], MayRead]
    may_show: Callable[[Session, str, str], bool]
    refused: Callable[[Session, str], bool]
    waited_for: Callable[[Session, str], bool]
    arrived: Callable[[Writing, str], None]


@dataclass(frozen=True)
class Picture:
    """What is known of stored bytes: their media type, and the size from the picture's header in pixels."""

    media_type: str
    width: int
    height: int


def take_in(session: Writing, hooks: Hooks, sha256: str, staff_id: str, size_bytes: int, picture: Picture) -> None:
    """Note that this person sent these bytes whole, and show them in the records that were waiting for them.

    Raises: NeedsSessionError, if what others may read must be asked and there is no session to ask with.
    """
    now = utc_now()
    row = {
        "sha256": sha256,
        "size_bytes": size_bytes,
        "media_type": picture.media_type,
        "stored_at": now,
        "state": "stored",
        "width": picture.width,
        "height": picture.height,
    }
    connection = session.connection()
    _KEEP_BYTES[connection.dialect.name].write(connection, row)
    claim(session, hooks, sha256, staff_id)


def claim(session: Writing, hooks: Hooks, sha256: str, staff_id: str) -> None:
    """Note that this person sent bytes that are here already.

    Raises: NeedsSessionError, as `take_in` does.
    """
    row = {"sha256": sha256, "staff_id": staff_id, "at": utc_now()}
    connection = session.connection()
    _KEEP_CLAIM[connection.dialect.name].write(connection, row)
    may_read = hooks.person_reads(session) if isinstance(session, Session) else _cannot_tell
    if show(session, sha256, may_read):
        hooks.arrived(session, sha256)


def _cannot_tell(_staff_id: str, _kind: str, _record_id: str) -> bool:
    raise NeedsSessionError


def sent_by(session: Session, sha256: str, staff_id: str) -> bool:
    """Tell whether the bytes are here and this person sent them."""
    return session.get(PhotoClaim, (sha256, staff_id)) is not None


def may_have(session: Session, hooks: Hooks, actor: Actor, sha256: str) -> bool:
    """Tell whether this person may have these bytes: they sent them, or may read a record that shows them.

    A device whose person is signed out has what that person sent, and nothing else.
    """
    if sent_by(session, sha256, actor.staff_id):
        return True
    if not actor.reads:
        return False
    uses = select(PhotoUse.kind, PhotoUse.record_id).where(PhotoUse.sha256 == sha256, PhotoUse.named, PhotoUse.shown)
    places = session.execute(uses.distinct()).all()
    return any(hooks.may_read(session, actor, kind, record_id) for kind, record_id in places)


def may_look(session: Session, hooks: Hooks, actor: Actor, sha256: str) -> bool:
    """Tell whether this person may look at these bytes: as `may_have`, in a record whose family lets its photos be looked at.

    Who sent them looks at them also while no record names them, unless they were in one before, or meant for one, whose family
    refuses it.
    """
    uses = select(PhotoUse.kind, PhotoUse.record_id, PhotoUse.named, PhotoUse.shown).where(PhotoUse.sha256 == sha256)
    found = session.execute(uses.distinct()).all()
    let = [each for each in found if hooks.may_show(session, each.kind, each.record_id)]
    if sent_by(session, sha256, actor.staff_id):
        if any(each.named for each in found):
            return any(each.named for each in let)
        return len(let) == len(found) and not hooks.refused(session, sha256)
    seen = (each for each in let if each.named and each.shown)
    return actor.reads and any(hooks.may_read(session, actor, each.kind, each.record_id) for each in seen)


def is_waited_for(session: Session, staff_id: str, sha256: str) -> bool:
    """Tell whether a record to which this person added the photo cannot show it yet: only their sending it ends that."""
    waiting = (PhotoUse.sha256 == sha256) & (PhotoUse.added_by == staff_id) & PhotoUse.named & ~PhotoUse.shown
    return session.scalar(select(PhotoUse.record_id).where(waiting).limit(1)) is not None


def stored(session: Session, sha256: str) -> PhotoBytes | None:
    """Look stored bytes up; None, if they are not here."""
    return session.get(PhotoBytes, sha256)


def looked_at(session: Session, sha256: str, *, readable: bool) -> None:
    """Note whether the picture could be decoded at its first look."""
    row = session.get(PhotoBytes, sha256)
    if row is not None:
        row.state = "decoded" if readable else "unreadable"


def not_looked_at(session: Session, limit: int) -> list[str]:
    """List bytes that nobody has decoded yet, oldest first."""
    waiting = select(PhotoBytes.sha256).where(PhotoBytes.state == "stored").order_by(PhotoBytes.stored_at).limit(limit)
    return list(session.scalars(waiting))


def forget(session: Session, kind: str, record_ids: Iterable[str], waited_for: WaitedFor) -> list[str]:
    """Take these records' photos from the tables, for good; for erasure.

    Returns: the hashes that no other record names, and no edit waits for; after the commit, `photos.sweep.discard` removes their files.
    """
    ids = list(record_ids)
    theirs = (PhotoUse.kind == kind) & PhotoUse.record_id.in_(ids)
    hashes = set(session.scalars(select(PhotoUse.sha256).where(theirs)))
    session.execute(delete(PhotoUse).where(theirs))
    return drop_unnamed(session, hashes, waited_for)


def let_go(session: Session, places: Iterable[Place], waited_for: WaitedFor) -> list[str]:
    """Forget that these records ever named these photos.

    Returns: the hashes that no other record names, and no edit waits for; after the commit, `photos.sweep.discard` removes their files.
    """
    gone = set(places)
    for kind, record_id, sha256 in gone:
        session.execute(
            delete(PhotoUse).where(PhotoUse.kind == kind, PhotoUse.record_id == record_id, PhotoUse.sha256 == sha256)
        )
    return drop_unnamed(session, {each.sha256 for each in gone}, waited_for)


def drop(session: Session, sha256s: Iterable[str]) -> None:
    """Take bytes and claims from the tables; their files follow after the commit."""
    gone = list(sha256s)
    session.execute(delete(PhotoClaim).where(PhotoClaim.sha256.in_(gone)))
    session.execute(delete(PhotoBytes).where(PhotoBytes.sha256.in_(gone)))


def drop_unnamed(session: Session, hashes: set[str], waited_for: WaitedFor) -> list[str]:
    """Take from the tables those that no record names and no edit waits for; gives them.

    Locked first and asked then, as the sweep does: a record that names one in this moment was seen, or waits and finds it gone.
    """
    locked = select(PhotoBytes.sha256).where(PhotoBytes.sha256.in_(hashes)).order_by(PhotoBytes.sha256)
    session.execute(locked.with_for_update())
    named = set(session.scalars(select(PhotoUse.sha256).where(PhotoUse.sha256.in_(hashes))))
    gone = [sha256 for sha256 in sorted(hashes - named) if not waited_for(session, sha256)]
    drop(session, gone)
    return gone
