"""Edits of which a phone has let words go: what is left, sent again after a restore, is still the edit that it was."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import orjson
from sqlalchemy import bindparam, select

from server.actor import Actor
from server.db import ask, reading
from server.prepared import Prepared
from server.sync.entries import INBOX
from server.sync.inbox import Raw, Received

CUT = ("changes", "members")  # where a phone leaves fields out once a family has refused
# Asked for every push; hardly ever is anything of it known otherwise.
_MINE = Prepared(
    select(INBOX.c.edit_id, INBOX.c.digest).where(
        INBOX.c.edit_id.in_(bindparam("ids", expanding=True)), INBOX.c.staff_id == bindparam("of_staff")
    )
)


def recognise(actor: Actor, batch: Sequence[Received]) -> list[Received]:
    """Give an edit that is a part of this person's own earlier one the key of that one, so that it is answered as that is.

    Without it, what came under the id of a whole edit would be another edit under a used id, and a case for the office.
    """
    known = set(ask(_MINE, {"ids": sorted({each.id for each in batch}), "of_staff": actor.staff_id}))
    doubtful = {each.id for each in batch if each.key not in known} & {edit_id for edit_id, _ in known}
    whole = _bodies(actor, doubtful) if doubtful else {}
    return [each if each.key in known else _as_known(each, whole.get(each.id, [])) for each in batch]


def _bodies(actor: Actor, edit_ids: Collection[str]) -> dict[str, list[tuple[str, Raw]]]:
    """Read what this person sent under these ids; gives (digest, edit) by id."""
    mine = INBOX.c.edit_id.in_(sorted(edit_ids)) & (INBOX.c.staff_id == actor.staff_id) & INBOX.c.body.is_not(None)
    found: dict[str, list[tuple[str, Raw]]] = {}
    with reading() as session:
        for edit_id, digest, body in session.execute(select(INBOX.c.edit_id, INBOX.c.digest, INBOX.c.body).where(mine)):
            found.setdefault(edit_id, []).append((digest, orjson.loads(body)))
    return found


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
