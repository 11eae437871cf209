"""Every figure beside its target. `python -m tests.load.bench [part …]`; parts: sizes server family pull uploads phone memory lighthouse."""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.load import family_cost, lighthouse, phone, phone_memory, pull_cost, server_cost, sizes, slow_uploads
from tests.load.figures import Figure

PARTS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "sizes": lambda _folder: sizes.measure(),
    "server": server_cost.measure,
    "family": family_cost.measure,
    "uploads": slow_uploads.measure,
    "pull": pull_cost.measure,
    "phone": phone.measure,
    "memory": phone_memory.measure,
    "lighthouse": lighthouse.measure,
}


def main(chosen: list[str]) -> int:
    """Print all figures; the exit status says whether every target was met."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that its servers and browsers end with it
    missed = 0
    for name in chosen or PARTS:
        with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
            for figure in PARTS[name](Path(folder)):
                missed += not figure.met
                print(figure, flush=True)
    print(f"{missed} target(s) missed" if missed else "every target met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
