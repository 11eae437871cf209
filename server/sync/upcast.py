"""Read one raw edit: from any version that ever shipped to what the services understand today.

What cannot be understood yet is `NewerServerNeededError` (it waits for a newer server); what can never be is `MeaninglessError`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from server.merge.fields import Change
from server.merge.sets import Members
from server.records.edits import Edit, Ref
from server.sync.entries import Entry
from server.visits.kinds import CONSENT, KINDS, UUID

Raw = Mapping[str, Any]
KEYS = frozenset({"id", "record", "after", "op", "v", "made_at", "changes", "members", "args"})
ARGS = {
    "edit": frozenset[str](),
    "resolve": frozenset({"seen_rev", "seen_alternative", "choice", "value"}),
    "merge": frozenset({"into"}),
}


class NewerServerNeededError(Exception):
    """A field, op, version or key that this server does not know: the edit waits for one that does."""


class MeaninglessError(Exception):
    """A wrong JSON type, or a name that is none: the office decides."""


def _current(raw: Raw) -> Raw:
    return raw


UPCASTERS: Mapping[tuple[str, int], Callable[[Raw], Raw]] = {
    ("edit", 1): _current,
    ("resolve", 1): _current,
    ("merge", 1): _current,
}


def read(entry: Entry, raw: Raw, *, granted: bool) -> Edit:
    """Understand one stored edit.

    Raises: NewerServerNeededError, MeaninglessError; nothing is changed by either.
    """
    op, version = raw.get("op"), raw.get("v")
    if not isinstance(op, str) or not isinstance(version, int) or isinstance(version, bool):
        raise MeaninglessError
    upcast = UPCASTERS.get((op, version))
    if upcast is None:
        raise NewerServerNeededError
    raw = upcast(raw)
    ref = _ref(raw.get("record"), op)
    changes, members = _changes(raw), _members(raw)
    if op == "edit":
        _refuse_unknown_fields(ref, changes, members)
    elif changes or members:
        raise MeaninglessError
    if raw.keys() - KEYS:
        raise NewerServerNeededError
    return Edit(
        id=entry.edit_id,
        digest=entry.digest,
        staff_id=entry.staff_id,
        school_id=entry.school_id,
        ref=ref,
        op=op,
        received_at=entry.received_at,
        changes=changes,
        members=members,
        args=_args(raw, op),
        made_at=entry.made_at,
        offset_ms=entry.offset_ms,
        granted=granted,
    )


def _ref(named: object, op: str) -> Ref:
    kind, _, id_ = named.partition(":") if isinstance(named, str) else ("", "", "")
    if not kind or not id_:
        raise MeaninglessError
    expected = {"resolve": ("conflict",), "merge": ("visit",)}.get(op, (*KINDS, "student"))
    if kind not in expected:
        raise NewerServerNeededError
    if not UUID.fullmatch(id_):
        raise MeaninglessError
    return Ref(kind, id_)


def _changes(raw: Raw) -> dict[str, Change]:
    changes = {}
    for name, change in _object(raw, "changes").items():
        if not isinstance(change, Mapping) or "new" not in change:
            raise MeaninglessError
        if change.keys() - {"old", "new"}:
            raise NewerServerNeededError
        changes[name] = Change(change.get("old"), change["new"])
    return changes


def _members(raw: Raw) -> dict[str, Members]:
    members = {}
    for name, change in _object(raw, "members").items():
        if not isinstance(change, Mapping):
            raise MeaninglessError
        if change.keys() - {"add", "remove"}:
            raise NewerServerNeededError
        members[name] = Members(_elements(change.get("add")), _elements(change.get("remove")))
    return members


def _elements(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(element, str) for element in value):
        raise MeaninglessError
    return tuple(value)


def _args(raw: Raw, op: str) -> Mapping[str, Any]:
    args = _object(raw, "args")
    if args.keys() - ARGS[op]:
        raise NewerServerNeededError
    if op == "merge" and not (isinstance(args.get("into"), str) and UUID.fullmatch(args["into"])):
        raise MeaninglessError
    return args


def _object(raw: Raw, name: str) -> Mapping[str, Any]:
    value = raw.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise MeaninglessError
    return value


def _refuse_unknown_fields(ref: Ref, changes: Mapping[str, Change], members: Mapping[str, Members]) -> None:
    kind = CONSENT if ref.kind == "student" else KINDS[ref.kind]
    if any(kind.shape_of(path) is None for path in changes) or any(name not in kind.fields for name in members):
        raise NewerServerNeededError
