"""Reports for the tests: made as the parents' page makes them, and looks into the table."""

from datetime import timedelta

from sqlalchemy import select, update

from server.accounts.devices import actor_of_token
from server.accounts.service import NewDuty, give_duty
from server.confidence import clock, service
from server.confidence.models import Report, ReportEvent
from server.confidence.officers import handled_by
from server.confidence.service import NewReport
from server.db import new_id, reading, transaction
from server.times import utc_now
from tests.server.world import LONG_AGO

WORDS = "走的时候让我开车送他回学校"


def send(world, *, ref=None, **more):
    """Report the visit of t101, unless said otherwise; gives the ref."""
    ref = ref or new_id()
    values = {
        "school_id": world.schools[1],
        "source": "link",
        "ref": ref,
        "reasons": ("1",),
        "text": WORDS,
        "visited_staff_ids": (world.staff["t101"],),
        **more,
    }
    with transaction() as session:
        assert service.report(session, NewReport(**values)) is None
    return ref


def one(ref):
    with reading() as session:
        return session.scalars(select(Report).where(Report.ref == ref)).one()


def events(ref):
    with reading() as session:
        query = select(ReportEvent.what).join(Report, Report.id == ReportEvent.report_id).where(Report.ref == ref)
        return list(session.scalars(query.order_by(ReportEvent.id)))


def seen_by(world, ref):
    """Name who may handle a report now."""
    with reading() as session:
        each = session.scalars(select(Report).where(Report.ref == ref)).one()
        actors = {login: actor_of_token(token) for login, token in world.tokens.items()}
        return {login for login, actor in actors.items() if handled_by(session, actor, [each])}


def wait(ref, days):
    """Let a report have waited so many days more."""
    with transaction() as session:
        since = one(ref).waits_since - timedelta(days=days)
        session.execute(update(Report).where(Report.ref == ref).values(waits_since=since))
    with transaction() as session:
        return clock.raise_late(session, utc_now())


def put_on_duty(world, login, kind="ethics", **more):
    with transaction() as session:
        give_duty(session, world.staff[login], NewDuty(kind, LONG_AGO, **more))
