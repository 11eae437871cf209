"""Tries to sign in are counted one after the other, also where they come at once."""

from concurrent.futures import ThreadPoolExecutor

from server.accounts import limits
from server.errors import TooManyTries


def test_attempts_side_by_side_cannot_slip_past_together(app):
    def one(_):
        with app.app_context():
            try:
                limits.attempt("t101", "10.0.0.1")
            except TooManyTries:
                return 0
            return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(32))) == limits.PER_ACCOUNT
