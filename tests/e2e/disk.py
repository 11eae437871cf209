"""A disk of its own for a phone's profile, which can really be full."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SmallDisk:
    """A disk that others fill: `fill()` takes all that is free now, `tidy()` gives everything back."""

    def __init__(self, folder: Path) -> None:
        self.filler = folder / "other-peoples-videos"

    def fill(self) -> None:
        """Leave not one byte."""
        with self.filler.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def tidy(self) -> None:
        self.filler.unlink()


@contextmanager
def small_disk_at(folder: Path) -> Iterator[SmallDisk | None]:
    """Mount a disk for as long as it is used; None where none may be mounted. On a smaller one Chromium takes a site for too large."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        yield None
        return
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
