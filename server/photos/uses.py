"""Which records name which photos, and which of those photos they may show. Set-wise, for the sync's batches.

A record may name photos that are not there yet. It shows one once a person who added it has sent the bytes, or may read
another record that shows them: knowing a hash gives nobody a picture.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Row, Table, bindparam, select, tuple_, update
from sqlalchemy.orm import Session

from server.db import Writing, insert_into
from server.photos.models import PhotoBytes, PhotoClaim, PhotoUse
from server.prepared import Prepared
from server.records.edits import Ref
from server.times import utc_now

USES, CLAIMS, BYTES = (cast("Table", model.__table__) for model in (PhotoUse, PhotoClaim, PhotoBytes))
# Asked for every photo that arrives: who added it where, and whether they sent the bytes.
_USES_OF = Prepared(
    select(USES, CLAIMS.c.staff_id.is_not(None).label("claimed"))
    .outerjoin(CLAIMS, (CLAIMS.c.sha256 == USES.c.sha256) & (CLAIMS.c.staff_id == USES.c.added_by))
    .where(USES.c.sha256 == bindparam("of_sha256"))
)
_SHOW = Prepared(
    update(USES)
    .where(USES.c.kind == bindparam("of_kind"), USES.c.record_id == bindparam("of_record"))
    .where(USES.c.sha256 == bindparam("of_sha256"))
    .values(shown=True)
)


class Use(NamedTuple):
    """A row of `photo_uses`, and whether who added the photo sent its bytes."""

    kind: str
    record_id: str
    sha256: str
    added_by: str
    named: bool
    shown: bool
    named_at: datetime
    claimed: bool


MayRead = Callable[[str, str, str], bool]  # staff id, kind, record id: may this person read this record?
Letting = Callable[[Session, Collection[tuple[str, str]]], Collection[tuple[str, str]]]


@dataclass(frozen=True)
class Naming:
    """One record took these photos into its set, or let them go."""

    kind: str
    record_id: str
    added_by: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Place(NamedTuple):
    """One photo in one record, whoever added it."""

    kind: str
    record_id: str
    sha256: str


def name_photos(session: Session, namings: Sequence[Naming], may_read: MayRead) -> None:
    """Keep `photo_uses` in step with what records name; called in the transaction that changes them.

    A photo is shown at once where its adder sent the bytes, or may read a record that shows them. A photo that comes
    back into a record is shown as before.
    """
    added = [(Place(each.kind, each.record_id, sha256), each.added_by) for each in namings for sha256 in each.add]
    places = {place for place, _ in added}
    _set_named(session, places, named=True)
    if added:
        fresh = {"named": True, "shown": False, "named_at": utc_now()}
        rows = [{**place._asdict(), "added_by": by, **fresh} for place, by in dict.fromkeys(added)]
        session.execute(insert_into(session, USES).on_conflict_do_nothing(), rows)
        for sha256 in _sent_hashes(session, {place.sha256 for place in places}):
            show(session, sha256, may_read, only=places)
    gone = {Place(each.kind, each.record_id, sha256) for each in namings for sha256 in each.remove}
    _set_named(session, gone, named=False)


def adopt_photos(session: Session, adopted: Iterable[tuple[Ref, Ref]]) -> None:
    """Let records take over the photos of others that became them: [(losing record, winning record)].

    Who added a photo, and whether it is shown, goes with it; the losing record names none any more.
    """
    for loser, winner in adopted:
        theirs = (USES.c.kind == loser.kind) & (USES.c.record_id == loser.id)
        rows = [dict(use) for use in session.execute(select(USES).where(theirs, USES.c.named)).mappings()]
        if not rows:
            continue
        session.execute(update(USES).where(theirs).values(named=False))
        insert = insert_into(session, USES).on_conflict_do_nothing()
        session.execute(insert, [{**row, "kind": winner.kind, "record_id": winner.id} for row in rows])
        places = {Place(winner.kind, winner.id, row["sha256"]) for row in rows}
        _set_named(session, places, named=True)
        uses = session.execute(select(USES).where(_in(places), USES.c.shown)).all()
        if uses:
            session.execute(update(USES).where(_in({_place(use) for use in uses})).values(shown=True))


def missing_of(session: Session, staff_id: str, letting: Letting) -> list[str]:
    """List the photos that this person's records name and that cannot be shown yet: what their phone should send.

    `letting`: of which of these records the family lets photos be looked at; of the others none is asked for.
    """
    waiting = (USES.c.added_by == staff_id) & USES.c.named & ~USES.c.shown
    named: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, record_id, sha256 in session.execute(select(USES.c.kind, USES.c.record_id, USES.c.sha256).where(waiting)):
        named[kind, record_id].add(sha256)
    asked = letting(session, named.keys()) if named else ()
    return sorted(set().union(*(named[record] for record in asked)))


def unshown(session: Session, kind: str, record_ids: Iterable[str]) -> dict[str, list[str]]:
    """Tell which of their named photos these records cannot show yet; a record that shows all of them is absent."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    ids = sorted(set(record_ids))
    theirs = (USES.c.kind == kind) & USES.c.record_id.in_(ids)
    for record_id, sha256 in session.execute(
        select(USES.c.record_id, USES.c.sha256).where(theirs, USES.c.named, ~USES.c.shown)
    ):
        found[record_id].add(sha256)
    return {record_id: sorted(hashes) for record_id, hashes in found.items()}


def show(session: Writing, sha256: str, may_read: MayRead, only: set[Place] | None = None) -> bool:
    """Show bytes that are here in every record that may show them (or in `only`); returns whether any record changed."""
    uses = [Use(*row) for row in _USES_OF.rows(session.connection(), {"of_sha256": sha256})]
    if not uses:
        return False
    shown = {_place(use) for use in uses if use.shown}
    before = set(shown)
    waiting = {_place(use) for use in uses} - shown
    if only is not None:
        waiting &= only
    while found := {
        _place(use)
        for use in uses
        if _place(use) in waiting and (use.claimed or _sees_elsewhere(use, uses, shown, may_read))
    }:
        shown |= found
        waiting -= found
    fresh = shown - before
    # Also where one of several who added it was known before: what one of them may show, the record shows.
    stale = {_place(use) for use in uses if not use.shown and _place(use) in shown}
    if stale:
        rows = [{"of_kind": kind, "of_record": record_id, "of_sha256": sha256} for kind, record_id, _ in sorted(stale)]
        _SHOW.write(session.connection(), *rows)
    return bool(fresh)


def _sees_elsewhere(use: Use, uses: Sequence[Use], shown: set[Place], may_read: MayRead) -> bool:
    return any(
        other.named and _place(other) in shown and may_read(use.added_by, other.kind, other.record_id) for other in uses
    )


def _sent_hashes(session: Session, hashes: set[str]) -> list[str]:
    """List those that are here; the share lock keeps the photo sweep from removing them while they are being named."""
    here = select(BYTES.c.sha256).where(BYTES.c.sha256.in_(hashes)).with_for_update(read=True)
    return list(session.scalars(here))


def _set_named(session: Session, places: set[Place], *, named: bool) -> None:
    if places:
        session.execute(update(USES).where(_in(places), USES.c.named.is_(not named)).values(named=named))


def _in(places: set[Place]) -> ColumnElement[bool]:
    return tuple_(USES.c.kind, USES.c.record_id, USES.c.sha256).in_(places)


def _place(use: Use | Row[Any]) -> Place:
    return Place(use.kind, use.record_id, use.sha256)
