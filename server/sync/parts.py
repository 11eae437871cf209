"""Edits of which a phone has let words go: what is left, sent again after a restore, is still the edit that it was."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import orjson
from sqlalchemy import select

from server.actor import Actor
from server.db import reading
from server.sync.entries import INBOX
from server.sync.inbox import Raw, Received

CUT = ("changes", "members")  # where a phone leaves fields out once a family has refused


def recognise(actor: Actor, batch: Sequence[Received]) -> list[Received]:
    """Give an edit that is a part of this person's own earlier one the key of that one, so that it is answered as that is.

    Without it, what came under the id of a whole edit would be another edit under a used id, and a case for the office.
    """
    mine = INBOX.c.edit_id.in_(sorted({each.id for each in batch})) & (INBOX.c.staff_id == actor.staff_id)
    whole: dict[str, list[tuple[str, Raw]]] = {}
    with reading() as session:
        known = {(id_, digest) for id_, digest in session.execute(select(INBOX.c.edit_id, INBOX.c.digest).where(mine))}
        doubtful = {each.id for each in batch if each.key not in known} & {edit_id for edit_id, _ in known}
        if doubtful:
            bodies = select(INBOX.c.edit_id, INBOX.c.digest, INBOX.c.body).where(mine, INBOX.c.body.is_not(None))
            for edit_id, digest, body in session.execute(bodies.where(INBOX.c.edit_id.in_(sorted(doubtful)))):
                whole.setdefault(edit_id, []).append((digest, orjson.loads(body)))
    return [each if each.key in known else _as_known(each, whole.get(each.id, [])) for each in batch]


def _as_known(edit: Received, whole: Sequence[tuple[str, Raw]]) -> Received:
    found = next((digest for digest, raw in whole if is_part(edit.raw, raw)), None)
    return edit if found is None else replace(edit, digest=found)


def is_part(raw: Raw, whole: Raw) -> bool:
    """Tell whether an edit says nothing but what another one says, fields left out."""
    if {**raw, **dict.fromkeys(CUT)} != {**whole, **dict.fromkeys(CUT)}:
        return False
    return all(_within(raw.get(name), whole.get(name)) for name in CUT)


def _within(fields: object, whole: object) -> bool:
    if not (isinstance(fields, Mapping) and isinstance(whole, Mapping)):
        return False
    return all(name in whole and whole[name] == value for name, value in fields.items())
