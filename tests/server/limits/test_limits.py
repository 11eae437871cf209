"""Tries are counted by whoever is counted, and only as long as the window says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.db import reading, transaction
from server.errors import TooManyTries
from server.limits.models import Try
from server.limits.service import Limit, forgive, sweep_tries
from server.times import utc_now

THREE = Limit("code", 3, timedelta(minutes=10))


def test_one_try_too_many_is_refused_with_the_time_to_wait(app):
    for _ in range(3):
        THREE.count("10.0.0.1")
    with pytest.raises(TooManyTries) as refused:
        THREE.count("10.0.0.1")
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 601
    THREE.count("10.0.0.2")
    Limit("send", 3, timedelta(minutes=10)).count("10.0.0.1")


def test_a_right_try_does_not_count(app):
    for _ in range(10):
        tried = THREE.count("10.0.0.1")
        with transaction() as session:
            forgive(session, tried)


def test_no_address_is_kept_and_nothing_longer_than_it_counts(app):
    THREE.count("10.0.0.1")
    with reading() as session:
        assert "10.0.0.1" not in session.scalars(select(Try.who)).one()
    with transaction() as session:
        assert sweep_tries(session, utc_now()) == 0
        assert sweep_tries(session, utc_now() + timedelta(minutes=11)) == 1


def test_tries_side_by_side_cannot_slip_past_together(app):
    def one(_):
        with app.app_context():
            try:
                THREE.count("10.0.0.1")
            except TooManyTries:
                return 0
            return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(16))) == THREE.most
