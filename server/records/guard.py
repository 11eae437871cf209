"""Watches every write of the process, so that no synced row changes without its phones learning of it.

Tables with `info={"versioned": True}` may be written inside `transaction()` only, and each row written must be noted
with `note_change`; the feed's own tables are written by its stamp only. What breaks this fails before the commit.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event
from sqlalchemy.sql import Delete, Insert, Update, operators
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, BooleanClauseList

from server.db import Model, RowChange

FEED_TABLES = frozenset({"feed", "feed_counters", "feed_digests"})
KIND_OF_TABLE = {
    "classes": "class",
    "students": "student",
    "guardians": "guardian",
    "conflicts": "conflict",
    "tickets": "ticket",
    "feedback": "feedback",
}
TEXT_WRITE = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)


class UnnotedWriteError(RuntimeError):
    """A synced row was written round the feed: a mistake of ours, never of a caller. Nothing is committed."""


class Written(NamedTuple):
    """One row that a statement wrote; `kind` and `id` are None where the statement does not name them."""

    table: str
    kind: str | None
    id: str | None


def versioned_tables() -> frozenset[str]:
    """Name the tables whose rows phones hold."""
    tables = Model.metadata.tables.values()
    return frozenset(table.name for table in tables if table.info.get("versioned"))


def check(written: Iterable[Written], changes: Iterable[RowChange]) -> None:
    """Compare what a transaction wrote with what it noted.

    Raises: UnnotedWriteError, for the first row that was written and not noted, or a feed table written by hand.
    """
    noted = {(change.kind, change.id) for change in changes}
    kinds, ids = {kind for kind, _ in noted}, {id_ for _, id_ in noted}
    for row in written:
        if row.table in FEED_TABLES:
            raise UnnotedWriteError(f"{row.table} is written by the feed's stamp only")
        if row.kind and row.id:
            known = (row.kind, row.id) in noted
        elif row.id:
            known = row.id in ids
        else:
            known = row.kind in kinds if row.kind else bool(noted)
        if not known:
            raise UnnotedWriteError(f"{row.table} {row.kind}:{row.id} was written without note_change")


@event.listens_for(Engine, "after_cursor_execute")
def _watch(
    connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
) -> None:  # SQLAlchemy's signature
    options = connection.get_execution_options()
    if options.get("jiafang_whole_store"):
        return
    rows = set(_rows(statement, context))
    if not rows:
        return
    log: set[Written] | None = options.get("jiafang_written")
    if log is None:
        raise UnnotedWriteError(f"{min(row.table for row in rows)} was written outside transaction()")
    log |= rows


def _rows(statement: str, context: Any) -> Iterator[Written]:
    compiled = getattr(context, "compiled", None)
    dml = getattr(compiled, "statement", None)
    if not isinstance(dml, Insert | Update | Delete):
        yield from _rows_of_text(statement, context)
        return
    table: Any = dml.table
    if not (table.info.get("versioned") or table.name in FEED_TABLES):
        return
    names = _insert_names() if isinstance(dml, Insert) else _where_names(dml, compiled)
    many = context._expanded_parameters  # noqa: SLF001  # of `IN`: one parameter became several; no public name tells which
    for parameters in context.compiled_parameters:
        kind = KIND_OF_TABLE.get(table.name) or parameters.get(names.get("kind"))
        for name in many.get(names.get("id"), (names.get("id"),)):
            yield Written(table.name, kind if isinstance(kind, str) else None, parameters.get(name))


def _rows_of_text(statement: str, context: Any) -> Iterator[Written]:
    """Find writes in plain SQL: they name no row, so nothing can be noted finely; schema changes pass."""
    if getattr(context, "isddl", False):
        return
    for name in _named_by(statement):
        if name in FEED_TABLES or name in versioned_tables():
            yield Written(name, KIND_OF_TABLE.get(name), None)


@lru_cache(maxsize=1024)
def _named_by(statement: str) -> tuple[str, ...]:
    """Name the tables that a text writes; kept, because looking through a long question costs more than asking it."""
    return tuple(TEXT_WRITE.findall(statement))


def _insert_names() -> dict[str, str]:
    return {"kind": "kind", "id": "id"}


def _where_names(dml: Update | Delete, compiled: Any) -> dict[str, str]:
    """Map `kind` and `id` to the parameters they are compared with, as far as the condition says so plainly."""
    where = dml.whereclause
    clauses: Iterable[Any] = (where,)
    if isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        clauses = where.clauses
    names = {}
    for clause in clauses:
        if not isinstance(clause, BinaryExpression) or clause.operator not in (operators.eq, operators.in_op):
            continue
        column = getattr(clause.left, "name", None)
        if column in ("kind", "id") and isinstance(clause.right, BindParameter):
            names[column] = compiled.bind_names.get(clause.right)
    return names
