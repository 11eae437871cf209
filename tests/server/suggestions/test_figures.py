"""Figures are told of five cases or more, of what was asked and not of praise, between two days."""

from datetime import timedelta

import pytest

from server.accounts.devices import actor_of_token
from server.db import reading, transaction
from server.suggestions.figures import figures_of
from server.suggestions.models import Suggestion
from server.times import shanghai_day, utc_now
from tests.server.suggestions.told import tell

NOW = utc_now()


def answered(world, days, *, taken=10, due=15, rating=None, kind="suggestion"):
    """Let something have been told `days` ago and answered after `taken` days; `due` after so many."""
    made = tell(world, kind=kind)
    told = NOW - timedelta(days=days)
    with transaction() as session:
        each = session.get_one(Suggestion, made.id)
        each.received_at, each.due = told, shanghai_day(told + timedelta(days=due))
        each.replied_at, each.rating = told + timedelta(days=taken) if taken else None, rating


@pytest.fixture
def figures(world):
    def figures(days=60):
        today = shanghai_day(NOW)
        with reading() as session:
            return figures_of(session, actor_of_token(world.tokens["desk1"]), today - timedelta(days=days), today)

    return figures


def test_four_cases_are_not_told(world, figures):
    for _ in range(4):
        answered(world, 30, rating="satisfied")
    found = figures()
    assert (found.on_time.value, found.days.value, found.satisfied.value) == (None, None, None)
    assert found.received == 4


def test_five_are(world, figures):
    for taken, rating in ((2, "satisfied"), (4, "mostly"), (9, "not"), (15, "satisfied"), (16, "satisfied")):
        answered(world, 30, taken=taken, rating=rating)
    found = figures()
    assert (found.on_time.value, found.days.value, found.satisfied.value) == (80, 9, 80)


def test_what_is_overdue_counts_and_what_still_has_time_does_not(world, figures):
    for _ in range(4):
        answered(world, 30, taken=2)
    answered(world, 30, taken=0)
    answered(world, 3, taken=0)
    found = figures()
    assert (found.on_time.cases, found.on_time.value) == (5, 80)


def test_praise_other_days_and_other_schools_are_left_out(world, figures):
    answered(world, 30, kind="praise")
    answered(world, 90)
    tell(world, school=2)
    assert figures().received == 0
    assert figures(120).received == 1
