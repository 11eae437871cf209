"""Start the whole system: make the store ready, start the jobs, serve with gunicorn.

`python -m tools.run [--reload]`; settings from the environment (`PORT`, `HOST`, `JIAFANG_DATA`, `DATABASE_URL`, `PUBLIC_URL`).
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import segno

ACCOUNTS = """  centre                       中心
  head1   desk1   ethics1      校长 · 德育处 · 师德专员 (school 1; the same with 2)
  t101    t102    t103         班主任 七年级1班 · 科任 1班、2班 · 班主任 七年级2班"""
READY_SECONDS = 30


def main(arguments: list[str]) -> int:
    """Run until told to stop; returns gunicorn's exit status."""
    reload_on_change = "--reload" in arguments
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    environment = {**os.environ, "HOST": host, "PORT": port}
    if environment.get("JIAFANG_ENV") != "production":
        environment.setdefault("JIAFANG_DEMO", "1")
    if taken := port_problem(host, port):
        print(taken, file=sys.stderr)
        return 1
    prepared = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "server.cli", "prepare"], env=environment, check=False
    )
    if prepared.returncode:
        return prepared.returncode
    jobs = subprocess.Popen([sys.executable, "-m", "flask", "--app", "server.cli", "jobs"], env=environment)
    reload_flag = ["--reload"] if reload_on_change else []
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "server/gunicorn.conf.py", *reload_flag, "server.wsgi:app"],
        env=environment,
    )
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    signal.signal(signal.SIGINT, lambda *_: server.terminate())
    builders = _watchers() if reload_on_change else []
    if _ready(f"http://{host}:{port}/healthz", server):
        _greet(host, port, environment)
    status = server.wait()
    for child in (jobs, *builders):
        child.terminate()
        child.wait()
    return 0 if status == -signal.SIGTERM else status


def port_problem(host: str, port: str) -> str | None:
    """Say in one sentence why the address cannot be served; None where it can."""
    if not port.isdigit() or not 0 < int(port) < 65_536:  # noqa: PLR2004  # the highest port there is
        return f"PORT={port} is no port: give a number from 1 to 65535."
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except PermissionError:
            return f"Port {port} needs more rights than you have: take another one, PORT=8001 make run"
        except OSError:
            return f"Port {port} of {host} is in use, perhaps by a start of before: stop that one, or PORT={int(port) + 1} make run"
    return None


def _watchers() -> list["subprocess.Popen[bytes]"]:
    """Build the app and the worker again at every change of their sources."""
    return [
        subprocess.Popen(["npx", "vite", "build", "--watch", "--logLevel", "warn", *config], env=os.environ)
        for config in ([], ["--config", "vite.sw.config.ts"])
    ]


def _ready(url: str, server: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _greet(host: str, port: str, environment: dict[str, str]) -> None:
    address = environment.get("PUBLIC_URL", "").rstrip("/") or f"http://{host}:{port}"
    print(f"\n家访手记 is ready: {address}    (school's pages: {address}/school)")
    if environment.get("JIAFANG_DEMO") == "1":
        print(f"Demo accounts, password visit-demo:\n{ACCOUNTS}")
    if address.startswith("https://"):
        segno.make(address, error="m").terminal(compact=True)
    print("Ctrl+C stops it; the data stays.\n", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # Ctrl+C before the server runs: what was written is whole, the next start goes on
        sys.exit(130)
