"""What a phone pays: a slow link and a full outbox. A real Chromium, the real engine."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from tests.e2e import app
from tests.e2e.conftest import ROOT, Phone, Server
from tests.e2e.proxy import Wire
from tests.load.figures import PAIRS, Figure

RATE, ONE_WAY_S = 50_000, 0.2
PHOTO_BYTES, SMALL_PHOTO_BYTES = 259_000, 2_000
PAUSE_MS = 1_500  # between two saves: nobody writes two visits within it


@contextmanager
def signed_in(folder: Path, name: str) -> Iterator[tuple[Phone, Server, Wire]]:
    """Give a phone of t101 with the measuring code in its page."""
    data, dist = folder / f"{name}-data", folder / f"{name}-dist"
    data.mkdir()
    shutil.copytree(ROOT / "dist", dist)
    build = ["npx", "vite", "build", "--config", "tests/load/vite.bench.config.ts", "--logLevel", "error"]
    subprocess.run(build, cwd=ROOT, check=True, env={**os.environ, "BENCH_OUT": str(dist / "assets")})
    server = Server(data, dist)
    for command in (("db", "upgrade"), ("demo", "--if-empty"), ("publish",)):
        server.flask(*command)
    server.start()
    wire = Wire(("127.0.0.1", server.port)).start()
    with sync_playwright() as driver:
        phone = Phone(driver, folder / f"{name}-profile", wire.url)
        try:
            app.sign_in(phone, "t101")
            bench(phone, "counts()")  # loads the measuring code while there is a signal
            yield phone, server, wire
        finally:
            phone.close()
            wire.stop()
            server.kill()


def bench(phone: Phone, call: str) -> Any:
    """Run one measuring function in the page."""
    if not phone.page.evaluate("'bench' in globalThis"):
        phone.page.add_script_tag(url="/assets/bench.js", type="module")
        app.until(lambda: phone.page.evaluate("'bench' in globalThis"), "the measuring code")
    return phone.page.evaluate(f"bench.{call}")


def measure(folder: Path) -> Iterator[Figure]:
    """Measure both."""
    yield from slow_link(folder)
    yield from full_outbox(folder)


def waiting(phone: Phone) -> int:
    """Count edits and photos that are not at the school."""
    counts = bench(phone, "counts()")
    return int(counts["waitingEdits"] + counts["waitingPhotos"])


def slow_link(folder: Path) -> Iterator[Figure]:
    """Send 10 visits with 30 photos over 50 kB/s and 400 ms; the floor is bytes over bandwidth."""
    with signed_in(folder, "slow") as (phone, server, wire):
        wire.set(mode="refuse")
        bench(phone, f"fill(10, 3, {PHOTO_BYTES})")
        visits, stored = "SELECT count(*) FROM records WHERE kind = 'visit'", "SELECT count(*) FROM photo_bytes"
        visits_before, stored_before = server.rows(visits)[0][0], server.rows(stored)[0][0]
        wire.set(mode="up", rate=RATE, delay=ONE_WAY_S)
        started, sent_before, texts_first = time.monotonic(), wire.bytes_up, None
        phone.page.evaluate("dispatchEvent(new Event('online'))")
        while waiting(phone) and time.monotonic() - started < 600:  # seconds: a bound, not a target
            if texts_first is None and server.rows(stored)[0][0] > stored_before:
                texts_first = server.rows(visits)[0][0] > visits_before
            time.sleep(0.25)
        took = time.monotonic() - started
        arrived = server.rows(stored)[0][0] - stored_before
        if arrived != 30:
            raise AssertionError(f"{arrived} of 30 photos arrived: the figure would mean nothing")
        floor = (wire.bytes_up - sent_before) / RATE
        yield Figure(
            "10 visits, 30 photos at 50 kB/s: time over bytes ÷ bandwidth",
            took / floor,
            1.25,
            "times",
            f"{took:.0f} s, floor {floor:.0f} s",
        )
        yield Figure(
            "text at the school before the first photo", float(bool(texts_first)), 1, "(1: yes)", at_least=True
        )


def full_outbox(folder: Path) -> Iterator[Figure]:
    """Save one more visit with 10 and with 1,000 waiting."""
    with signed_in(folder, "full") as (phone, _, wire):
        wire.set(mode="refuse")
        bench(phone, f"fill(10, 3, {SMALL_PHOTO_BYTES})")
        few = median(bench(phone, f"fill({PAIRS * 4}, 0, 0, {PAUSE_MS})"))
        for _ in range(20):
            bench(phone, f"fill(50, 3, {SMALL_PHOTO_BYTES})")
        many = median(bench(phone, f"fill({PAIRS * 4}, 0, 0, {PAUSE_MS})"))
        yield Figure(
            "saving one more visit, 1,000 on the phone over 10",
            many / few,
            1.5,
            "times",
            f"{many:.1f} ms, {few:.1f} ms",
        )
