"""A real Chromium on a phone-sized screen, a real gunicorn on its own store, and a wire between them that breaks."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.e2e.disk import SmallDisk, small_disk_at
from tests.e2e.pictures import MAKERS
from tests.e2e.pictures import seven as seven_pictures
from tests.e2e.proxy import Wire
from tools import chromium

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}


class Server:
    """gunicorn on a store of its own; `kill()` is kill -9 of every process, `start()` starts again on the same data."""

    def __init__(self, data: Path, dist: Path = ROOT / "dist") -> None:
        self.data, self.dist = data, dist
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data / "server.log"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "JIAFANG_DATA": str(self.data),
            "JIAFANG_DIST": str(self.dist),
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "JIAFANG_DEMO": "1",
            "ARGON2_MEMORY_KIB": "8",
            "ARGON2_PASSES": "1",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(ROOT / ".make/pycache"),  # a server a test: each would compile all of it anew
        }

    def flask(self, *command: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "server.cli", *command],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )

    def start(self) -> "Server":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "server/gunicorn.conf.py", "server.wsgi:app"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_ready()
        return self

    def wait_ready(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(self.log.read_text()[-2000:])

    def kill(self) -> None:
        """End it as a power cut would: nothing is flushed, nothing is said."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def execute(self, sql: str) -> None:
        """Change the store behind the server's back, as time or an operator would."""
        with sqlite3.connect(self.data / "jiafang.sqlite3", timeout=10) as connection:
            connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the store itself."""
        with sqlite3.connect(self.data / "jiafang.sqlite3", timeout=10) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give a picture by its name; made once."""
    folder = tmp_path_factory.mktemp("pictures")

    def picture(name: str) -> Path:
        if not (folder / name).exists():
            MAKERS[name](folder / name)
        return folder / name

    return picture


@pytest.fixture
def seven(tmp_path: Path) -> list[Path]:
    """Give seven small pictures that differ."""
    return seven_pictures(tmp_path)


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one migrated store with demo data; every test works on a copy."""
    data = tmp_path_factory.mktemp("demo")
    server = Server(data)
    server.flask("prepare")
    return data


@pytest.fixture
def server(request: pytest.FixtureRequest, demo_store: Path, tmp_path: Path) -> Iterator[Server]:
    data, dist = tmp_path / "store", ROOT / "dist"
    shutil.copytree(demo_store, data)
    if request.node.get_closest_marker("own_dist"):
        dist = Path(shutil.copytree(dist, tmp_path / "dist"))
    running = Server(data, dist).start()
    yield running
    running.kill()


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    wire = Wire(("127.0.0.1", server.port)).start()
    yield wire
    wire.stop()


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


class Phone:
    """One phone: a browser with a profile that lasts, as on a real phone. `kill()` is kill -9 of the whole browser."""

    def __init__(self, driver: Playwright, profile: Path, url: str, **screen: Any) -> None:
        self.driver, self.profile, self.url = driver, profile, url
        self.screen = {**PHONE, **screen}
        self.context: BrowserContext
        self.page: Page
        self.errors: list[str] = []
        self.open()

    def open(self) -> None:
        self.context = self.driver.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=chromium.find(),
            headless=True,
            args=ARGUMENTS,
            env=chromium.environment(),
            **self.screen,
        )
        self.context.set_default_timeout(15_000)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def go(self, path: str = "/") -> Page:
        self.page.goto(self.url + path)
        return self.page

    def kill(self) -> None:
        """Kill the browser and its children without a word, found by the profile they were started with."""
        mine = [
            process
            for process in psutil.process_iter(["cmdline"])
            if f"--user-data-dir={self.profile}" in (process.info["cmdline"] or [])
        ]
        family = [child for process in mine for child in process.children(recursive=True)] + mine
        for process in family:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(family, timeout=10)
        self._forget()

    def _forget(self) -> None:
        try:
            self.context.close()
        except Exception:  # noqa: BLE001  # the driver may complain in many ways about a browser that was killed
            return

    def close(self) -> None:
        self._forget()


@pytest.fixture
def phone(driver: Playwright, tmp_path: Path, wire: Wire) -> Iterator[Callable[..., Phone]]:
    """Give a maker of phones: `phone("a")`; all are closed at the end."""
    made: list[Phone] = []

    def make(name: str = "phone", url: str | None = None, **screen: Any) -> Phone:
        made.append(Phone(driver, tmp_path / f"profile-{name}", url or wire.url, **screen))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Give the disk under the profile of `phone("full")`."""
    with small_disk_at(tmp_path / "profile-full") as disk:
        if disk is None:
            pytest.skip("no disk may be mounted here")
        yield disk
