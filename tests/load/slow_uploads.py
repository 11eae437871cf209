"""Sixty slow photo uploads are open: does a text round still answer within a second?"""

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.load.entries import jpeg, round_body, visit_edit
from tests.load.figures import Figure
from tests.load.served import Served, sign_in
from tests.load.server_cost import class_roster, expect

UPLOADS, BYTES_A_SECOND, ROUNDS = 60, 50_000, 8


def measure(folder: Path) -> Iterator[Figure]:
    """Open the uploads, then time rounds of one visit; the floor is the same round on an idle server."""
    served = Served("server.wsgi:app", folder)
    for command in (("db", "upgrade"), ("demo", "--if-empty")):
        served.flask(*command)
    with served:
        headers, _ = sign_in(served, "t101")
        students = class_roster(served, headers)
        idle = worst_round(served, headers, students)
        stop = threading.Event()
        picture = jpeg(1)
        drips = [
            threading.Thread(target=drip, args=(served.port, headers, picture + bytes([place]), stop))
            for place in range(UPLOADS)
        ]
        for each in drips:
            each.start()
        time.sleep(1.5)
        busy = worst_round(served, headers, students)
        stop.set()
        for each in drips:
            each.join()
    yield Figure(
        "worst text round while 60 slow uploads are open", busy, 1.0, "s", f"idle {idle:.2f} s, {busy / idle:.1f} times"
    )


def worst_round(served: Served, headers: dict[str, str], students: list[str]) -> float:
    """Give the slowest of some rounds, each on a connection of its own."""
    slowest = 0.0
    for turn in range(ROUNDS):
        started = time.perf_counter()
        expect(*served.call("POST", "/api/v1/sync", round_body([visit_edit(students[turn])]), headers))
        slowest = max(slowest, time.perf_counter() - started)
    return slowest


def drip(port: int, headers: dict[str, str], picture: bytes, stop: threading.Event) -> None:
    """Upload one photo at 50 kB/s until told to stop."""
    name = hashlib.sha256(picture).hexdigest()
    head = f"PUT /api/v1/photos/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n"
    head += "".join(f"{key}: {value}\r\n" for key, value in headers.items())
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(f"{head}\r\n".encode())
        for start in range(0, len(picture), BYTES_A_SECOND // 10):
            if stop.wait(0.1):
                return
            link.sendall(picture[start : start + BYTES_A_SECOND // 10])
