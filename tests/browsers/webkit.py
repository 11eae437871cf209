"""WebKitGTK's own small browser, driven by its WebDriver on a screen of its own.

A driven WebKit keeps nothing when it ends, as a private window; so it is not killed in the story. It is not the Safari
of a phone: same engine, other storage limits, no camera.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.browsers.engine import PageGoneError

SCRIPT_SECONDS = 30
RUN = """const done = arguments[arguments.length - 1];
Promise.resolve().then(() => %s).then(value => done({ value: value ?? null }), error => done({ error: String(error) }));"""


def find() -> str | None:
    """Give the path of WebKitGTK's browser; None unless its driver and a virtual screen are there too."""
    if not (shutil.which("WebKitWebDriver") and shutil.which("Xvfb")):
        return None
    return next((str(each) for each in sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)


class WebKit:
    """One WebKitGTK with an empty store."""

    keeps_profile = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def open(self) -> None:
        told, say = os.pipe()
        self.screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(say), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
            pass_fds=(say,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(say)
        with os.fdopen(told) as reader:
            display = f":{reader.readline().strip()}"
        options = Options()
        options.binary_location = str(find())
        options.add_argument("--automation")
        options.set_capability("browserName", "MiniBrowser")
        environment = {**os.environ, "DISPLAY": display, "TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8"}
        service = Service(str(shutil.which("WebKitWebDriver")), env=environment)
        self.browser = webdriver.WebKitGTK(options=options, service=service)
        self.browser.set_script_timeout(SCRIPT_SECONDS)
        self.browser.set_window_size(412, 915)

    def go(self, url: str) -> None:
        self.browser.get(url)

    def run(self, expression: str) -> Any:
        try:
            told = self.browser.execute_async_script(RUN % expression)
        except WebDriverException as gone:
            raise PageGoneError(str(gone)) from gone
        if "error" in told:
            raise PageGoneError(told["error"])
        return told["value"]

    def screenshot(self, file: Path) -> None:
        self.browser.save_screenshot(str(file))

    def kill(self) -> None:
        self.browser.quit()
        self.screen.kill()
        self.screen.wait()

    close = kill
