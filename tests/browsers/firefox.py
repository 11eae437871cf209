"""Firefox, driven by WebDriver BiDi as the browser itself speaks it: no other program stands between."""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import websocket

from tests.browsers.engine import PageGoneError

NAMES = ("firefox-esr", "firefox")
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.min_background_timeout_value": 100,
    "intl.accept_languages": "zh-CN",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "",
    "toolkit.telemetry.enabled": False,
}
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def find() -> str | None:
    """Give the path of an installed Firefox."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """One Firefox on a profile that lasts."""

    keeps_profile = True

    def __init__(self, profile: Path) -> None:
        self.profile, self.asked = profile, 0
        profile.mkdir(parents=True, exist_ok=True)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines))

    def open(self) -> None:
        self.log = self.profile / "firefox.log"
        self.log.write_bytes(b"")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(find()), "--headless", "--no-remote", "--profile", str(self.profile), "--remote-debugging-port=0"],
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "TZ": "Asia/Shanghai", "MOZ_CRASHREPORTER_DISABLE": "1"},
            )
        self.wire = websocket.create_connection(f"{self._address()}/session", timeout=60, suppress_origin=True)
        self.ask("session.new", {"capabilities": {}})
        self.page = self.ask("browsingContext.getTree", {})["contexts"][0]["context"]
        screen = {"viewport": {"width": 412, "height": 915}, "devicePixelRatio": 2}
        self.ask("browsingContext.setViewport", {"context": self.page, **screen})

    def _address(self) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            told = LISTENING.search(self.log.read_text(errors="replace"))
            if told:
                return told[1]
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(errors="replace")[-2000:])

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Send one command and wait for its answer; events in between are passed over."""
        self.asked += 1
        self.wire.send(json.dumps({"id": self.asked, "method": method, "params": params}))
        while True:
            told = json.loads(self.wire.recv())
            if told.get("id") == self.asked:
                break
        if told["type"] == "error":
            raise PageGoneError(f"{method}: {told['error']}: {told['message']}")
        return told["result"]

    def go(self, url: str) -> None:
        self.ask("browsingContext.navigate", {"context": self.page, "url": url, "wait": "complete"})

    def run(self, expression: str) -> Any:
        told = self.ask(
            "script.evaluate",
            {
                "expression": f"Promise.resolve({expression}).then(value => JSON.stringify(value ?? null))",
                "target": {"context": self.page},
                "awaitPromise": True,
                "userActivation": True,
            },
        )
        if told["type"] == "exception":
            raise PageGoneError(told["exceptionDetails"]["text"])
        return json.loads(told["result"]["value"])

    def screenshot(self, file: Path) -> None:
        shown = self.ask("browsingContext.captureScreenshot", {"context": self.page})
        file.write_bytes(base64.b64decode(shown["data"]))

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        (self.profile / "lock").unlink(missing_ok=True)
        (self.profile / ".parentlock").unlink(missing_ok=True)

    close = kill
