"""The history of a record: who changed what, when. Read from the versions that every edit leaves; nothing is written here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.records.models import Record
from server.records.store import VERSIONS
from server.visits.reading import open_to_office

BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """What one change did to one record. `by` is a staff id; None where nobody is named (the system)."""

    rev: int
    at: datetime  # the server's clock
    by: str | None
    changes: Mapping[str, tuple[Any, Any]]  # field or path: (value before, value after)
    edit: str | None = None  # the id of the edit that made it


def history_of(session: Session, kind: str, record_id: str) -> list[Version]:
    """Give the versions of one record, oldest first; the caller has asked whether the reader may see it.

    Returns: an empty list for a record that is not there; an erased one's versions hold no values.
    """
    query = (
        select(
            VERSIONS.c.rev, VERSIONS.c.at, VERSIONS.c.staff_id, VERSIONS.c.before, VERSIONS.c.after, VERSIONS.c.edit_id
        )
        .where(VERSIONS.c.kind == kind, VERSIONS.c.record_id == record_id)
        .order_by(VERSIONS.c.rev)
    )
    return [
        Version(rev, at, by, {name: (before.get(name), value) for name, value in after.items()}, edit)
        for rev, at, by, before, after, edit in session.execute(query)
    ]


def before_merging(versions: Sequence[Version]) -> list[Version]:
    """Keep what was written in a record before it went into another; all of it, if it stands by itself."""
    return list(takewhile(lambda each: "merged_into" not in each.changes, versions))


def merge_of(versions: Sequence[Version]) -> str | None:
    """Name the edit by which a record went into another; None if it stands by itself."""
    return next((each.edit for each in versions if "merged_into" in each.changes), None)


class Timed(Protocol):
    """Something that happened at one time, by the server's clock."""

    @property
    def at(self) -> datetime:
        """Give that time."""


T = TypeVar("T", bound=Timed)


def since_joining(session: Session, visit: Record, staff_id: str, versions: Sequence[T]) -> list[T]:
    """Keep what somebody who took part in a visit may read of its private part's history: the changes of their own time.

    Whoever was there from the beginning reads all of it; whoever was added later, or taken out for a while, nothing that
    was replaced while they were not among those who read it (ADR 0012). What changed in the same moment counts as before.
    """
    times = list(_times_among(session, visit, staff_id))
    return [
        each for each in versions if any(came < each.at and (left is None or each.at < left) for came, left in times)
    ]


def _times_among(session: Session, visit: Record, staff_id: str) -> Iterator[tuple[datetime, datetime | None]]:
    """Give the spans of time in which somebody was named in a visit: from when, until when (None: still)."""
    since: datetime | None = None
    for version in history_of(session, "visit", visit.id):
        named = version.changes.get("visitors", (None, None))[1] or ()
        is_there = staff_id == visit.author_id or staff_id in named
        if not ("visitors" in version.changes or version.rev == 1):
            continue
        if is_there and since is None:
            since = version.at if version.rev > 1 else BEGINNING
        elif not is_there and since is not None:
            yield since, version.at
            since = None
    if since is not None:
        yield since, None


def seen_by_office(kind: str, versions: Sequence[Version]) -> list[Version]:
    """Keep what the office may read of a record's history: nothing that was written while the record was closed to it."""
    return list(_open_ones(kind, versions))


def _open_ones(kind: str, versions: Sequence[Version]) -> Iterator[Version]:
    fields: dict[str, Any] = {}
    was_open = True
    for version in versions:
        fields |= {name: after for name, (_, after) in version.changes.items()}
        is_open = open_to_office(kind, fields)
        if is_open and was_open:
            yield version
        elif is_open:  # what it changed away from was never open: it begins here
            yield Version(version.rev, version.at, version.by, {name: (None, value) for name, value in fields.items()})
        was_open = is_open
