"""What a phone loads before `/` can be used, and what lies beside it, as gzip on the wire."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from tests.load.figures import Figure

DIST = Path(__file__).resolve().parents[2] / "dist"
FOREIGN = re.compile(r"""(?:url\(|src=|href=|from|import\()\s*["']?(?:https?:)?//[\w.-]+""")


def measure() -> Iterator[Figure]:
    """Add up index.html with what it names, then every other script and style."""
    index = DIST / "index.html"
    named = {
        DIST / name.lstrip("/")
        for name in re.findall(r'(?:src|href)="(/assets/[^"]+\.(?:js|css))"', index.read_text(encoding="utf-8"))
    }
    start = followed(named)
    parts = set(DIST.glob("assets/*.js")) | set(DIST.glob("assets/*.css"))
    yield Figure("what / loads before it can be used", (weight({index}) + weight(start)) / 1000, 110, "kB gzip")
    yield Figure("lazy parts together", weight(parts - start) / 1000, 250, "kB gzip")
    foreign = [file.name for file in parts | {index} if FOREIGN.search(file.read_text(encoding="utf-8"))]
    yield Figure("files that name another host", len(foreign), 0, "files", " ".join(foreign))


def followed(files: set[Path]) -> set[Path]:
    """Add what these scripts import at once (not what they import later)."""
    found, queue = set(files), list(files)
    while queue:
        file = queue.pop()
        if file.suffix != ".js":
            continue
        for name in re.findall(r"""(?:from|import)\s*["']\./([^"']+\.js)["']""", file.read_text(encoding="utf-8")):
            path = file.parent / name
            if path not in found:
                found.add(path)
                queue.append(path)
    return found


def weight(files: set[Path]) -> int:
    """Give bytes after gzip."""
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)
