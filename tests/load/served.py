"""A gunicorn to measure: its own store, its own port, and the CPU time of all its processes."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import psutil

ROOT = Path(__file__).resolve().parents[2]


class Served:
    """`app` is a WSGI name; `cpu()` is user + system seconds of every process so far (the database is inside)."""

    def __init__(self, app: str, data: Path) -> None:
        self.app, self.data = app, data
        data.mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.environment = {
            **os.environ,
            "JIAFANG_DATA": str(data),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "JIAFANG_DEMO": "1",
            "ARGON2_MEMORY_KIB": "8",
        }

    def flask(self, *command: str) -> None:
        """Run one of the product's commands on this store."""
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "server.cli", *command],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "server/gunicorn.conf.py", self.app],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if self.call("GET", "/healthz")[0] == http.client.OK:
                    return self
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(self.app)

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)

    def connect(self) -> http.client.HTTPConnection:
        """Open one kept connection."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        connection: http.client.HTTPConnection | None = None,
    ) -> tuple[int, Any]:
        """Send one request; returns status and parsed JSON (bytes are sent as they are)."""
        link = connection or self.connect()
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = {} if isinstance(body, bytes) or body is None else {"Content-Type": "application/json"}
        link.request(method, path, data, {**kind, **(headers or {})})
        answer = link.getresponse()
        text = answer.read()
        try:
            return answer.status, json.loads(text) if text else None
        except ValueError:
            return answer.status, text

    def cpu(self) -> float:
        """Add up the CPU seconds of the master and its workers."""
        master = psutil.Process(self.process.pid)
        return sum(
            each.cpu_times().user + each.cpu_times().system for each in (master, *master.children(recursive=True))
        )


def sign_in(served: Served, login: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Sign in with a demo account and register a phone; returns the phone's header and the staff object."""
    link = served.connect()
    link.request(
        "POST",
        "/api/v1/session",
        json.dumps({"login": login, "password": "visit-demo"}),
        {"Content-Type": "application/json"},
    )
    answer = link.getresponse()
    session = json.loads(answer.read())
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    headers = {"Cookie": cookie, "X-CSRFToken": session["csrf"]}
    device = {"id": f"00000000-0000-7000-8000-{abs(hash((login, served.port))) % 10**12:012d}", "name": "bench"}
    _, made = served.call("POST", "/api/v1/devices", device, headers)
    return {"Authorization": f"Device {made['token']}"}, session["staff"]
