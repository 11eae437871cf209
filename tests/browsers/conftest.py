"""The same server, wire and pictures as in Chromium's tests; other engines in place of Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsers import firefox, webkit
from tests.browsers.engine import Engine
from tests.e2e.conftest import demo_store, pictures, server, wire

__all__ = ["demo_store", "pictures", "server", "wire"]

ENGINES = {"firefox": (firefox.find, firefox.Firefox), "webkit": (webkit.find, webkit.WebKit)}
HOW = "not on this machine, so the story was not tried in it (Debian: firefox-esr; webkit2gtk-driver xvfb)"


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    find, make = ENGINES[request.param]
    if find() is None:
        pytest.skip(f"{request.param}: {HOW}")
    browser: Engine = make(tmp_path / request.param)
    browser.open()
    yield browser
    browser.close()
