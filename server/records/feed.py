"""The feed: which row changed last in which audience, in the order of the commits.

The school's counter is locked as the last step of a writing transaction and held until its commit, so a reader never
sees a number whose smaller neighbours are still on their way (sequences and timestamps do skip such rows: ADR 0004).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from server.db import RowChange, Writing
from server.prepared import Link, Prepared
from server.records import guard
from server.records.models import Feed, FeedCounter, FeedDigest

FEED = cast("Table", Feed.__table__)
COUNTERS = cast("Table", FeedCounter.__table__)
DIGESTS = cast("Table", FeedDigest.__table__)
LEAP = 10**6  # more changes than a school makes between a backup and its return
CHUNK_ROWS = 500  # ids in one query; SQLite takes 32,766 parameters

PUT, REMOVE = "put", "remove"


class _Stamp(Prepared):
    """A statement that writes the feed; `stamp` alone runs these."""

    writes_feed = True


# Every writing transaction runs these.
OWNERS_OF = Prepared(
    select(DIGESTS.c.scope, DIGESTS.c.school_id).where(DIGESTS.c.scope.in_(bindparam("scopes", expanding=True)))
)
_TAKE_NUMBERS = _Stamp(
    update(COUNTERS)
    .where(COUNTERS.c.school_id == bindparam("of_school"))
    .values(seq=COUNTERS.c.seq + bindparam("count"))
    .returning(COUNTERS.c.seq)
)
LINES_OF = Prepared(
    select(FEED.c.scope, FEED.c.id, FEED.c.op, FEED.c.seq).where(
        FEED.c.scope.in_(bindparam("scopes", expanding=True)),
        FEED.c.kind == bindparam("of_kind"),
        FEED.c.id.in_(bindparam("ids", expanding=True)),
    )
)
_GROW = _Stamp(
    update(DIGESTS)
    .where(DIGESTS.c.scope == bindparam("in_scope"))
    .values(
        live_rows=DIGESTS.c.live_rows + bindparam("rows_more"),
        seq_sum=DIGESTS.c.seq_sum + bindparam("sum_more"),
        last_seq=bindparam("last"),
    )
)

STANDINGS_OF = Prepared(
    select(DIGESTS.c.scope, DIGESTS.c.live_rows, DIGESTS.c.seq_sum, DIGESTS.c.last_seq, COUNTERS.c.seq)
    .join(COUNTERS, COUNTERS.c.school_id == DIGESTS.c.school_id)
    .where(DIGESTS.c.scope.in_(bindparam("scopes", expanding=True)))
)
AFTER = Prepared(
    select(FEED.c.kind, FEED.c.id, FEED.c.rev, FEED.c.seq, FEED.c.op)
    .where(FEED.c.scope == bindparam("of_scope"), FEED.c.seq > bindparam("cursor"))
    .order_by(FEED.c.seq)
    .limit(bindparam("most"))
)


def _upsert(insert: Any) -> _Stamp:
    told = {name: insert.excluded[name] for name in ("school_id", "seq", "rev", "op")}
    return _Stamp(insert.on_conflict_do_update(index_elements=["scope", "kind", "id"], set_=told))


_INSERTS: dict[str, Callable[[Any], Any]] = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}
_UPSERTS = {name: _upsert(insert(FEED)) for name, insert in _INSERTS.items()}
_BEGIN_COUNTER = {name: _Stamp(insert(COUNTERS).on_conflict_do_nothing()) for name, insert in _INSERTS.items()}
_BEGIN_SCOPE = {name: _Stamp(insert(DIGESTS).on_conflict_do_nothing()) for name, insert in _INSERTS.items()}


class Place(NamedTuple):
    """Where one record stands in one audience's feed."""

    scope: str
    kind: str
    id: str


class Line(NamedTuple):
    """What the feed is to say about one record in one audience."""

    op: str
    rev: int
    school_id: str  # of the change; a scope that already has an owner keeps it


class Entry(NamedTuple):
    """One line of a scope's feed as a phone reads it."""

    kind: str
    id: str
    rev: int
    seq: int
    op: str


class Standing(NamedTuple):
    """Where a scope stands: its live rows, the sum of their seqs, its latest seq, and its school's counter."""

    live_rows: int
    seq_sum: int
    last_seq: int
    counter: int


def stamp(session: Writing, changes: list[RowChange]) -> None:
    """Write the feed lines of a transaction; the last thing it does before its commit.

    Raises: UnnotedWriteError, if a synced row was written without being noted; then nothing is committed.
    """
    guard.check(session.info.get("written", ()), changes)
    lines = _lines(changes)
    if not lines:
        return
    connection = session.connection()
    owners = _owners(connection, lines)
    by_school: dict[str, dict[Place, Line]] = defaultdict(dict)
    for place, line in lines.items():
        if place.scope in owners:
            by_school[owners[place.scope]][place] = line
    for school_id in sorted(by_school):  # one order for everybody, so that two transactions never wait for each other
        _write(connection, school_id, by_school[school_id])


def leap(session: Session) -> None:
    """Move every school's counter far ahead: no phone may have seen a number that will be given out again."""
    session.execute(update(COUNTERS).values(seq=COUNTERS.c.seq + LEAP))


def standings(session: Session, scopes: Sequence[str]) -> dict[str, Standing]:
    """Tell where each of these scopes stands; one that nothing was ever written to stands at 0."""
    rows = STANDINGS_OF.rows(session.connection(), {"scopes": list(scopes)})
    found = {scope: Standing(*numbers) for scope, *numbers in rows}
    return {scope: found.get(scope, Standing(0, 0, 0, 0)) for scope in scopes}


def after(session: Session, scope: str, cursor: int, limit: int) -> list[Entry]:
    """Read the lines of one scope that come after a cursor, oldest first, at most `limit`."""
    wanted = {"of_scope": scope, "cursor": cursor, "most": limit}
    return [Entry(*line) for line in AFTER.rows(session.connection(), wanted)]


def holders(session: Session, kind: str, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Name the audiences that hold each of these records now: for what leaves them all (erasure).

    Returns: {id: scopes}; it looks through the whole feed, so it is for rare work only.
    """
    found: dict[str, list[str]] = {id_: [] for id_ in ids}
    for chunk in _chunks(ids):
        query = select(FEED.c.id, FEED.c.scope).where(FEED.c.kind == kind, FEED.c.id.in_(chunk), FEED.c.op == PUT)
        for id_, scope in session.execute(query):
            found[id_].append(scope)
    return {id_: tuple(sorted(scopes)) for id_, scopes in found.items()}


def _lines(changes: Iterable[RowChange]) -> dict[Place, Line]:
    """Keep the last word on each record and audience, in the order in which they were first noted."""
    lines: dict[Place, Line] = {}
    for change in changes:
        for scope in change.removed_from:
            lines[Place(scope, change.kind, change.id)] = Line(REMOVE, change.rev, change.school_id)
        for scope in change.scopes:
            lines[Place(scope, change.kind, change.id)] = Line(PUT, change.rev, change.school_id)
    return lines


def _owners(connection: Link, lines: dict[Place, Line]) -> dict[str, str]:
    """Tell which school's counter numbers each scope: the first that wrote to it, for good.

    One scope numbered by two counters would send its rows out of order (a member of staff who changes schools).
    """
    wanted = sorted({place.scope for place in lines})
    owners = _known_owners(connection, wanted)
    fresh = {
        place.scope: line.school_id for place, line in lines.items() if line.op == PUT and place.scope not in owners
    }
    if fresh:
        rows = [
            {"scope": scope, "school_id": fresh[scope], "live_rows": 0, "seq_sum": 0, "last_seq": 0}
            for scope in sorted(fresh)
        ]
        _BEGIN_SCOPE[connection.dialect.name].write(connection, *rows)
        owners |= _known_owners(connection, sorted(fresh))
    return owners


def _known_owners(connection: Link, scopes: Sequence[str]) -> dict[str, str]:
    owners: dict[str, str] = {}
    for chunk in _chunks(scopes):
        owners.update(OWNERS_OF.rows(connection, {"scopes": chunk}))
    return owners


def _write(connection: Link, school_id: str, lines: dict[Place, Line]) -> None:
    last = _take_numbers(connection, school_id, len(lines))
    before = _before(connection, lines)
    seq = last - len(lines)
    rows: list[dict[str, Any]] = []
    digests: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])  # scope: rows more, sum more, last seq
    for place, line in lines.items():
        old_op, old_seq = before.get(place, (REMOVE, 0))
        if line.op == REMOVE and old_op == REMOVE:
            continue  # it is not there: nothing to take away
        seq += 1
        rows.append({**place._asdict(), "school_id": school_id, "seq": seq, "rev": line.rev, "op": line.op})
        digest = digests[place.scope]
        digest[0] += (line.op == PUT) - (old_op == PUT)
        digest[1] += (seq if line.op == PUT else 0) - (old_seq if old_op == PUT else 0)
        digest[2] = seq
    if rows:
        _put(connection, rows, digests)


def _take_numbers(connection: Link, school_id: str, count: int) -> int:
    """Lock the school's counter until the commit and move it on; returns the last of the `count` numbers."""
    wanted = {"of_school": school_id, "count": count}
    taken = _TAKE_NUMBERS.rows(connection, wanted)
    if not taken:
        _BEGIN_COUNTER[connection.dialect.name].write(connection, {"school_id": school_id, "seq": 0})
        taken = _TAKE_NUMBERS.rows(connection, wanted)
    return int(taken[0][0])


def _before(connection: Link, lines: Iterable[Place]) -> dict[Place, tuple[str, int]]:
    """Read what the feed said before about these places; a few more may come along."""
    by_kind: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for place in lines:
        scopes, ids = by_kind[place.kind]
        scopes.add(place.scope)
        ids.add(place.id)
    found: dict[Place, tuple[str, int]] = {}
    for kind, (scopes, ids) in by_kind.items():
        for chunk in _chunks(sorted(ids)):
            wanted = {"scopes": sorted(scopes), "of_kind": kind, "ids": chunk}
            lines_of = LINES_OF.rows(connection, wanted)
            found.update((Place(scope, kind, id_), (op, seq)) for scope, id_, op, seq in lines_of)
    return found


def _put(connection: Link, rows: list[dict[str, Any]], digests: dict[str, list[int]]) -> None:
    _UPSERTS[connection.dialect.name].write(connection, *rows)
    more = [
        {"in_scope": scope, "rows_more": rows_more, "sum_more": sum_more, "last": last}
        for scope, (rows_more, sum_more, last) in digests.items()
    ]
    _GROW.write(connection, *more)


def _chunks(items: Sequence[str]) -> Iterator[list[str]]:
    walk = iter(items)
    while chunk := list(islice(walk, CHUNK_ROWS)):
        yield chunk
