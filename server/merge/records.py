"""Two records of the same thing become one, and two values of one field become one."""

from collections.abc import Collection, Mapping

from server.merge.fields import Clash, Merged, put
from server.merge.sets import unite
from server.merge.values import Json, blank, same


class CannotJoinError(Exception):
    """The two values have no common whole (numbers, dates, choices); nothing was joined."""


def merge_records(
    winner: Mapping[str, Json], loser: Mapping[str, Json], sets: Collection[str], keep: Collection[str] = ()
) -> Merged:
    """Merge a duplicate into the record that stays.

    Sets unite; an unset field takes the other's value; differing values clash, with the loser's as the alternative.
    Fields in `keep` stay as the winner has them (they describe the record, not the visit).
    """
    values, clashes = dict(winner), []
    for field, theirs in loser.items():
        ours = values.get(field)
        if field in keep or blank(theirs) or same(ours, theirs):
            continue
        if field in sets:
            values[field] = unite(ours or [], theirs)
        elif blank(ours):
            put(values, field, theirs)
        else:
            clashes.append(Clash(field, base=None, head=ours, alternative=theirs))
    return Merged(values, tuple(clashes))


def join(head: Json, alternative: Json) -> Json:
    """Keep both values: texts one under the other, sets united. Never cut by a length limit.

    Raises: CannotJoinError, for values that are neither two texts nor two sets of texts.
    """
    if blank(head) or blank(alternative):
        return alternative if blank(head) else head
    if isinstance(head, str) and isinstance(alternative, str):
        return head if same(head, alternative) else f"{head}\n{alternative}"
    if _is_set(head) and _is_set(alternative):
        return unite(head, alternative)
    raise CannotJoinError


def _is_set(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(element, str) for element in value)
