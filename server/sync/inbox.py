"""Custody: raw edits are committed as they came, before anything is tried with them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from server.actor import Actor
from server.db import insert_into, transaction
from server.sync.entries import INBOX
from server.visits.kinds import UUID

Raw = Mapping[str, Any]
INT_MAX = 2**31 - 1
ANSWER_DEPTH = 16  # levels that an answer may put round the words of an edit
BIGINT_MAX = 2**63 - 1


@dataclass(frozen=True)
class Received:
    """One edit as it came: its raw form, its canonical bytes, and the hash of those bytes and of who sent them."""

    id: str
    raw: Raw
    body: bytes
    digest: str

    @property
    def key(self) -> tuple[str, str]:
        """Tell this edit from another one that reused its id."""
        return self.id, self.digest


@dataclass(frozen=True)
class Note:
    """What the phone says beside its edits: its measured offset and the app's version."""

    offset_ms: int | None = None
    app: str | None = None


def readable_id(raw: object) -> bool:
    """Tell whether an edit names itself: without that, no answer could name it either."""
    return isinstance(raw, Mapping) and isinstance(raw.get("id"), str) and UUID.fullmatch(raw["id"]) is not None


def receive(actor: Actor, raw: Raw) -> Received:
    """Bring one edit into its canonical form: sorted keys, no spaces, UTF-8; `body` is empty if it has none."""
    body = canonical(raw)
    digest = hashlib.sha256(actor.staff_id.encode() + b"\0" + body).hexdigest()
    return Received(raw["id"], raw, body, digest)


def canonical(raw: object) -> bytes:
    """Write JSON in its canonical form; nothing, if it is nested too deeply to be written into an answer again."""
    inside = raw
    for _ in range(ANSWER_DEPTH):
        inside = [inside]
    try:
        return orjson.dumps(inside, option=orjson.OPT_SORT_KEYS)[ANSWER_DEPTH:-ANSWER_DEPTH]
    except orjson.JSONEncodeError:
        return b""


def store(actor: Actor, batch: Sequence[Received], note: Note, now: datetime) -> None:
    """Commit these edits, whatever they say; one that is there already stays as it is. From here on nothing can be lost."""
    if not batch:
        return
    rows = [_row(actor, each, note, now) for each in batch]
    with transaction() as session:
        session.connection().execute(insert_into(session, INBOX).on_conflict_do_nothing(), rows)


def _row(actor: Actor, edit: Received, note: Note, now: datetime) -> dict[str, Any]:
    raw = edit.raw
    record = raw.get("record")
    kind, _, id_ = record.partition(":") if isinstance(record, str) else ("", "", "")
    version = raw.get("v")
    return {
        "edit_id": edit.id,
        "digest": edit.digest,
        "staff_id": actor.staff_id,
        "device_id": actor.device_id,
        "school_id": actor.school_id,
        "record_kind": _text(kind, 64) or "",
        "record_id": _text(id_, 96) or "",
        "after_id": _text(raw.get("after"), 64),
        "op": _text(raw.get("op"), 32) or "",
        "version": version if isinstance(version, int) and abs(version) <= INT_MAX else 0,
        "body": edit.body.decode(),
        "made_at": _text(raw.get("made_at"), 40),
        "offset_ms": note.offset_ms,
        "app": note.app,
        "received_at": now,
        "status": "new",
        "row_rev": 0,
    }


def note_of(clock: object, app: object) -> Note:
    """Read what the phone says of its clock and version; what makes no sense is as if it were not said."""
    offset = clock.get("offset_ms") if isinstance(clock, Mapping) else None
    if not isinstance(offset, int) or isinstance(offset, bool) or abs(offset) > BIGINT_MAX:
        offset = None
    return Note(offset_ms=offset, app=_text(app, 32))


def _text(value: object, length: int) -> str | None:
    """Give a text that every database can keep in a column of this length."""
    return value.replace("\0", "")[:length] if isinstance(value, str) else None
