"""Photo bytes by their sha256, as files: safe on the disk before anybody is told "stored". Imports no framework.

`photos/ab/<sha256>` is what is kept and served; `thumbs/` can be made again and needs no backup; `partials/` is what
is still on its way in (`photos/partials.py`).
"""

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path

Parts = Iterable[bytes | memoryview]
PARTS_AT_ONCE = 64
FOLDERS = [f"{number:02x}" for number in range(256)]


class PhotoStore:
    """The folder of photo bytes. Several processes use it at once."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir
        self.photos = data_dir / "photos"
        self.thumbs = data_dir / "thumbs"
        self.partials = data_dir / "partials"

    def path(self, sha256: str) -> Path:
        """Name the file of these bytes, whether it is there or not."""
        return self.photos / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Tell whether the file of these bytes is there."""
        return os.path.isfile(f"{self.photos}/{sha256[:2]}/{sha256}")  # noqa: PTH113  # a third of pathlib's price

    def thumb_path(self, sha256: str) -> Path:
        """Name the file of their small picture, whether it is there or not."""
        return self.thumbs / sha256[:2] / f"{sha256}.jpg"

    @contextmanager
    def settling(self, sha256: str) -> Iterator[int]:
        """Keep others from storing or removing these bytes meanwhile, so that file and database row stay in step.

        Gives the folder that they lie in, for `put`.
        """
        with _locked(self._folder(sha256)) as handle:
            yield handle

    @contextmanager
    def settling_all(self) -> Iterator[dict[str, int]]:
        """Keep others from storing or removing any bytes meanwhile; it waits for those who are at it.

        Whoever wants table locks as well takes these first, as `settling` does: in the other order both sides would wait for
        ever, and no database sees it. Gives the folder for `put`, by the first two characters of a sha256.
        """
        with ExitStack() as stack:
            yield {name: stack.enter_context(_locked(self._folder(name))) for name in FOLDERS}

    def put(self, sha256: str, parts: Parts, folder: int) -> None:
        """Write bytes piece by piece into the folder that `settling` gave; safe on the disk when this returns.

        Raises: OSError, if there is no room; nothing of it is then left.
        """
        write_whole(f"{self.photos}/{sha256[:2]}/{sha256}", parts, folder)

    def put_thumb(self, sha256: str, jpeg: bytes) -> None:
        """Keep a small picture beside the bytes it was made from."""
        write_whole(self.thumb_path(sha256), [jpeg])

    def remove(self, sha256: str) -> None:
        """Remove the bytes and their small picture for good; nothing happens when they are gone."""
        for path in (self.path(sha256), self.thumb_path(sha256)):
            with suppress(FileNotFoundError):
                path.unlink()
                _sync(path.parent)

    def names(self) -> Iterator[str]:
        """List the sha256 of every file that is there, then of every small picture."""
        for path in self.photos.glob("??/*"):
            if "." not in path.name:
                yield path.name
        for path in self.thumbs.glob("??/*.jpg"):
            yield path.stem

    def sweep_unfinished(self, older_than_seconds: float) -> int:
        """Remove what a crash left of files that were being written; returns how many."""
        before = time.time() - older_than_seconds
        left = [path for root in (self.photos, self.thumbs) for path in root.glob("??/*.*.*")]
        stale = [path for path in left if path.stat().st_mtime < before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def check(self) -> None:
        """Write, read and remove one small file.

        Raises: OSError, if the storage does not work.
        """
        probe = self.photos / f".check.{os.getpid()}"
        write_whole(probe, [b"ok"])
        try:
            if probe.read_bytes() != b"ok":
                raise OSError
        finally:
            probe.unlink()

    def _folder(self, sha256: str) -> str:
        """Name the folder of these bytes (the first two characters tell it); the first photo makes all 256, so that the later ones wait for none."""
        folder = f"{self.photos}/{sha256[:2]}"
        if not os.path.isdir(folder):  # noqa: PTH112  # asked for every photo
            _made(self.photos)
            for name in FOLDERS:
                (self.photos / name).mkdir(exist_ok=True)
            _sync(self.photos)
        return folder


@contextmanager
def _locked(folder: str) -> Iterator[int]:
    """Open a folder that nobody else has locked, and keep it locked; gives its handle."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)  # which also gives the lock back


def write_whole(path: Path | str, parts: Parts, folder: int | None = None) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut; `folder` is an open handle of its folder.

    Raises: OSError; the old file, if there was one, is then untouched.
    """
    made = _made(Path(path).parent) if folder is None else None
    fresh = f"{path}.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        _fill(fresh, parts)
        os.replace(fresh, path)  # noqa: PTH105  # as all here: pathlib costs as much again, for every photo
    except OSError:
        Path(fresh).unlink(missing_ok=True)
        raise
    if folder is not None:
        os.fsync(folder)
    elif made is not None:
        _sync(made)


def _fill(path: str, parts: Parts) -> None:
    """Make a file that its owner alone may read; its bytes are safe on the disk when this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        pieces = iter(parts)
        while some := [memoryview(part) for part in islice(pieces, PARTS_AT_ONCE)]:
            _write_all(handle, some)
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, views: list[memoryview]) -> None:
    """Hand small parts to the system together, as often as it takes."""
    while views:
        written = os.writev(handle, views)
        while views and written >= len(views[0]):
            written -= len(views.pop(0))
        if views:
            views[0] = views[0][written:]


def append_lines(path: Path, lines: Iterable[str]) -> None:
    """Add lines to a file that is only ever added to; safe on the disk when this returns.

    Raises: OSError; what stood there before is then untouched.
    """
    folder = _made(path.parent)
    with path.open("ab") as out:
        torn = out.tell() > 0 and path.read_bytes()[-1:] != b"\n"  # a power cut in the middle of a line
        out.write(("\n" if torn else "").encode() + "".join(f"{line}\n" for line in lines).encode())
        out.flush()
        os.fsync(out.fileno())
    _sync(folder)


def _made(folder: Path) -> Path:
    """Make a folder, and make sure that its name survives a power cut."""
    if not os.path.isdir(folder):  # noqa: PTH112  # asked for every photo
        folder.mkdir(parents=True, exist_ok=True)
        _sync(folder.parent)
    return folder


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
