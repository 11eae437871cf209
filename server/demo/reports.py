"""What families of the demo schools reported in confidence: one report just in, one looked into, one for the centre alone."""

from datetime import timedelta

from sqlalchemy import select, update

from server.accounts.duties import actor_today
from server.accounts.models import Staff
from server.confidence import handling
from server.confidence.models import Report, ReportEvent
from server.confidence.service import NewReport, report
from server.db import new_id, reading, transaction
from server.demo.people import words
from server.schools.models import School
from server.times import shanghai_day, utc_now

VISITED, OFFICER = "t{n}02", "ethics{n}"
DAYS_AGO = 1


def fill_reports() -> None:
    """Let every demo school's families report the same things, and its 师德专员 work on the first of them."""
    with reading() as session:
        schools = session.scalars(select(School.id).order_by(School.id)).all()
    for number, school_id in enumerate(schools, 1):
        ids = [_report(number, school_id, **told) for told in words()["reports"]]
        _look_into(number, ids[0])


def _report(number: int, school_id: str, to: str, reasons: list[str], text: str) -> str:
    with transaction() as session:
        visited, ref = _staff_id(number, VISITED), new_id()
        told = NewReport(school_id, "link", ref, tuple(reasons), text, to, (visited,), reply_wanted=True)
        report(session, told)
        return session.scalars(select(Report.id).where(Report.ref == ref)).one()


def _look_into(number: int, report_id: str) -> None:
    """Go on with one until its writer has a question to answer; it was told yesterday."""
    with reading() as session:
        officer = actor_today(session, _staff_id(number, OFFICER))
    if officer is None:
        raise LookupError(OFFICER)
    handling.accept(officer, report_id, _seen(report_id))
    handling.check(
        officer, report_id, _seen(report_id), "看了那天的家访安排，是两位老师一起去的。", shanghai_day(utc_now())
    )
    handling.ask(officer, report_id, _seen(report_id), "接送是去的时候，还是回的时候？记不清就写记不清。")
    with transaction() as session:
        before = timedelta(days=DAYS_AGO)
        each = session.get_one(Report, report_id)
        each.received_at, each.waits_since = each.received_at - before, each.waits_since - before
        first = (ReportEvent.report_id == report_id) & (ReportEvent.what == "received")
        session.execute(update(ReportEvent).where(first).values(at=each.received_at))


def _staff_id(number: int, login: str) -> str:
    with reading() as session:
        return session.scalars(select(Staff.id).where(Staff.login == login.format(n=number))).one()


def _seen(report_id: str) -> str:
    with reading() as session:
        return handling.last_done(session, report_id)
