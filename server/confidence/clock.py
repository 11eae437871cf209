"""The clock: what nobody has accepted after one working day goes up, to the deputy first, then to the centre."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import workdays
from server.confidence.cases import judged_anew, note, to_centre
from server.confidence.models import DONE, NEW, Report
from server.confidence.officers import Officers, handlers, is_about, officers_of
from server.suggestions.models import CENTRE, ETHICS
from server.times import shanghai_day

WORKING_DAYS = 1


def last_day(each: Report) -> date:
    """Give the last day on which whoever has a report now is in time to accept it."""
    return workdays.after(shanghai_day(each.waits_since), WORKING_DAYS)


def is_late(each: Report, today: date) -> bool:
    """Tell whether a report waits too long to be accepted."""
    return each.state == NEW and today > last_day(each)


def raise_unaccepted(session: Session, now: datetime) -> int:
    """Let what waits too long go up, and what nobody at the school may handle any more; gives how many went."""
    ours = (Report.circle == ETHICS) & (Report.state != DONE)
    found = session.scalars(select(Report).where(ours).order_by(Report.id).with_for_update()).all()
    return sum(_raise(session, each, now) for each in found)


def _raise(session: Session, each: Report, now: datetime) -> bool:
    officers = officers_of(session, each.school_id)
    here = handlers(session, each, officers)
    if judged_anew(session, each) == CENTRE:  # by today's duties
        to_centre(session, each, "to_centre_self")
    elif here and not is_late(each, shanghai_day(now)):
        return False
    elif not each.with_deputy and _deputies(session, each, officers):
        each.with_deputy, each.waits_since = True, now
        note(session, each, "to_deputy", None)
    else:
        to_centre(session, each, "to_centre_late")
    return True


def _deputies(session: Session, each: Report, officers: Officers) -> set[str]:
    return {id_ for id_ in officers.deputies if not is_about(session, id_, each)}
