"""Working days follow China's holidays and make-up days; where these are not announced yet, the week."""

from datetime import date

import pytest

from server import workdays


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 11, 27), 15, date(2026, 12, 18)),  # three plain weeks
        (date(2026, 9, 25), 15, date(2026, 10, 22)),  # National Day week is free, Saturday 10 October is worked
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # told on a Saturday: Monday is the first day
    ],
)
def test_fifteen_working_days_are_counted_as_people_work(day, count, due):
    assert workdays.after(day, count) == due


def test_a_year_that_is_not_announced_yet_counts_mondays_to_fridays_and_says_so():
    assert workdays.is_known(2026)
    assert not workdays.is_known(2050)
    assert workdays.after(date(2049, 12, 31), 5) == date(2050, 1, 7)
