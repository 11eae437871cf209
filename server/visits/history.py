"""The history of a record: who changed what, when. Read from the versions that every edit leaves; nothing is written here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.records.store import VERSIONS
from server.visits.reading import open_to_office


@dataclass(frozen=True)
class Version:
    """What one change did to one record. `by` is a staff id; None where nobody is named (the system)."""

    rev: int
    at: datetime  # the server's clock
    by: str | None
    changes: Mapping[str, tuple[Any, Any]]  # field or path: (value before, value after)


def history_of(session: Session, kind: str, record_id: str) -> list[Version]:
    """Give the versions of one record, oldest first; the caller has asked whether the reader may see it.

    Returns: an empty list for a record that is not there; an erased one's versions hold no values.
    """
    query = (
        select(VERSIONS.c.rev, VERSIONS.c.at, VERSIONS.c.staff_id, VERSIONS.c.before, VERSIONS.c.after)
        .where(VERSIONS.c.kind == kind, VERSIONS.c.record_id == record_id)
        .order_by(VERSIONS.c.rev)
    )
    return [
        Version(rev, at, by, {name: (before.get(name), value) for name, value in after.items()})
        for rev, at, by, before, after in session.execute(query)
    ]


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
