"""What a family's page weighs, and the CPU of taking an answer, against a bare handler of forms."""

import gzip
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from tests.load.entries import round_body
from tests.load.figures import Figure, in_pairs
from tests.load.served import Served, sign_in
from tests.load.server_cost import cpu_of, expect

ANSWERS = 150  # of one turn: CPU is counted in hundredths of a second
PAIRS = 5
TOKEN = re.compile(rb'name="token"[^>]*value="([^"]+)"')
SHEET = re.compile(rb'(?:href|src)="(/static/[^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
WORDS = "放学时校门口车太多，奶奶接孩子不放心，希望能有人疏导。"


def measure(folder: Path) -> Iterator[Figure]:
    """Weigh the page, then measure answers in alternating pairs."""
    ours = Served("server.wsgi:app", folder / "ours")
    ours.environment |= {"TICKET_STOCK": str(ANSWERS * (PAIRS + 1) + 1), "TRUSTED_PROXIES": "1"}
    ours.flask("prepare")
    with ours, Served("tests.load.bare:app", folder / "bare") as bare:
        links = iter(tickets(ours))
        yield Figure("a family's page, all told", page_weight(ours, next(links)) / 1000, 30, "kB gzip")
        turns = count()
        costs = in_pairs(lambda: answers_ours(ours, links, turns), lambda: answers_bare(bare))
        note = f"{costs.ours * 1000:.2f} ms an answer, 200 a second take {costs.ours * 200:.1f} cores; bare {costs.floor * 1000:.2f} ms"
        yield Figure("CPU per family's answer, over a bare form handler", costs.ratio, 5.0, "times", note)


def tickets(served: Served) -> list[str]:
    """Pull a phone's codes."""
    headers, _ = sign_in(served, "t101")
    found: list[str] = []
    scopes: dict[str, int] = {}
    while True:
        _, answer = served.call("POST", "/api/v1/sync", round_body([], {"limit": 500, "scopes": scopes}), headers)
        found += [each["row"]["link"] for each in answer["changes"] if each["kind"] == "ticket"]
        scopes = {scope: told["cursor"] for scope, told in answer["scopes"].items()}
        if not any(told["more"] for told in answer["scopes"].values()):
            return found


def page_weight(served: Served, link: str) -> int:
    """Add up the page and its style sheets and script, in bytes."""
    _, page = served.call("GET", link, None, FORM)
    sheets = [served.call("GET", name.decode().replace("&amp;", "&"), None, FORM)[1] for name in SHEET.findall(page)]
    return sum(len(gzip.compress(each)) for each in (page, *sheets))


def answers_ours(served: Served, links: Iterator[str], turns: "count[int]") -> float:
    """Answer on fresh links, each by its own address; opening the pages is not counted."""
    chosen = [next(links) for _ in range(ANSWERS)]
    tokens = [token_of(served, link) for link in chosen]
    turn, link_to = next(turns), served.connect()

    def work() -> None:
        for place, (link, token) in enumerate(zip(chosen, tokens, strict=True)):
            home = {**FORM, "X-Forwarded-For": f"10.{turn}.0.{place}"}
            expect(*served.call("POST", link, filled(token, f"{turn}.{place}"), home, link_to))

    return cpu_of(served, work, ANSWERS)


def answers_bare(served: Served) -> float:
    """Send the same forms to the bare handler."""
    link_to = served.connect()

    def work() -> None:
        for place in range(ANSWERS):
            expect(*served.call("POST", "/form", filled("x" * 80, str(place)), FORM, link_to))

    return cpu_of(served, work, ANSWERS)


def token_of(served: Served, link: str) -> str:
    """Open a page and read the token of its form."""
    _, page = served.call("GET", link, None, FORM)
    found = TOKEN.search(page)
    if not found:
        raise AssertionError(page)
    return found[1].decode()


def filled(token: str, mark: str) -> bytes:
    """Fill the form in as most families do: three taps and a sentence."""
    said = {"token": token, "who": "mother", "visit_happened": "agreed", "overall": "satisfied", "text": WORDS + mark}
    return urlencode({**said, "text_kind": "suggestion", "topic": "safety", "visible_to": "school"}).encode()
