"""The office at its desk, and phones that give it something to read."""

import re

import pytest

from server.accounts.gate import COOKIE_KEY

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Desk:
    """One browser of somebody who is signed in."""

    def __init__(self, app, login):
        self.client = app.test_client()
        with self.client.session_transaction() as cookie:
            cookie[COOKIE_KEY] = f"session-{login}"

    def get(self, path):
        return self.client.get(path)

    def read(self, path):
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, page, path, **fields):
        """Fill in a form of a page and send it; gives the page that follows."""
        token = TOKEN.search(self.read(page))[1]
        return self.client.post(path, data={"csrf_token": token, **fields}, follow_redirects=True)


@pytest.fixture
def desk(app, world):
    return Desk(app, "desk1")


@pytest.fixture
def elsewhere(app, world):
    return Desk(app, "desk2")
