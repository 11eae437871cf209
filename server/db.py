"""The database: engine set-up, the two ways to use it, and the only commit.

`reading()` gives one snapshot; `transaction()` is the only way to write. What a service changes of a synced record it
notes with `note_change`; the feed's stamp (registered by `app.py`) runs as the last step of every writing transaction.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import uuid_utils
from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, String, Text, event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from server.prepared import WRITES, Prepared, Values, Wire, lent_by

BEGIN_WRITING = "BEGIN IMMEDIATE"
SQLITE_BUSY_MS = 10_000  # a writer waits this long for another before the caller is told to come back

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Json(TypeDecorator[Any]):
    """A JSON value as compact UTF-8 text: the same bytes on SQLite and PostgreSQL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Write compact JSON; None stays NULL."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  # SQLAlchemy's signature
        """Read the JSON back."""
        return None if value is None else orjson.loads(value)


class Utc(TypeDecorator[datetime]):
    """A moment in UTC; aware in Python, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Turn any aware moment into UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Give the moment back with its zone, which SQLite does not keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """The base of every table. Ids are UUIDv7 texts of 36 characters, made by `new_id` or on a phone."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: Utc, dict[str, Any]: Json, list[str]: Json, str: String},
    )


db = SQLAlchemy(model_class=Model)
migrate = Migrate(directory="server/migrations", render_as_batch=True)


def new_id() -> str:
    """Make a UUIDv7 as text."""
    return str(uuid_utils.uuid7())


@dataclass(frozen=True)
class RowChange:
    """One synced record that a transaction changed, and the audiences that hold it.

    `scopes` get its latest row (`put`); `removed_from` get a removal.
    """

    school_id: str
    kind: str
    id: str
    rev: int
    scopes: tuple[str, ...]
    removed_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statements:
    """The part of a `Session` that prepared statements and the feed's stamp use."""

    wire: Wire
    info: dict[str, Any] = field(default_factory=dict)

    def connection(self) -> Wire:
        """Give what the statements run on."""
        return self.wire


class NeedsSessionError(Exception):
    """What is to be done cannot be done with prepared statements alone; do it in `transaction()`."""


Writing = Session | Statements
Stamp = Callable[[Writing, list[RowChange]], None]


def init_db(app: Flask, stamp: Stamp) -> None:
    """Connect the app to its database; `stamp` writes the feed at the end of every writing transaction."""
    db.init_app(app)
    migrate.init_app(app, db)
    app.extensions["jiafang.stamp"] = stamp
    with app.app_context():
        _prepare(db.engine)
        snapshot: dict[str, Any] = {}
        if db.engine.dialect.name == "postgresql":
            snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        app.extensions["jiafang.engines"] = {
            "reading": db.engine.execution_options(**snapshot),
            "writing": db.engine.execution_options(**{WRITES: True}),
        }


def _prepare(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: `_sqlite_begin` does
    connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten in the file, too


def _sqlite_begin(connection: Any) -> None:
    # A read that turns into a write fails at once, whatever the busy time-out: writers say so from the start.
    begin = BEGIN_WRITING if connection.get_execution_options().get(WRITES) else "BEGIN"
    try:
        connection.connection.driver_connection.execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error


def _engine(use: str) -> Engine:
    """Give the engine for one use; kept, because what SQLAlchemy prepares for each new one costs more than a question."""
    engine: Engine = current_app.extensions["jiafang.engines"][use]
    return engine


def ask(question: Prepared, values: Values) -> list[tuple[Any, ...]]:
    """Ask one prepared question outside any transaction: a snapshot of its own, at a tenth of the price of `reading()`."""
    return question.ask(db.engine, values)


@contextmanager
def reading() -> Iterator[Session]:
    """Open one snapshot for reading; nothing is ever written through it."""
    with Session(_engine("reading"), expire_on_commit=False, autoflush=False) as session:
        yield session  # closing forgets the rows first and rolls back then: what was read stays readable


@contextmanager
def transaction() -> Iterator[Session]:
    """Open one writing transaction; commit at the end, or roll everything back when the block raises.

    The feed's stamp runs last, because it locks the school's counter.
    """
    written: set[Any] = set()  # which synced rows the statements touch: `records/guard.py` fills and checks it
    with Session(_engine("writing"), expire_on_commit=False) as session:
        session.connection(execution_options={"jiafang_written": written})
        session.info["written"] = written
        yield session
        session.flush()
        _stamp(session)
        session.commit()


def forget_on_disk() -> None:
    """Let SQLite's log forget what an erasure took out of the file; a log that is read just now is shortened by the next one.

    PostgreSQL does both by itself: what is dead goes with the next vacuum, its log with the next checkpoints.
    """
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


@contextmanager
def prepared_transaction() -> Iterator[Statements]:
    """Open a writing transaction for prepared statements only: the same feed and one commit, at a fifth of the price.

    Raises: as `transaction` does; nothing of it is kept then.
    """
    engine = db.engine
    with lent_by(engine, BEGIN_WRITING) as lent:
        if engine.dialect.name == "sqlite":
            lent.driver_connection.execute(BEGIN_WRITING)  # psycopg begins by itself
        statements = Statements(Wire(engine.dialect, lent))
        yield statements
        _stamp(statements)
        lent.commit()


def _stamp(session: Writing) -> None:
    changes: list[RowChange] = session.info.pop("changes", [])
    current_app.extensions["jiafang.stamp"](session, changes)


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """Undo one part of a transaction when its block raises, with what that part noted for the feed."""
    session.flush()
    noted, written = list(session.info.get("changes", ())), set(session.info["written"])
    try:
        with session.begin_nested():
            yield
    except BaseException:
        session.info["changes"] = noted
        session.info["written"].intersection_update(written)
        raise


@contextmanager
def whole_store() -> Iterator[Connection]:
    """Open the one transaction that may replace everything (a backup put back): no feed, no guard, one commit."""
    engine = db.engine.execution_options(**{WRITES: True}, jiafang_whole_store=True)
    with engine.begin() as connection:
        yield connection


def insert_into(session: Session | Connection, table: Any) -> Any:
    """Begin an `INSERT` that may say `ON CONFLICT`, in the words of the database at hand."""
    bind = session if isinstance(session, Connection) else session.get_bind()
    return (sqlite_insert if bind.dialect.name == "sqlite" else postgresql_insert)(table)


def note_change(session: Writing, change: RowChange) -> None:
    """Note that this transaction changed a synced record, so that its phones learn of it."""
    session.info.setdefault("changes", []).append(change)
