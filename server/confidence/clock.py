"""The clock: what is not accepted, or once accepted not closed, in time goes up, to the deputy first, then to the centre."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import workdays
from server.campaign.listening import listening
from server.confidence.cases import judged_anew, note, to_centre
from server.confidence.models import DONE, NEW, Report
from server.confidence.officers import handlers, is_about
from server.suggestions.judges import Officers, officers_of
from server.suggestions.models import CENTRE, ETHICS
from server.times import shanghai_day

TO_ACCEPT = 1  # working days
FOR_THE_DEPUTY = 5  # working days more, once the deputy sees it, too


def last_day(each: Report) -> date:
    """Give the last day on which whoever has a report is in time: to accept it, or then to close it.

    To close it there are as many working days as the school has for an answer to any word.
    """
    return workdays.after(shanghai_day(each.waits_since), TO_ACCEPT if each.state == NEW else _to_close(each))


def is_late(each: Report, today: date) -> bool:
    """Tell whether a report waits too long, to be accepted or to be closed."""
    return each.state != DONE and today > last_day(each)


def _to_close(each: Report) -> int:
    return listening().due_working_days + (FOR_THE_DEPUTY if each.with_deputy else 0)


def raise_late(session: Session, now: datetime) -> int:
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
        each.with_deputy = True
        each.waits_since = now if each.state == NEW else each.waits_since
        note(session, each, "to_deputy" if each.state == NEW else "to_deputy_slow", None)
    else:
        to_centre(session, each, "to_centre_late" if each.state == NEW else "to_centre_slow")
    return True


def _deputies(session: Session, each: Report, officers: Officers) -> set[str]:
    return {id_ for id_ in officers.deputies if not is_about(session, id_, each)}
