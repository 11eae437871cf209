"""What a pull of 20 new rows costs in a large school, against the same in a small one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.load.entries import round_body, visit_edit
from tests.load.figures import Figure, in_pairs
from tests.load.served import Served, sign_in
from tests.load.server_cost import class_roster, expect

SMALL, LARGE, NEW_ROWS, PULLS = 200, 20_000, 20, 30


def measure(folder: Path) -> Iterator[Figure]:
    """Fill two schools' stores and time the same pull in both."""
    with filled(folder / "small", SMALL) as small, filled(folder / "large", LARGE) as large:
        phones = {served: reader(served) for served in (small, large)}
        cost = in_pairs(lambda: pull(large, *phones[large]), lambda: pull(small, *phones[small]))
    note = f"{cost.ours * 1000:.2f} ms with {LARGE} visits, {cost.floor * 1000:.2f} ms with {SMALL}"
    yield Figure("pull of 20 new rows, large school over small", cost.ratio, 1.2, "times", note)


def filled(folder: Path, visits: int) -> Served:
    """Make a store with so many visits in one school, through the door that phones use."""
    served = Served("server.wsgi:app", folder)
    for command in (("db", "upgrade"), ("demo", "--if-empty")):
        served.flask(*command)
    with served:
        for login in ("t101", "t103"):
            headers, _ = sign_in(served, login)
            students, link = class_roster(served, headers), served.connect()
            for start in range(0, visits // 2, 40):
                some = [
                    small_visit(students[(start + place) % len(students)])
                    for place in range(min(40, visits // 2 - start))
                ]
                expect(*served.call("POST", "/api/v1/sync", round_body(some), headers, link))
    return served


def small_visit(student_id: str) -> dict[str, Any]:
    """Make a short visit: the rows' number matters here, not their size."""
    edit = visit_edit(student_id)
    edit["changes"] = {
        name: change
        for name, change in edit["changes"].items()
        if not isinstance(change["new"], str) or len(change["new"]) < 100
    }
    return edit


def reader(served: Served) -> tuple[dict[str, str], dict[str, Any]]:
    """Give a phone that has everything but the newest 20 rows of its class."""
    headers, _ = sign_in(served, "t102")
    scopes: dict[str, Any] = {}
    more, epoch = True, None
    while more:
        body = round_body([], {"limit": 500, "scopes": scopes}) | {"epoch": epoch}
        answer = expect(*served.call("POST", "/api/v1/sync", body, headers))
        scopes = {scope: state["cursor"] for scope, state in answer["scopes"].items()}
        more, epoch = any(state["more"] for state in answer["scopes"].values()), answer["epoch"]
    author, _ = sign_in(served, "t101")
    students = class_roster(served, author)
    expect(
        *served.call("POST", "/api/v1/sync", round_body([small_visit(students[0]) for _ in range(NEW_ROWS)]), author)
    )
    return headers, round_body([], {"limit": 500, "scopes": scopes}) | {"epoch": epoch}


def pull(served: Served, headers: dict[str, str], body: dict[str, Any]) -> float:
    """Give CPU seconds of one pull that brings the 20 rows (the cursor stays, so each brings them again)."""
    link = served.connect()
    before = served.cpu()
    for _ in range(PULLS):
        answer = expect(*served.call("POST", "/api/v1/sync", body, headers, link))
        rows = sum(change["kind"] == "visit" for change in answer["changes"])
        if rows != NEW_ROWS:
            raise AssertionError(rows)
    return (served.cpu() - before) / PULLS
