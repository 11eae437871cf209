"""Which families were erased, kept outside the database too: a backup from before an erasure must not bring them back.

`erased.txt` lies in the data folder, beside the photos: one student's id a line and nothing else. It is only appended to,
and after an erasure is committed, so that it never names a family that still stands. A crash in between leaves out an id
that the database knows; the next erasure or backup puts it in.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from server.schools.models import Student
from server.storage import PhotoStore, append_lines, write_whole
from server.visits.kinds import UUID

FILE_NAME = "erased.txt"


class NotAListError(Exception):
    """The file is no list of erased families. The text names it."""


def in_store(connection: Connection | Session) -> set[str]:
    """List the students of whom only ids are left in the database."""
    return set(connection.scalars(select(Student.id).where(Student.erased)))


def among(session: Session, ids: Collection[str]) -> set[str]:
    """Tell which of these students are erased."""
    return set(session.scalars(select(Student.id).where(Student.id.in_(sorted(ids)), Student.erased)))


def on_disk(store: PhotoStore) -> set[str]:
    """List the students that this machine's file names; a line that a power cut has torn names nobody."""
    try:
        lines = path_of(store).read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return set()
    return {line for line in lines if UUID.fullmatch(line)}


def given(path: Path) -> set[str]:
    """Read a list that somebody kept elsewhere.

    Raises: NotAListError, if any line is no id: better to ask than to bring a family back. OSError.
    """
    lines = path.read_text(encoding="ascii", errors="replace").split()
    if not all(UUID.fullmatch(line) for line in lines):
        raise NotAListError(f"{path.name} is no list of erased families")
    return set(lines)


def note(store: PhotoStore, ids: Iterable[str]) -> None:
    """Put ids into this machine's file, where they are not there yet; on the disk when this returns.

    Raises: OSError; the erasure stands all the same, and the next one or a backup writes what is missing.
    """
    missing = sorted(set(ids) - on_disk(store))
    if missing:
        append_lines(path_of(store), missing)


def copy_beside(store: PhotoStore, backup: Path) -> Path:
    """Write this machine's list beside a backup, as `<backup>.erased`."""
    target = backup.with_name(f"{backup.name}.erased")
    write_whole(target, [f"{id_}\n".encode() for id_ in sorted(on_disk(store))])
    return target


def path_of(store: PhotoStore) -> Path:
    """Name this machine's file, whether it is there or not."""
    return store.folder / FILE_NAME
