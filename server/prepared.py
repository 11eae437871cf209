"""Statements that every call of a phone runs: compiled once for each database, then handed to the driver as they are.

SQLAlchemy's own way to run one costs ten times as much as SQLite's answer. Values are still turned as their columns'
types say, and errors are SQLAlchemy's. The guard of synced rows does not see these, so none may write such a row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Turn = Callable[[Any], Any]


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

    def __init__(self, statement: Any) -> None:
        if statement.is_dml and statement.table.info.get("versioned"):
            raise TypeError(statement.table.name)
        self._statement = statement
        self._forms: dict[tuple[Any, ...], _Form] = {}

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """Run it once; gives the rows that it asks for, or returns."""
        flat, lengths = _flattened(values)
        form = self._form(connection.dialect, lengths)
        with _translated(form, connection.dialect):
            return form.run(connection.connection, flat)

    def ask(self, engine: Engine, values: Values) -> list[tuple[Any, ...]]:
        """Ask it by itself, in no transaction: one question is a snapshot anyway, and this is a tenth of the work."""
        flat, lengths = _flattened(values)
        form = self._form(engine.dialect, lengths)
        with _translated(form, engine.dialect), closing(engine.raw_connection()) as lent:
            return form.run(lent, flat)

    def write(self, connection: Connection, *many: Values) -> None:
        """Run it for each of these, in their order; asks for nothing back."""
        form = self._form(connection.dialect, ())
        with _translated(form, connection.dialect), closing(connection.connection.cursor()) as cursor:
            cursor.executemany(form.sql, [form.parameters(values) for values in many])

    def _form(self, dialect: Dialect, lengths: tuple[tuple[str, int], ...]) -> _Form:
        key = (dialect.name, *lengths)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = _compiled(self._statement, dialect, dict(lengths))
        return form


@contextmanager
def _translated(form: _Form, dialect: Dialect) -> Iterator[None]:
    """Let the driver's errors come out as SQLAlchemy's."""
    errors = dialect.loaded_dbapi.Error
    try:
        yield
    except errors as error:
        raise DBAPIError.instance(form.sql, None, error, errors, dialect=dialect) from error


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
