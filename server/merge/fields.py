"""Three-way merge of one record's fields: what the form showed, what was written, what the server holds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.merge.values import Json, blank, same


@dataclass(frozen=True)
class Change:
    """One field as the form showed it when it was opened, and as the person left it."""

    old: Json
    new: Json


@dataclass(frozen=True)
class Clash:
    """Two values of one field that a person must choose between: `head` stays, `alternative` is kept beside it."""

    field: str
    base: Json
    head: Json
    alternative: Json


@dataclass(frozen=True)
class Merged:
    """The fields after a merge (unset ones are absent) and what could not be merged."""

    values: dict[str, Json]
    clashes: tuple[Clash, ...]


def merge_fields(
    current: Mapping[str, Json], changes: Mapping[str, Change], write_once: Collection[str] = ()
) -> Merged:
    """Apply one edit's changes to the server's fields, field by field; never lose a value.

    A field is replaced only if the person saw what stands there now, or wrote the same; a write-once field is set
    while it is unset and never replaced. Everything else is a clash, and the value that others have seen stays.
    Source: the element rule of diff3 (Khanna, Kunal & Pierce 2007).
    """
    values, clashes = dict(current), []
    for field, change in changes.items():
        now = values.get(field)
        seen = blank(now) if field in write_once else same(now, change.old)
        if seen or same(now, change.new):
            put(values, field, change.new if seen else now)
        else:
            clashes.append(Clash(field, base=change.old, head=now, alternative=change.new))
    return Merged(values, tuple(clashes))


def put(values: dict[str, Json], field: str, value: Json) -> None:
    """Set a field, or drop it when the value is blank: unset is absent."""
    if blank(value):
        values.pop(field, None)
    else:
        values[field] = value
