"""Find the Chromium that browser tests drive; install Debian's where that is allowed; else say how to get it.

`python -m tools.chromium` prints its path; exit status 1 where there is none.
"""

import os
import shutil
import sys

from tools.apt import install

PACKAGES = ["chromium", "chromium-l10n", "fonts-noto-cjk"]  # Debian keeps every language but English apart
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
HOW = """No Chromium was found, and it could not be installed by itself.
Debian/Ubuntu: sudo apt-get install chromium chromium-l10n fonts-noto-cjk
Elsewhere: install Chromium or Chrome and set CHROMIUM=/path/to/it"""


def find() -> str | None:
    """Give the path of an installed Chromium, the one named by CHROMIUM first."""
    named = os.environ.get("CHROMIUM", "")
    if named and os.access(named, os.X_OK):
        return named
    return next(filter(None, map(shutil.which, NAMES)), None)


def environment() -> dict[str, str | float | bool]:
    """Give the environment in which it speaks Chinese, as a teacher's does: dates read 年/月/日. `--lang` alone does not do it."""
    return {**os.environ, "LANGUAGE": "zh_CN"}


def main() -> int:
    """Print the path, installing where needed."""
    path = find() or (install(PACKAGES) and find())
    sys.stdout.write(f"{path}\n" if path else "")
    if not path:
        sys.stderr.write(f"{HOW}\n")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
