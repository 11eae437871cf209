"""Working days as China's calendar of holidays and make-up days has them, from a kept library.

The holidays of a year are announced only a few weeks before it; for a year that the library does not know yet, Monday to
Friday are counted, and `is_known` says that it was so.
"""

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

WEEKDAYS = 5
DAYS_KEPT = 1_000  # a due day is counted for every word that is taken up, mostly over the same days


@lru_cache(DAYS_KEPT)
def is_workday(day: date) -> bool:
    """Tell whether people work on a day: by the calendar, or by the weekday where it ends."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < WEEKDAYS


def is_known(year: int) -> bool:
    """Tell whether the calendar knows the holidays of a year."""
    try:
        chinese_calendar.is_workday(date(year, 7, 1))
    except NotImplementedError:
        return False
    return True


def after(day: date, workdays: int) -> date:
    """Give the day that is so many working days after a day: the first one counted is the next working day."""
    while workdays:
        day += timedelta(days=1)
        workdays -= is_workday(day)
    return day
