"""Sets merge element by element, in the order in which the server takes the edits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Members:
    """What one edit puts into a set and takes out of it."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def merge_members(current: Sequence[str], members: Members) -> list[str]:
    """Take out, then put in; what stays keeps its place and what is new goes last.

    An element that one edit both removes and adds is in: adding loses nothing.
    """
    gone = set(members.remove) - set(members.add)
    return unite((element for element in current if element not in gone), members.add)


def unite(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """Give the elements of both, each once, the first's in front."""
    return list(dict.fromkeys((*one, *other)))
