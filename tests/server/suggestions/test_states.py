"""Where a suggestion stands follows from its dates: for the school five states, for its writer three."""

from datetime import UTC, date, datetime

import pytest

from server.suggestions.models import Suggestion
from server.suggestions.states import due_after, ending_of, status_of, status_outside

TODAY, AT = date(2026, 11, 27), datetime(2026, 11, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dates", "inside", "outside"),
    [
        ({"due": date(2026, 12, 1)}, "new", "received"),
        ({"due": date(2026, 12, 1), "begun_at": AT}, "working", "working"),
        ({"due": TODAY, "begun_at": AT}, "working", "working"),  # its last day is not over
        ({"due": date(2026, 11, 26), "begun_at": AT}, "late", "working"),
        ({"due": date(2026, 11, 26)}, "late", "received"),
        ({"due": date(2026, 11, 26), "begun_at": AT, "replied_at": AT}, "answered", "answered"),
        ({"begun_at": AT, "replied_at": AT, "closed_at": AT}, "closed", "answered"),
        ({"begun_at": AT, "closed_at": AT}, "closed", "received"),  # praise, passed on
        ({}, "new", "received"),
    ],
)
def test_the_states(dates, inside, outside):
    each = Suggestion(kind="suggestion", **dates)
    assert (status_of(each, TODAY), status_outside(each, TODAY)) == (inside, outside)


def test_praise_has_no_clock_and_the_rest_fifteen_working_days():
    told = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    assert due_after("praise", told) is None
    assert due_after("problem", told) == date(2026, 12, 18)


def test_a_due_day_says_whether_its_year_is_announced():
    assert ending_of(date(2026, 12, 18), AT).sure
    assert not ending_of(date(2050, 1, 10), AT).sure
