"""Putting a backup back: all of it or nothing, in one transaction, and the phones are told to heal what it lacks."""

import tarfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Connection, Date, Table, delete, insert, select
from sqlalchemy.orm import Session

from server.accounts import carrying as rights
from server.consents import carrying
from server.db import Utc, reading, whole_store
from server.photos import erased as photos_erased
from server.photos import sweep
from server.photos.desk import Desk
from server.records import epoch, feed
from server.schools.models import Student
from server.storage import PhotoStore
from server.sync import erased, erasure
from server.sync.backup import END, FORMAT, PHOTOS, ROWS_AT_ONCE, START, TABLES, revision, tables

CHUNK_BYTES = 256 * 1024


class BackupRefusedError(Exception):
    """The file is no backup that this version can put back; the store is as it was. The text says why."""


@dataclass(frozen=True)
class Restored:
    """What was put back: rows by table, and `photos`; how many families of it had been erased and were so again, how many said
    other words on consent since, which count; how many people, duties and phones had other rights since, which count too,
    and how many people of it nobody here could tell that of.
    """

    counts: dict[str, int]
    erased_again: int
    heard_since: int = 0
    rights_since: int = 0
    unknown_people: int = 0


@dataclass(frozen=True)
class Files:
    """Where photos are put back: their folders, locked, and the hashes of those that were not there before."""

    store: PhotoStore
    folders: dict[str, int]
    brought: list[str]


def restore(desk: Desk, path: Path, lists: Iterable[Path] = ()) -> Restored:
    """Replace everything by a backup. Families that were erased since stay erased, what guardians of a family said of
    consent since still counts, and whoever was shut out since stays so; every browser is signed out, and the phones begin
    a new epoch.

    Who was erased is known by the store that is replaced, by this machine's list, and by `lists` that were kept elsewhere.
    Raises: BackupRefusedError, OSError or a database error; the store is then as it was.
    """
    brought: list[str] = []
    gone = _given(lists)
    try:
        with ExitStack() as stack:
            tar = _open(stack, path)
            folders = stack.enter_context(desk.store.settling_all())  # files before tables, as every upload has it
            connection = stack.enter_context(whole_store())
            _check(tar, connection)
            _lock(connection)  # before anything is read: what is erased or said meanwhile would be lost
            gone |= erased.on_disk(desk.store) | erased.in_store(connection)
            photos_gone = photos_erased.known(connection)
            said, known = carrying.words_in(connection), rights.rights_in(connection)
            _empty(connection)
            counts = _fill(tar, connection, Files(desk.store, folders, brought))
            again, heard, forgotten = _begin_again(connection, gone, said)
            with Session(connection) as session:
                photos_erased.remember(session, photos_gone)
                carried = rights.carry_over(session, known)
    except BaseException as error:
        sweep.discard(desk, brought)
        if isinstance(error, tarfile.TarError | orjson.JSONDecodeError | EOFError):
            raise BackupRefusedError(f"{path.name} is damaged or is no backup") from error
        raise
    sweep.discard(desk, forgotten)
    with reading() as session:
        erased.note(desk.store, gone | erased.in_store(session))
    return Restored(counts, again, heard, carried.changed, carried.unknown)


def _given(lists: Iterable[Path]) -> set[str]:
    try:
        return {id_ for path in lists for id_ in erased.given(path)}
    except erased.NotAListError as error:
        raise BackupRefusedError(str(error)) from error


def _open(stack: ExitStack, path: Path) -> tarfile.TarFile:
    return stack.enter_context(tarfile.open(path, mode="r|"))  # the stack closes it


def _check(tar: tarfile.TarFile, connection: Connection) -> None:
    member = tar.next()
    if member is None or member.name != START:
        raise BackupRefusedError("this file is no backup")
    said = orjson.loads(_content(tar, member).read())
    if said.get("format") != FORMAT:
        raise BackupRefusedError("the backup was made by another version: put it back with that one")
    if said.get("revision") != (ours := revision(connection)):
        raise BackupRefusedError(
            f"the backup's tables are at {said.get('revision')}, the store's at {ours}: migrate first"
        )


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    found = tar.extractfile(member)
    if found is None:
        raise BackupRefusedError(f"{member.name} is no file")
    return found


def _lock(connection: Connection) -> None:
    """Keep everybody else out until the end."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        names = ", ".join(f'"{table.name}"' for table in tables())
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


def _empty(connection: Connection) -> None:
    for table in reversed(tables()):
        connection.execute(delete(table))


def _fill(tar: tarfile.TarFile, connection: Connection, files: Files) -> dict[str, int]:
    counts: dict[str, int] = {"photos": 0}
    known = {table.name: table for table in tables()}
    for member in tar:
        content = _content(tar, member)
        if member.name.startswith(TABLES):
            name = Path(member.name).stem
            if name not in known:
                raise BackupRefusedError(f"this version has no table {name}")
            counts[name] = _fill_table(connection, known[name], content)
        elif member.name.startswith(PHOTOS):
            _put_photo(files, Path(member.name).name, content)
            counts["photos"] += 1
        elif member.name == END:
            if orjson.loads(content.read()) != counts:
                raise BackupRefusedError("the backup does not hold what it says it holds")
            return counts
    raise BackupRefusedError("the backup ends too early")


def _fill_table(connection: Connection, table: Table, lines: IO[bytes]) -> int:
    count, rows = 0, (_row(table, line) for line in lines)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        connection.execute(insert(table), some)
        count += len(some)
    return count


def _row(table: Table, line: bytes) -> dict[str, Any]:
    return {name: _value(table, name, value) for name, value in orjson.loads(line).items()}


def _value(table: Table, name: str, value: Any) -> Any:
    if value is None or name not in table.columns:
        return value
    if isinstance(table.columns[name].type, Utc):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(table.columns[name].type, Date) else value


def _put_photo(files: Files, sha256: str, content: IO[bytes]) -> None:
    if not files.store.has(sha256):
        files.brought.append(sha256)
        files.store.put(sha256, _pieces(content), files.folders[sha256[:2]])


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(CHUNK_BYTES):
        yield piece


def _begin_again(connection: Connection, gone: set[str], said: Iterable[carrying.Row]) -> tuple[int, int, list[str]]:
    """Begin a new epoch, far ahead of every number given out since; erase again what was erased since, and hear what was said.

    Returns: how many families each, and the photos that went with the erased; their files are removed after the commit.
    """
    forgotten: list[str] = []
    with Session(connection, expire_on_commit=False) as session:
        feed.leap(session)
        epoch.rotate(session)
        back = sorted(gone.intersection(session.scalars(select(Student.id).where(~Student.erased))))
        for student_id in back:
            forgotten += erasure.erase_student(session, student_id, None).photos
        session.flush()
        heard = carrying.carry_over(session, said)
        session.flush()
        feed.stamp(session, session.info.pop("changes", []))
    return len(back), heard, forgotten
