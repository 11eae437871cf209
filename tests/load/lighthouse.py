"""What Lighthouse says of the sign-in and of 今天, on its own simulated slow phone. It is installed for this alone."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from tests.e2e import app
from tests.e2e.conftest import ARGUMENTS, Phone, Server
from tests.load.figures import Figure
from tools import chromium

CLI = Path(__file__).with_name("lighthouse_cli")
TARGETS = {"performance": 95, "accessibility": 98, "best-practices": 100}
RUNS = 3  # the median: one busy moment of the machine is no fault of the page
PAGES = {"sign-in": "/app/sign-in", "app": "/"}


def measure(folder: Path) -> Iterator[Figure]:
    """Score both pages; 今天 with the profile of somebody signed in."""
    subprocess.run(["npm", "ci", "--loglevel", "error"], cwd=CLI, check=True, stdout=subprocess.DEVNULL)
    data = folder / "data"
    data.mkdir()
    server = Server(data)
    for command in (("db", "upgrade"), ("demo", "--if-empty"), ("publish",)):
        server.flask(*command)
    server.start()
    url = f"http://127.0.0.1:{server.port}"
    try:
        _sign_in(folder / "app", url)
        for page, path in PAGES.items():
            runs = [_scores(folder, page, url + path) for _ in range(RUNS)]
            for category, target in TARGETS.items():
                score = median(run[category] for run in runs)
                yield Figure(f"Lighthouse, {page}: {category}", score, target, "points", at_least=True)
    finally:
        server.kill()


def _sign_in(profile: Path, url: str) -> None:
    with sync_playwright() as driver:
        phone = Phone(driver, profile, url)
        app.sign_in(phone, "t101")
        phone.close()


def _scores(folder: Path, page: str, url: str) -> dict[str, float]:
    report = folder / f"{page}.json"
    flags = " ".join(["--headless=new", f"--user-data-dir={folder / page}", *ARGUMENTS])
    subprocess.run(
        [
            CLI / "node_modules" / ".bin" / "lighthouse",
            url,
            f"--chrome-flags={flags}",
            f"--only-categories={','.join(TARGETS)}",
            "--disable-storage-reset",
            "--output=json",
            f"--output-path={report}",
            "--quiet",
        ],
        check=True,
        env={**os.environ, "CHROME_PATH": str(chromium.find())},
        timeout=180,
    )
    told = json.loads(report.read_text(encoding="utf-8"))
    return {name: round(each["score"] * 100) for name, each in told["categories"].items()}
