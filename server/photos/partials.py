"""Uploads on their way in: one file per device and photo, appended piece by piece; it survives a restart.

The lock is held for one piece, never while the network is awaited: page and worker of one phone may send the same photo
at once, and a dead connection blocks nobody. Whatever they mix up, the hash at the end tells. A device that begins more
than it ends loses its oldest upload here: its phone still has the photo, is told that nothing is here, and sends it anew.
"""

import fcntl
import hashlib
import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from server.errors import StorageFull, UploadOffset

RETRY_FULL = {"Retry-After": "60"}
MOST_UPLOADS, MOST_BYTES = 20, 40 * 1024 * 1024  # of one device; a phone of ours has two on their way


@dataclass(frozen=True)
class Upload:
    """One photo that one device is sending; the length is the whole photo's, in bytes."""

    device_id: str
    sha256: str
    length: int


@dataclass(frozen=True)
class Partials:
    """The folder of uploads on their way in."""

    root: Path

    def path(self, upload: Upload) -> Path:
        """Name the file of this upload; its length stands in the name, so that no database row is needed."""
        return Path(self._name(upload))

    def find(self, device_id: str, sha256: str) -> tuple[Upload, int] | None:
        """Tell how far a device has come with a photo: the upload and the bytes that are here; None: not begun."""
        folder = self._folder(device_id)
        try:
            for name in os.listdir(folder):  # noqa: PTH208  # pathlib takes ten times as long, and this is asked often
                if name.startswith(f"{sha256}-"):
                    return Upload(device_id, sha256, int(name.rpartition("-")[2])), os.stat(f"{folder}/{name}").st_size  # noqa: PTH116
        except FileNotFoundError:
            return None  # it was finished or wiped in this moment, or this device never sent any
        return None

    def append(self, upload: Upload, offset: int, piece: bytes) -> None:
        """Write one piece at its place.

        Bytes that are here already may come once more. Nothing is left of the piece when there is no room.
        Raises: UploadOffset, if bytes before it are not here; StorageFull.
        """
        with self.opened(upload) as handle:
            size = os.fstat(handle).st_size
            if offset > size:
                raise UploadOffset(size)
            try:
                _write_at(handle, piece, offset)
            except OSError as error:
                os.ftruncate(handle, size)
                raise StorageFull(headers=RETRY_FULL) from error
        if offset + len(piece) > size:
            self._drop_oldest(upload)

    @contextmanager
    def opened(self, upload: Upload) -> Iterator[int]:
        """Open the upload's file under its lock; the file is made if it is not there.

        Raises: StorageFull.
        """
        path = self.path(upload)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = _open_locked(path)
        except OSError as error:
            raise StorageFull(headers=RETRY_FULL) from error
        try:
            yield handle
        finally:
            os.close(handle)  # which also gives the lock back

    def wipe(self, upload: Upload) -> None:
        """Forget what is here of an upload."""
        with suppress(FileNotFoundError):
            os.unlink(self._name(upload))  # noqa: PTH108  # half of pathlib's price, for every photo

    def wipe_everywhere(self, sha256: str) -> None:
        """Forget what any device has sent of a photo; for erasure."""
        for path in self.root.glob(f"*/{sha256}-*"):
            path.unlink(missing_ok=True)

    def sweep(self, older_than_seconds: float) -> int:
        """Remove uploads that nobody went on with; returns how many."""
        before = time.time() - older_than_seconds
        stale = [path for path in self.root.glob("*/*") if path.stat().st_mtime < before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _folder(self, device_id: str) -> str:
        # A device names itself: its id must never become a path.
        return f"{self.root}/{hashlib.sha256(device_id.encode()).hexdigest()[:32]}"

    def _name(self, upload: Upload) -> str:
        return f"{self._folder(upload.device_id)}/{upload.sha256}-{upload.length}"

    def _drop_oldest(self, newest: Upload) -> None:
        """Keep a device within what it may have on its way; the upload that has just grown stays, whatever it holds.

        One that another request has open at this moment is no old one: it is passed over, never waited for.
        """
        found = sorted(_held_in(self._folder(newest.device_id)))
        count, held = len(found), sum(size for _, size, _ in found)
        for _, size, path in found:
            if count <= MOST_UPLOADS and held <= MOST_BYTES:
                return
            if path != self._name(newest) and _unlink_unless_open(path):
                count, held = count - 1, held - size


def _held_in(folder: str) -> list[tuple[int, int, str]]:
    """List the uploads in a folder: (last written, bytes, path). One that ends meanwhile is left out."""
    found = []
    with suppress(FileNotFoundError), os.scandir(folder) as files:
        for file in files:
            with suppress(FileNotFoundError):
                found.append((file.stat().st_mtime_ns, file.stat().st_size, file.path))
    return found


def _unlink_unless_open(path: str) -> bool:
    """Remove an upload under its lock; returns whether it is gone, and leaves it where somebody else has the lock."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_ino == Path(path).stat().st_ino:  # else it has ended, and another one began in its place
            Path(path).unlink()
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def mapped(path: Path) -> mmap.mmap:
    """Give a file's bytes as they lie in the system's cache, until nobody holds them; the file must not be empty."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _open_locked(path: Path) -> int:
    """Open and lock a file that may be moved away while the lock is awaited: then the path's new file is meant."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            if os.fstat(handle).st_ino == path.stat().st_ino:
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)


def _write_at(handle: int, piece: bytes, offset: int) -> None:
    view = memoryview(piece)
    while view:
        written = os.pwrite(handle, view, offset)
        view, offset = view[written:], offset + written
