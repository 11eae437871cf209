"""Install Firefox and WebKitGTK for the story in other browsers, where that is allowed; say what could not be had.

`python -m tools.other_browsers`; the exit status is 0 either way: their tests say by themselves what was not tried.
"""

import sys

from tests.browsers import firefox, webkit
from tools.apt import install

PACKAGES = {
    "Firefox": (firefox.find, ["firefox-esr"]),
    "WebKitGTK": (webkit.find, ["webkit2gtk-driver", "xvfb"]),
}


def main() -> None:
    """Install what is missing; print one line a browser."""
    for name, (find, packages) in PACKAGES.items():
        if find() is None:
            install(packages)
        sys.stdout.write(f"{name}: {find() or 'cannot be had here; the story is not tried in it'}\n")


if __name__ == "__main__":
    main()
