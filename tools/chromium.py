"""Find the Chromium that browser tests drive; install Debian's where that is allowed; else say how to get it.

`python -m tools.chromium` prints its path; exit status 1 where there is none.
"""

import os
import shutil
import sys

from tools.apt import install

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
HOW = """No Chromium was found, and it could not be installed by itself.
Debian/Ubuntu: sudo apt-get install chromium fonts-noto-cjk
Elsewhere: install Chromium or Chrome and set CHROMIUM=/path/to/it"""


def find() -> str | None:
    """Give the path of an installed Chromium, the one named by CHROMIUM first."""
    named = os.environ.get("CHROMIUM", "")
    if named and os.access(named, os.X_OK):
        return named
    return next(filter(None, map(shutil.which, NAMES)), None)


def main() -> int:
    """Print the path, installing where needed."""
    path = find() or (install(["chromium", "fonts-noto-cjk"]) and find())
    sys.stdout.write(f"{path}\n" if path else "")
    if not path:
        sys.stderr.write(f"{HOW}\n")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
