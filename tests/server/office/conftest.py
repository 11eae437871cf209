"""The office at its pages: a browser signed in as somebody."""

import re

import pytest

from server.accounts.gate import COOKIE_KEY
from server.accounts.sessions import open_session
from server.db import transaction

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Desk:
    """One browser of the school's office."""

    def __init__(self, app, staff_id):
        self.client = app.test_client()
        with transaction() as session:
            token = open_session(session, staff_id, days=30)
        with self.client.session_transaction() as cookie:
            cookie[COOKIE_KEY] = token

    def get(self, path):
        return self.client.get(path)

    def post(self, path, **said):
        """Fill in the form of a page and press its button."""
        said["csrf_token"] = TOKEN.search(self.get("/school/me").text)[1]
        return self.client.post(path, data=said)


@pytest.fixture
def desk(app, world):
    return Desk(app, world.staff["desk1"])


@pytest.fixture
def head(app, world):
    return Desk(app, world.staff["head1"])


@pytest.fixture
def other_desk(app, world):
    return Desk(app, world.staff["desk2"])
