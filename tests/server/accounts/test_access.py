"""The log of reads: who, when, what; never the content; and it ends after three years."""

from datetime import timedelta

from sqlalchemy import select, update

from server.accounts.access import KEPT, Read, log_reads, sweep_access_log
from server.accounts.devices import actor_of_token
from server.accounts.limits import sweep_failures
from server.accounts.models import AccessLog, SignInFailure
from server.db import reading, transaction
from server.times import utc_now


def lines():
    with reading() as session:
        return list(session.scalars(select(AccessLog).order_by(AccessLog.id)))


def test_a_read_is_one_line_a_scope_or_record(app, world):
    actor = actor_of_token(world.tokens["t101"])
    log_reads(actor, "pull", [Read("class:c1", 20), Read("self:s1")])
    log_reads(actor, "pull", [])
    first, second = lines()
    assert (first.staff_id, first.school_id, first.device_id) == (
        world.staff["t101"],
        world.schools[1],
        world.devices["t101"],
    )
    assert [(each.action, each.subject, each.rows) for each in (first, second)] == [
        ("pull", "class:c1", 20),
        ("pull", "self:s1", 1),
    ]


def test_lines_older_than_three_years_go(app, world):
    log_reads(actor_of_token(world.tokens["t101"]), "page", [Read("visit:1"), Read("visit:2")])
    old = lines()[0].id
    with transaction() as session:
        long_ago = utc_now() - KEPT - timedelta(days=1)
        session.execute(update(AccessLog).where(AccessLog.id == old).values(at=long_ago))
        assert sweep_access_log(session, utc_now()) == 1
    assert [each.subject for each in lines()] == ["visit:2"]


def test_failures_that_count_no_more_go(app, world):
    now = utc_now()
    with transaction() as session:
        for name, minutes in (("old", 11), ("new", 1)):
            session.add(SignInFailure(id=name, login="x", address="y", at=now - timedelta(minutes=minutes)))
        session.flush()
        assert sweep_failures(session, now) == 1
