"""The whole store in one file, and back: every table as JSON lines, and the photo bytes, in a tar.

The same file goes from SQLite to PostgreSQL and back. Members, in this order: `store.json` (format, schema revision),
`tables/<name>.jsonl` (one row a line, columns by name), `photos/<sha256>`, `end.json` (how many rows and photos).
"""

import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.orm import Session

from server.db import Model, reading
from server.photos.desk import Desk
from server.photos.models import PhotoBytes
from server.storage import PhotoStore
from server.sync import erased

FORMAT = 1
ROWS_AT_ONCE = 500
MEMORY_MAX_BYTES = 8 * 1024 * 1024  # of one table; a larger one goes through a file
OWNER_ONLY = 0o600  # the file holds what families said

START, END, TABLES, PHOTOS = "store.json", "end.json", "tables/", "photos/"


def save(desk: Desk, path: Path) -> dict[str, int]:
    """Write everything to a file, from one snapshot, and beside it who was erased; the system may go on working meanwhile.

    Returns: how many rows by table, and `photos`. Raises: OSError, if there is no room; an older file is then untouched.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar, reading() as session:
                counts = _write(tar, session, desk.store)
                gone = erased.in_store(session)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    erased.note(desk.store, gone)
    erased.copy_beside(desk.store, path)
    return counts


def revision(connection: Connection | Session) -> str | None:
    """Tell which migration the schema stands at; None, if it was made without any."""
    bind = connection.connection() if isinstance(connection, Session) else connection
    if not inspect(bind).has_table("alembic_version"):
        return None
    found: str | None = bind.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def tables() -> list[Table]:
    """List all tables, each behind those that it refers to."""
    return list(Model.metadata.sorted_tables)


def _write(tar: tarfile.TarFile, session: Session, store: PhotoStore) -> dict[str, int]:
    _add_json(tar, START, {"format": FORMAT, "revision": revision(session)})
    counts = {str(table.name): _add_table(tar, session, table) for table in tables()}
    counts["photos"] = sum(_add_photo(tar, store.path(sha256)) for sha256 in session.scalars(select(PhotoBytes.sha256)))
    _add_json(tar, END, counts)
    return counts


def _add_table(tar: tarfile.TarFile, session: Session, table: Table) -> int:
    with tempfile.SpooledTemporaryFile(MEMORY_MAX_BYTES) as lines:
        count = 0
        for line in _lines(session, table):
            lines.write(line)
            count += 1
        _add(tar, f"{TABLES}{table.name}.jsonl", lines)
    return count


def _lines(session: Session, table: Table) -> Iterator[bytes]:
    found = session.execute(select(table), execution_options={"yield_per": ROWS_AT_ONCE})
    for row in found.mappings():
        yield orjson.dumps(dict(row), option=orjson.OPT_APPEND_NEWLINE)


def _add_photo(tar: tarfile.TarFile, path: Path) -> bool:
    """Add one photo's bytes; False, if the sweep has just removed them."""
    try:
        with path.open("rb") as bytes_:
            _add(tar, f"{PHOTOS}{path.name}", bytes_)
    except FileNotFoundError:
        return False
    return True


def _add_json(tar: tarfile.TarFile, name: str, value: dict[str, Any]) -> None:
    with tempfile.SpooledTemporaryFile(MEMORY_MAX_BYTES) as out:
        out.write(orjson.dumps(value))
        _add(tar, name, out)


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, os.SEEK_END)
    member.mode = OWNER_ONLY
    content.seek(0)
    tar.addfile(member, content)
