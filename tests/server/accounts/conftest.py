"""People who can really sign in."""

import pytest

from server.accounts.service import set_password
from server.db import transaction

PASSWORD = "a-long-password"


class Tab:
    """One browser: cookies, and the CSRF token of its last sign-in."""

    def __init__(self, app):
        self.client = app.test_client()
        self.csrf = None

    def sign_in(self, login, password=PASSWORD, address="10.0.0.1"):
        answer = self.client.post(
            "/api/v1/session",
            json={"login": login, "password": password},
            environ_overrides={"REMOTE_ADDR": address},
        )
        if answer.status_code == 200:
            self.csrf = answer.json["csrf"]
        return answer

    def send(self, method, path, **rest):
        return self.client.open(path, method=method, headers={"X-CSRFToken": self.csrf or ""}, **rest)


@pytest.fixture
def tab(app, world):
    """Give a browser; everybody of the world has the same password."""
    kept = app.extensions["jiafang.passwords"].make(PASSWORD)
    with transaction() as session:
        for person in world.staff.values():
            set_password(session, person, kept)
    return Tab(app)


@pytest.fixture
def another_tab(app, tab):
    return Tab(app)
