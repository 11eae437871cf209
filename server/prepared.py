"""Statements that every call of a phone runs: compiled once for each database, then handed to the driver as they are.

SQLAlchemy's own way to run one costs ten times as much as SQLite's answer. Values are still turned as their columns'
types say, and errors are SQLAlchemy's. The guard of synced rows does not see these, so none may write such a row, and
the feed's tables are written by its stamp only. Nothing is flushed before one runs: flush what it is to see.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from sqlalchemy import Dialect, Engine, Table, TextClause
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Turn = Callable[[Any], Any]
WRITES = "jiafang_writes"  # the execution option of a connection whose transaction is committed at its end


class Link(Protocol):
    """What a statement runs on: a `Connection` of SQLAlchemy, or a `Wire`."""

    @property
    def dialect(self) -> Dialect:
        """Whose words the statement is put into."""

    @property
    def connection(self) -> Any:
        """The driver's connection, as the pool lends it."""

    def get_execution_options(self) -> Mapping[str, Any]:
        """Tell among others whether what is written here will be kept."""


@dataclass(frozen=True)
class Wire:
    """A driver's connection with nothing around it, in a writing transaction that somebody else commits."""

    dialect: Dialect
    connection: Any

    def get_execution_options(self) -> Mapping[str, Any]:
        """Tell that what is written here will be kept."""
        return {WRITES: True}


@dataclass(frozen=True)
class _Form:
    """One statement in one database's words: its parameters, and what turns values and columns."""

    sql: str
    names: tuple[str, ...] | None  # None: the driver wants them by name
    fixed: Values  # what stands in the statement itself
    turns: tuple[tuple[str, Turn], ...]
    columns: tuple[tuple[int, Turn], ...]

    def parameters(self, values: Values) -> Any:
        turned = {**self.fixed, **values}
        for name, turn in self.turns:
            turned[name] = turn(turned[name])
        return turned if self.names is None else [turned[name] for name in self.names]

    def run(self, connection: Any, values: Values) -> list[tuple[Any, ...]]:
        with closing(connection.cursor()) as cursor:
            cursor.execute(self.sql, self.parameters(values))
            return [self._row(found) for found in cursor.fetchall()]

    def _row(self, found: Sequence[Any]) -> tuple[Any, ...]:
        if not self.columns:
            return tuple(found)
        row = list(found)
        for place, turn in self.columns:
            row[place] = turn(row[place])
        return tuple(row)


class Prepared:
    """One statement. A list of texts among the values stands for `IN`: its place is a `bindparam(…, expanding=True)`."""

    writes_feed: ClassVar[bool] = False  # the stamp's own kind says True

    def __init__(self, statement: Any) -> None:
        self._writes = _writes(statement, feed=self.writes_feed)
        self._statement = statement
        self._forms: dict[tuple[Any, ...], _Form] = {}

    def rows(self, link: Link, values: Values) -> list[tuple[Any, ...]]:
        """Run it once; gives the rows that it asks for, or returns."""
        self._refuse_lost_write(link)
        flat, lengths = _flattened(values)
        form = self._form(link.dialect, lengths)
        with translated(form.sql, link.dialect):
            return form.run(link.connection, flat)

    def ask(self, engine: Engine, values: Values) -> list[tuple[Any, ...]]:
        """Ask it by itself, in no transaction: one question is a snapshot anyway, and this is a tenth of the work."""
        if self._writes:
            raise TypeError("a question does not write")
        flat, lengths = _flattened(values)
        form = self._form(engine.dialect, lengths)
        with lent_by(engine, form.sql) as lent:
            return form.run(lent, flat)

    def write(self, link: Link, *many: Values) -> None:
        """Run it for each of these, in their order; asks for nothing back."""
        self._refuse_lost_write(link)
        form = self._form(link.dialect, ())
        with translated(form.sql, link.dialect), closing(link.connection.cursor()) as cursor:
            cursor.executemany(form.sql, [form.parameters(values) for values in many])

    def _refuse_lost_write(self, link: Link) -> None:
        if self._writes and not link.get_execution_options().get(WRITES):
            raise TypeError("a write outside transaction() would be rolled back in silence")

    def _form(self, dialect: Dialect, lengths: tuple[tuple[str, int], ...]) -> _Form:
        key = (dialect.name, *lengths)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = _compiled(self._statement, dialect, dict(lengths))
        return form


@contextmanager
def translated(sql: str, dialect: Dialect) -> Iterator[None]:
    """Let the driver's errors come out as SQLAlchemy's."""
    errors = dialect.loaded_dbapi.Error
    try:
        yield
    except errors as error:
        raise DBAPIError.instance(sql, None, error, errors, dialect=dialect) from error


@contextmanager
def lent_by(engine: Engine, sql: str) -> Iterator[Any]:
    """Borrow a driver's connection; what is not committed when it goes back is rolled back.

    Raises: what the driver raises, as SQLAlchemy's error. A database that hung up has hung up on every connection that
    the pool keeps: they are all let go, so that one caller meets the error and not each in turn.
    """
    errors = engine.dialect.loaded_dbapi.Error
    with translated(sql, engine.dialect), closing(engine.raw_connection()) as lent:
        try:
            yield lent
        except (errors, DBAPIError) as error:
            driver_error = error.orig if isinstance(error, DBAPIError) else error
            if isinstance(driver_error, errors) and engine.dialect.is_disconnect(driver_error, lent, None):
                lent.invalidate(driver_error)
                engine.dispose()
            raise


def _writes(statement: Any, *, feed: bool) -> bool:
    """Tell whether a statement writes, in whatever part of it.

    Raises: TypeError, for what would go round the feed: a write of a synced row, of the feed itself (but its stamp's),
    or a text, which tells nobody what it does.
    """
    writes = False
    for part in iterate(statement):
        if isinstance(part, TextClause):
            raise TypeError("a text cannot be looked through")
        if isinstance(part, UpdateBase):
            writes = True
            table = part.table
            if not isinstance(table, Table) or table.info.get("versioned") or (table.info.get("feed") and not feed):
                raise TypeError(f"{table} is not written round the feed")
    return writes


def _flattened(values: Values) -> tuple[Values, tuple[tuple[str, int], ...]]:
    """Name each element of the lists, repeating the last one up to a power of two: so there are few forms."""
    lists = {name: value for name, value in values.items() if isinstance(value, list)}
    if not lists:
        return values, ()
    flat = {name: value for name, value in values.items() if name not in lists}
    lengths = []
    for name, elements in lists.items():
        length = 1 << (len(elements) - 1).bit_length() if elements else 0
        padded = elements + elements[-1:] * (length - len(elements))
        flat |= {f"{name}_{place}": element for place, element in enumerate(padded, 1)}
        lengths.append((name, length))
    return flat, tuple(lengths)


def _compiled(statement: Any, dialect: Dialect, lengths: Mapping[str, int]) -> _Form:
    if lengths:
        named = statement.compile(dialect=dialect).binds
        statement = statement.params({name: [""] * lengths[name] if name in lengths else None for name in named})
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    columns = () if statement.is_dml and not statement.exported_columns else statement.exported_columns
    return _Form(
        compiled.string,
        tuple(compiled.positiontup) if dialect.positional else None,
        {name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        tuple((name, turn) for name, type_ in types.items() if (turn := type_.bind_processor(dialect))),
        tuple((place, turn) for place, column in enumerate(columns) if (turn := _result_turn(column.type, dialect))),
    )


def _result_turn(type_: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)
