"""Find the Chromium that browser tests drive; install Debian's where that is allowed; else say how to get it.

`python -m tools.chromium` prints its path; exit status 1 where there is none.
"""

import os
import shutil
import subprocess
import sys

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


def install() -> bool:
    """Install Debian's Chromium and Chinese fonts; False where that is not possible."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not shutil.which("sudo"):
        return False
    packages = ["chromium", "fonts-noto-cjk"]
    steps = (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return all(
        subprocess.run([*prefix, *step], check=False, env=environment, stdout=sys.stderr).returncode == 0
        for step in steps
    )


def main() -> int:
    """Print the path, installing where needed."""
    path = find() or (install() and find())
    sys.stdout.write(f"{path}\n" if path else "")
    if not path:
        sys.stderr.write(f"{HOW}\n")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
