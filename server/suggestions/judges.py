"""Who handles a matter that is about members of staff: the school's 师德专员, or the centre. One rule for words and reports.

The deputy stands in (a duty that says so, `Duty.deputy`): where nobody but deputies holds the duty, they are the 师德专员.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.duties import running
from server.accounts.models import Duty, Staff
from server.campaign.listening import listening
from server.records.models import Record
from server.suggestions.models import CENTRE, ETHICS
from server.suggestions.naming import Named
from server.suggestions.roster import may_be_meant, with_duty_kinds
from server.times import shanghai_day, utc_now

ABOVE = frozenset({"ethics", "head", "leader"})  # who is not to judge what is said of themselves


@dataclass(frozen=True)
class Officers:
    """A school's 师德专员 of today, and those who stand in for them."""

    first: frozenset[str]
    deputies: frozenset[str]


def officers_of(session: Session, school_id: str) -> Officers:
    """Find who holds the duty at a school today."""
    theirs = (Staff.school_id == school_id, Duty.kind == "ethics", running(shanghai_day(utc_now())))
    query = select(Duty.staff_id, Duty.deputy).join(Staff, Staff.id == Duty.staff_id).where(*theirs)
    held = session.execute(query).all()
    first = frozenset(staff_id for staff_id, deputy in held if not deputy)
    deputies = frozenset(staff_id for staff_id, _ in held) - first
    return Officers(first, deputies) if first else Officers(deputies, frozenset())


def judged_by(
    session: Session, school_id: str, named: Named, text: str = "", concerned: Collection[str] = frozenset()
) -> str:
    """Give the circle that handles what is said of these members of staff.

    The centre, if one of them is a leader or a 师德专员, if the words speak of one without a name (校长, 书记), if the school has
    no 师德专员, or if each of those whom it has may be meant by a duty in the words, or is `concerned`: wrote them down, went along.
    """
    judges = with_duty_kinds(session, school_id, ("ethics",))
    if not judges or with_duty_kinds(session, school_id, ABOVE) & set(named.staff):
        return CENTRE
    if any(word in text for word in listening().naming.leaders):
        return CENTRE
    fit = [each for each in judges if each not in concerned and not may_be_meant(session, each, named.duties)]
    return ETHICS if fit else CENTRE


def went_along(session: Session, visit_id: str | None) -> Sequence[str]:
    """Name the staff who went on a visit, as far as it is known here."""
    visit = session.get(Record, ("visit", visit_id)) if visit_id else None
    return visit.fields.get("visitors", ()) if visit is not None else ()
