"""JSON values as the merge compares them: unset, null, "" and [] are one and the same."""

from typing import Any

Json = Any  # what `json.loads` gives: None, bool, int, float, str, list, dict


def blank(value: Json) -> bool:
    """Tell whether a value counts as unset; false and 0 are values."""
    return value is None or value in ("", [])


def same(one: Json, other: Json) -> bool:
    """Tell whether two values are equal for the merge. True is not 1: JSON tells them apart."""
    if blank(one) or blank(other):
        return blank(one) and blank(other)
    return _alike(one, other)


def _alike(one: Json, other: Json) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return bool(one == other)
