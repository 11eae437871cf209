"""Which records name which photos, and which of those photos they may show.

A record may name photos that are not there yet. It shows one once a person who added it has sent the bytes, or may read
another record that shows them: knowing a hash gives nobody a picture.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from server.photos.models import PhotoBytes, PhotoClaim, PhotoUse
from server.photos.rows import insert_new

MayRead = Callable[[str, str, str], bool]  # (staff id, record kind, record id)


@dataclass(frozen=True)
class PhotoSet:
    """The photos that one record names after an edit, and whose edit it was."""

    kind: str
    record_id: str
    sha256s: frozenset[str]
    added_by: str


def nobody(_staff_id: str, _kind: str, _record_id: str) -> bool:
    """Answer that this person may not read that record."""
    return False


def names(session: Session, kind: str, record_id: str, sha256s: Iterable[str], added_by: str) -> None:
    """Note the photos that one record names now; see `name_sets`."""
    name_sets(session, [PhotoSet(kind, record_id, frozenset(sha256s), added_by)])


def name_sets(session: Session, sets: Sequence[PhotoSet], may_read: MayRead = nobody) -> None:
    """Note the photos that these records name now, each record's whole set; records not listed stay as they are.

    Set-wise: one query where nothing changes, at most five where photos were added. A record stands in `sets` once.
    """
    there = _uses_of(session, sets)
    fresh: list[dict[str, object]] = []
    dropped: list[tuple[str, str, str]] = []
    revived: list[tuple[str, str, str]] = []
    for wanted in sets:
        rows = there[wanted.kind, wanted.record_id]
        for sha256 in wanted.sha256s | rows.keys():
            place = (wanted.kind, wanted.record_id, sha256)
            uses = rows.get(sha256, [])
            if sha256 not in wanted.sha256s:
                dropped += [place] * any(use.named for use in uses)
                continue
            revived += [place] * any(not use.named for use in uses)
            if not any(use.shown or use.added_by == wanted.added_by for use in uses):
                fresh.append(_row(place, wanted.added_by))
    _set_named(session, dropped, named=False)
    _set_named(session, revived, named=True)
    if fresh:
        _add(session, fresh, may_read)


def _row(place: tuple[str, str, str], added_by: str) -> dict[str, object]:
    kind, record_id, sha256 = place
    return {"kind": kind, "record_id": record_id, "sha256": sha256, "added_by": added_by, "named": True, "shown": False}


def missing(session: Session, staff_id: str) -> list[str]:
    """List the photos that this person's records name and that cannot be shown yet: what their phone should send."""
    wanted = select(PhotoUse.sha256).where(PhotoUse.added_by == staff_id, ~PhotoUse.shown, PhotoUse.named)
    return sorted(set(session.scalars(wanted)))


def unshown(session: Session, kind: str, record_ids: Iterable[str]) -> dict[str, list[str]]:
    """Tell which of their named photos these records cannot show yet; a record that shows all of them is absent."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows = select(PhotoUse.record_id, PhotoUse.sha256).where(
        PhotoUse.kind == kind, PhotoUse.record_id.in_(list(record_ids)), ~PhotoUse.shown, PhotoUse.named
    )
    for record_id, sha256 in session.execute(rows):
        found[record_id].add(sha256)
    return {record_id: sorted(sha256s) for record_id, sha256s in found.items()}


def show(session: Session, sha256: str, may_read: MayRead) -> bool:
    """Show these bytes, which are here now, in every record that may show them; returns whether any record changed."""
    uses = list(session.scalars(select(PhotoUse).where(PhotoUse.sha256 == sha256)))
    claimed = set(session.scalars(select(PhotoClaim.staff_id).where(PhotoClaim.sha256 == sha256)))
    changed = False
    while found := [use for use in uses if not use.shown and _may_show(use, uses, claimed, may_read)]:
        places = {(use.kind, use.record_id) for use in found}
        for use in uses:  # what one person of a record may show, the record shows
            use.shown = use.shown or (use.kind, use.record_id) in places
        changed = True
    session.flush()
    return changed


def _may_show(use: PhotoUse, uses: list[PhotoUse], claimed: set[str], may_read: MayRead) -> bool:
    if use.added_by in claimed:
        return True
    return any(
        other.shown and other.named and may_read(use.added_by, other.kind, other.record_id)
        for other in uses
        if (other.kind, other.record_id) != (use.kind, use.record_id)
    )


def _uses_of(session: Session, sets: Sequence[PhotoSet]) -> dict[tuple[str, str], dict[str, list[PhotoUse]]]:
    """Read what these records name so far: {(kind, record id): {sha256: uses}}."""
    there: defaultdict[tuple[str, str], defaultdict[str, list[PhotoUse]]] = defaultdict(lambda: defaultdict(list))
    ids = {wanted.record_id for wanted in sets}
    columns = select(
        PhotoUse.kind, PhotoUse.record_id, PhotoUse.sha256, PhotoUse.added_by, PhotoUse.named, PhotoUse.shown
    )
    for use in session.execute(columns.where(PhotoUse.record_id.in_(ids))):
        there[use.kind, use.record_id][use.sha256].append(use)  # type: ignore[arg-type]  # a row has the same names
    return there  # type: ignore[return-value]  # a defaultdict, so that an unknown record reads as empty


def _set_named(session: Session, places: list[tuple[str, str, str]], *, named: bool) -> None:
    if places:
        here = tuple_(PhotoUse.kind, PhotoUse.record_id, PhotoUse.sha256).in_(places)
        session.execute(update(PhotoUse).where(here).values(named=named), execution_options=_PLAIN)


def _add(session: Session, fresh: list[dict[str, object]], may_read: MayRead) -> None:
    """Insert new uses, then show those whose bytes are here already."""
    insert_new(session, PhotoUse, fresh)
    hashes = sorted({str(row["sha256"]) for row in fresh})
    # The share lock keeps the photo sweep from removing bytes that are being named.
    stored = select(PhotoBytes.sha256).where(PhotoBytes.sha256.in_(hashes)).with_for_update(read=True)
    for sha256 in session.scalars(stored).all():
        show(session, sha256, may_read)


_PLAIN = {"synchronize_session": False}
