"""The second half of a round: what changed in the person's scopes since the phone's cursors, in one snapshot."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from server.accounts.access import Read, log_reads
from server.actor import Actor
from server.db import reading
from server.records import epoch as epochs
from server.records import feed, scopes
from server.records.feed import Standing
from server.sync import erased, rows

LIMIT_ROWS = 500  # of one answer, all scopes together; a phone may ask for fewer
ERASED_ROW = {"erased": True}  # beside a removal: the child did not only leave the class
SHOWN_AT_ONCE = 100  # tickets that one round may say it has shown; the rest come with the next

log = logging.getLogger("jiafang.feed")


@dataclass(frozen=True)
class Asked:
    """What a phone wants to read: how many rows at most, and its cursor in each scope that it knows."""

    limit: int
    cursors: Mapping[str, int]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Asked":
        """Read the request's `pull`; what makes no sense is as if it were not said."""
        limit, cursors = body.get("limit"), body.get("scopes")
        named = cursors if isinstance(cursors, Mapping) else {}
        return cls(
            limit=min(limit, LIMIT_ROWS) if isinstance(limit, int) and limit > 0 else LIMIT_ROWS,
            cursors={str(scope): cursor if _is_cursor(cursor) else 0 for scope, cursor in named.items()},
        )


def tickets_shown(body: Mapping[str, Any]) -> list[str]:
    """Name the tickets that a phone says it has shown; what makes no sense is as if it were not said."""
    said = body.get("tickets_shown")
    return [each for each in said if isinstance(each, str)][:SHOWN_AT_ONCE] if isinstance(said, list) else []


@dataclass
class Page:
    """One answer in the making."""

    left: int
    scopes: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: list[tuple[str, feed.Entry]] = field(default_factory=list)


def answer(actor: Actor, body: Mapping[str, Any] | None, epoch: str | None) -> dict[str, Any]:
    """Answer the pull of a round, after its push has ended.

    Shapes: `body` is the request's `pull` (None: the round only pushes), `epoch` the phone's; the result has `epoch`,
    `pull`, `scopes`, `changes` and `revoked`. `reset` is true for a scope that is read from its beginning: the rows
    replace whatever the phone may hold of it.
    """
    found: dict[str, Any] | None
    with reading() as session:
        ours = epochs.current(session)
        verdict = "ok" if actor.reads else "signed_out"
        if epoch is not None and epoch != ours:
            verdict = "restart"  # also to who is signed out: only so they send again what the backup lacks
        found = _nothing()
        if body is not None and verdict == "signed_out":
            # Reading has ended; what is no longer theirs at all leaves the phone although nobody signs in on it again.
            found["revoked"] = _revoked(scopes.held(actor), Asked.of(body))
        if body is not None and verdict == "ok":
            found = _read(session, scopes.held(actor), Asked.of(body))
    if ours is None:
        epochs.ensure()  # the first round of a new store
        return answer(actor, body, epoch)
    if found is None:
        verdict, found = "restart", _nothing()
    _log_reads(actor, found["changes"])
    return {"epoch": ours, "pull": verdict, **found}


def _nothing() -> dict[str, Any]:
    return {"scopes": {}, "changes": [], "revoked": []}


def _is_cursor(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _read(session: Session, held: tuple[str, ...], asked: Asked) -> dict[str, Any] | None:
    """Read one page; None when a cursor is ahead of the school's counter: this store is older than the phone."""
    standings = feed.standings(session, held)
    if any(asked.cursors.get(scope, 0) > standings[scope].counter for scope in held):
        return None
    page = Page(left=asked.limit)
    for scope in held:
        _read_scope(session, page, scope, asked.cursors.get(scope, 0), standings[scope])
    return {"scopes": page.scopes, "changes": list(_changes(session, page)), "revoked": _revoked(held, asked)}


def _revoked(held: tuple[str, ...], asked: Asked) -> list[str]:
    return sorted(set(asked.cursors) - set(held))


def _read_scope(session: Session, page: Page, scope: str, cursor: int, standing: Standing) -> None:
    news, room = standing.last_seq > cursor, page.left
    entries = feed.after(session, scope, cursor, room) if news and room else []
    page.left -= len(entries)
    page.lines += [(scope, entry) for entry in entries]
    reached = entries[-1].seq if entries else cursor
    more = standing.last_seq > reached and len(entries) == room
    page.scopes[scope] = {"cursor": reached, "more": more, "reset": cursor == 0}
    if not more:
        page.scopes[scope]["digest"] = {"n": standing.live_rows, "seqs": str(standing.seq_sum)}


def _changes(session: Session, page: Page) -> Iterator[dict[str, Any]]:
    made = rows.render(session, ((entry.kind, entry.id) for _, entry in page.lines if entry.op == feed.PUT))
    left = {entry.id for _, entry in page.lines if entry.op == feed.REMOVE and entry.kind == "student"}
    gone = erased.among(session, left) if left else set()
    for scope, entry in page.lines:
        change: dict[str, Any] = {"scope": scope, **entry._asdict()}
        row = made.get((entry.kind, entry.id))
        if entry.op == feed.PUT and row is None:
            log.error("a row of kind %s stands in the feed and not in the store", entry.kind)
            change["op"] = feed.REMOVE
        elif row is not None and entry.op == feed.PUT:
            change["row"] = row
        elif entry.kind == "student" and entry.id in gone:
            change["row"] = ERASED_ROW
        yield change


def _log_reads(actor: Actor, changes: list[dict[str, Any]]) -> None:
    """Write down who read which audience, one line a scope; without the line there is no answer."""
    counts = Counter(change["scope"] for change in changes)
    log_reads(actor, "pull", [Read(scope, count) for scope, count in counts.items()])
