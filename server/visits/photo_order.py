"""The order of a visit's photos: the set itself merges by element, so an order that somebody made is a value of its own."""

from collections.abc import Mapping
from typing import Any


def in_order(fields: Mapping[str, Any]) -> list[str]:
    """List the photos as a person put them; those that nobody has placed follow, in the order in which they came."""
    photos = fields.get("photos") or ()
    placed = [each.get("photo") for each in fields.get("photo_order") or ()]
    return list(dict.fromkeys([*(each for each in placed if each in photos), *photos]))
