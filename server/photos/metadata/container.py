"""What the three containers share: the answer, and the error."""

from collections.abc import Sequence
from dataclasses import dataclass


class DamagedError(Exception):
    """A container's parts do not follow each other as its standard says."""


@dataclass(frozen=True)
class Cleaned:
    """A picture without private metadata: its parts in order, and the size from its header in pixels."""

    parts: Sequence[bytes | memoryview]
    width: int
    height: int

    @property
    def size_bytes(self) -> int:
        """Count the bytes of the parts."""
        return sum(len(part) for part in self.parts)


def need(condition: bool) -> None:
    """Go on only if the container is as its standard says.

    Raises: DamagedError.
    """
    if not condition:
        raise DamagedError
