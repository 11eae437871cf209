"""A family with a link in its hand: what it sees, and what it sends."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.server.sync.phone import Phone, new_visit
from tests.server.world import World

ANSWER = {"who": "mother", "visit_happened": "agreed", "overall": "satisfied", "visible_to": "school"}
TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')
CHOSE = re.compile(r'name="chose"[^>]*value="([^"]+)"')
CODE = re.compile(r'class="code"[^>]*>(\d{4} \d{4})<')


class Family:
    """One browser without a cookie."""

    def __init__(self, app: Any, link: str) -> None:
        self.client: FlaskClient = app.test_client(use_cookies=False)
        self.link = link

    def see(self, path: str = "", **rest: Any) -> TestResponse:
        return self.client.get(self.link + path, headers={"Accept": "text/html"}, **rest)

    def token(self) -> str:
        page = self.see().text
        if "同意书" in page:  # once it is known whose link it is; a grandparent goes on without it
            page = self.client.post(f"{self.link}/consent", data={"who": "grandparent"}, follow_redirects=True).text
        found = TOKEN.search(page)
        assert found
        return found[1]

    def send(self, token: str | None = None, **said: Any) -> TestResponse:
        data = {**ANSWER, **said, "token": self.token() if token is None else token}
        return self.client.post(self.link, data=data, headers={"Accept": "text/html"})

    def post(self, path: str, **data: Any) -> TestResponse:
        return self.client.post(self.link + path, data=data, headers={"Accept": "text/html"})

    def answer(self, **said: Any) -> str:
        """Send an answer; gives the code that came with it."""
        response = self.send(**said)
        assert response.status_code == 200, response.text
        return code_in(response)


def code_in(response: TestResponse) -> str:
    found = CODE.search(response.text)
    assert found, response.text
    return found[1]


def tickets_of(client: FlaskClient, world: World, login: str = "t101") -> list[dict[str, Any]]:
    """Pull a phone's codes."""
    rows = Phone(client, world, login).rows()
    return [row for (kind, _), row in sorted(rows.items()) if kind == "ticket"]


def visit_with(world: World, ticket: str, student: str = "1/0/0", **fields: Any) -> dict[str, Any]:
    """Make the edit of a visit at which a code was shown."""
    return new_visit(world, student, visit_result="done", tickets=[ticket], **fields)
