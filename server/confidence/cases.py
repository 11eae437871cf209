"""What every step about a report stands on: finding it locked, writing down what was done, and who handles it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.confidence.models import NEW, OPEN, Report, ReportEvent
from server.db import new_id
from server.suggestions.judges import judged_by
from server.suggestions.models import CENTRE, ETHICS
from server.suggestions.naming import Named
from server.times import utc_now


def find(session: Session, source: str, ref: str) -> Report | None:
    """Lock a report by what it is called at its source."""
    query = select(Report).where(Report.source == source, Report.ref == ref)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def note(session: Session, each: Report, what: str, staff_id: str | None, words: str = "") -> None:
    """Write down what was done about a report, and by whom."""
    session.add(ReportEvent(id=new_id(), report_id=each.id, at=utc_now(), staff_id=staff_id, what=what, words=words))


def to_centre(session: Session, each: Report, what: str, staff_id: str | None = None, words: str = "") -> None:
    """Give a report to the centre, which accepts it anew: the school sees it no more."""
    each.circle, each.with_deputy, each.waits_since = CENTRE, False, utc_now()
    each.state = NEW if each.state in OPEN else each.state
    note(session, each, what, staff_id, words)


def judged_anew(session: Session, each: Report) -> str:
    """Give the circle that would handle a report as it stands now, with all that its writer said."""
    words = "\n".join([each.text, *said(session, each, "added")])
    return judged_by(session, each.school_id, Named(tuple(each.about_staff), tuple(each.about_duties)), words)


def widen(session: Session, each: Report, staff: set[str]) -> None:
    """Note that a report may be about these people, too; the centre handles it, if one of them would have."""
    each.about_staff = sorted({*each.about_staff, *staff})
    session.flush()
    if each.circle == ETHICS and judged_anew(session, each) == CENTRE:
        to_centre(session, each, "to_centre_self")


def said(session: Session, each: Report, what: str) -> list[str]:
    """Give the words of each thing of one kind that was done about a report, the oldest first."""
    theirs = (ReportEvent.report_id == each.id) & (ReportEvent.what == what)
    return list(session.scalars(select(ReportEvent.words).where(theirs).order_by(ReportEvent.id)))
