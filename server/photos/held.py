"""Bytes of an upload that are here and not yet on the disk: a photo that comes quickly is written once, in its place.

What comes slowly goes into the partial after half a second, and at a cut at once: a process that dies loses no more.
"""

import time
from collections.abc import Callable, Iterable

from server.photos.partials import Partials, Upload

HELD_SECONDS = 0.5
HELD_BYTES = 1024 * 1024  # of one upload; more than any phone of ours sends


class Held:
    """The newest bytes of one upload, in memory; `end` is how far it has come with them.

    `allow` is asked before any of them are put on the disk, and raises where they may not be.
    """

    def __init__(self, partials: Partials, upload: Upload, offset: int, allow: Callable[[], None]) -> None:
        self.end = offset
        self._partials, self._upload, self._written, self._allow = partials, upload, offset, allow
        self._pieces: list[bytes] = []
        self._since = 0.0

    def gather(self, pieces: Iterable[bytes]) -> None:
        """Take what comes, up to the end or a cut; then all of it is on the disk, unless it is the whole photo.

        Raises: what the pieces raise; else as `write`.
        """
        try:
            for piece in pieces:
                self._add(piece)
        finally:
            if not self.is_whole:
                self.write()

    @property
    def is_whole(self) -> bool:
        """Tell whether every byte of the photo is here, in memory."""
        return self._written == 0 and self.end == self._upload.length

    def whole(self) -> bytes:
        """Give the whole photo."""
        return b"".join(self._pieces)

    def write(self) -> None:
        """Put what is held on the disk.

        Raises: what `allow` raises; UploadOffset or StorageFull, as `Partials.append` does.
        """
        if not self._pieces:
            return
        self._allow()  # they stay here should the question itself fail
        some, self._pieces = b"".join(self._pieces), []
        self._partials.append(self._upload, self._written, some)
        self._written += len(some)

    def _add(self, piece: bytes) -> None:
        now = time.monotonic()
        if not self._pieces:
            self._since = now
        self._pieces.append(piece)
        self.end += len(piece)
        late = now - self._since > HELD_SECONDS or self.end - self._written > HELD_BYTES
        if late and not self.is_whole:
            self.write()
