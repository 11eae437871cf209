"""The first half of a round: take custody of a phone's edits, then apply what can be applied."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.actor import Actor
from server.db import reading
from server.errors import TooLarge, Unprocessable
from server.photos.uses import missing_of
from server.sync import apply, inbox, outcomes, parts
from server.sync.inbox import Note, Received
from server.times import utc_now
from server.visits import reasons
from server.visits.withheld import letting_photos_be_seen

EDITS_MAX = 50
EDITS_MAX_BYTES = 256 * 1024  # of one round, in canonical JSON
EDIT_MAX_BYTES = 128 * 1024  # of one edit; eight times the longest form


def take(actor: Actor, edits: Sequence[object], note: Note) -> list[dict[str, Any]]:
    """Store the edits, apply them, and answer each, in the order in which they came.

    Raises: TooLarge (413), for more than 50 edits or 256 KiB; Unprocessable (422), if one has no readable id. Nothing
    is stored then. OperationalError, if the database cannot be written; then what was stored stays, and is applied later.
    """
    batch = _received(actor, edits)
    kept = [each for each in batch if 0 < len(each.body) <= EDIT_MAX_BYTES]
    now = utc_now()
    recognised = parts.recognise(actor, kept) if kept else []
    places = {each.key: found.key for each, found in zip(kept, recognised, strict=True)}
    new = [each for each in kept if places[each.key] == each.key]
    inbox.store(actor, new, note, now)
    ids = list(dict.fromkeys(each.id for each in kept))
    found = {}
    if ids:
        raws = {each.key: each.raw for each in new}
        found = {entry.key: entry for entry in apply.apply_ids(ids, now, raws)}
    answers, named = [], set()
    for each in batch:
        key = places.get(each.key, each.key)
        entry = found.get(key)
        if entry is None:
            answers.append(outcomes.refused(each.id, reasons.TOO_LARGE if each.body else reasons.UNREADABLE))
            continue
        said = outcomes.outcome(entry, now)
        answers.append({**said, "replayed": said["replayed"] or key in named})
        named.add(key)
    return answers


def missing_photos(actor: Actor) -> list[str]:
    """List the photos that this person's records name and that are not here yet; none of a family that refuses photos."""
    with reading() as session:
        return missing_of(session, actor.staff_id, letting_photos_be_seen)


def _received(actor: Actor, edits: Sequence[object]) -> list[Received]:
    if len(edits) > EDITS_MAX:
        raise TooLarge(details={"limit_edits": EDITS_MAX})
    nameless = [place for place, raw in enumerate(edits) if not inbox.readable_id(raw)]
    batch = [inbox.receive(actor, raw) for raw in edits if isinstance(raw, Mapping) and inbox.readable_id(raw)]
    size = sum(len(each.body) for each in batch) + sum(len(inbox.canonical(edits[place])) for place in nameless)
    if size > EDITS_MAX_BYTES:
        raise TooLarge(details={"limit_bytes": EDITS_MAX_BYTES})
    if nameless:
        raise Unprocessable(details={"edits_without_id": nameless})
    return batch
