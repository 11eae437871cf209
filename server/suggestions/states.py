"""Where a suggestion stands: worked out from what was done about it, for the school and for its writer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server import workdays
from server.campaign.listening import listening
from server.suggestions.models import Suggestion
from server.times import shanghai_day

NEW, LATE, WORKING, ANSWERED, CLOSED = "new", "late", "working", "answered", "closed"
OPEN = (NEW, LATE, WORKING)
TO_BEGIN = 1  # working days, until the deputy of the 师德专员 sees it, too


@dataclass(frozen=True)
class Ending:
    """Until when an answer is due; `sure` is false where the year's holidays are not announced yet."""

    day: date
    sure: bool


def status_of(each: Suggestion, today: date) -> str:
    """Tell how far the school has come with it."""
    if each.closed_at:
        return CLOSED
    if each.replied_at:
        return ANSWERED
    if each.due and today > each.due:
        return LATE
    return WORKING if each.begun_at else NEW


def status_outside(each: Suggestion, today: date) -> str:
    """Tell its writer how far the school has come: received, working or answered."""
    status = status_of(each, today)
    if status in (ANSWERED, CLOSED):
        return "answered" if each.replied_at else "received"
    return "working" if each.begun_at else "received"


def lay_too_long(each: Suggestion, now: datetime) -> bool:
    """Tell whether nobody began with it within a working day, or answered it in time. What lay so stays one that did."""
    begun, answered = (shanghai_day(at or now) for at in (each.begun_at, each.replied_at or each.closed_at))
    to_begin = workdays.after(shanghai_day(each.received_at), TO_BEGIN)
    return begun > to_begin or (each.due is not None and answered > each.due)


def due_after(kind: str, at: datetime) -> date | None:
    """Give the last day for an answer to what was told at a moment; None for praise."""
    return None if kind == "praise" else workdays.after(shanghai_day(at), listening().due_working_days)


def ending_of(due: date, received_at: datetime) -> Ending:
    """Say how sure a due day is."""
    years = {shanghai_day(received_at).year, due.year}
    return Ending(due, all(map(workdays.is_known, years)))


def days_between(first: datetime, last: datetime) -> int:
    """Count the days from one moment to another, as a calendar on the wall has them."""
    return (shanghai_day(last) - shanghai_day(first)) // timedelta(days=1)
