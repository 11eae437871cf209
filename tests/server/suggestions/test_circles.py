"""Who reads what was told: a problem with a teacher is nobody's but the 师德专员's, and never that teacher's."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from server.accounts.devices import actor_of_token
from server.accounts.models import Duty
from server.db import new_id, reading, transaction
from server.suggestions import circles, work
from server.suggestions.circles import for_centre, for_ethics
from server.suggestions.models import Suggestion
from server.times import shanghai_day, utc_now
from tests.server.confidence.reports import put_on_duty
from tests.server.oversight.conftest import TOKEN, Desk
from tests.server.suggestions.told import seen, tell
from tests.server.world import LONG_AGO

ENOUGH = 12  # days: more than a working day, whatever holidays are near


@pytest.fixture
def actor(world):
    return lambda login: actor_of_token(world.tokens[login])


def ids(found):
    return [each.id for each in found]


def test_the_ethics_officer_reads_it_and_the_board_never_shows_it(app, world, actor):
    before = read_board(app)
    made = tell(world, "数学老师总拖堂", kind="problem")
    assert (made.for_ethics, made.on_board) == (True, False)
    with reading() as session:
        assert ids(for_ethics(session, actor("ethics1"))) == [made.id]
        assert ids(for_ethics(session, actor("ethics2"))) == []
    for login in ("desk1", "head1", "t102", "ethics2", "centre"):
        desk = Desk(app, login)
        missing = desk.get(f"/school/suggestions/{new_id()}")
        there = desk.get(f"/school/suggestions/{made.id}")
        assert (there.status_code, there.text) == (missing.status_code, missing.text) == (404, missing.text)
    assert read_board(app) == before


def read_board(app):
    """Give the board's bytes, but for the form token of the moment."""
    return TOKEN.sub("", Desk(app, "desk1").read("/school/suggestions/"))


def test_urgent_ones_come_first(world, actor):
    tell(world, "数学老师总拖堂", kind="problem")
    urgent = tell(world, "班主任体罚学生", kind="problem")
    tell(world, "语文老师迟到", kind="problem")
    assert urgent.urgent
    with reading() as session:
        assert ids(for_ethics(session, actor("ethics1")))[0] == urgent.id


def test_an_officer_who_may_be_meant_never_reads_it(world, actor):
    with transaction() as session:
        mine = Duty.staff_id == world.staff["t102"]
        session.execute(update(Duty).where(mine & (Duty.class_id == world.classes["1/0"])).values(subject="数学"))
        officer = Duty(id=new_id(), staff_id=world.staff["t102"], kind="ethics", from_on=LONG_AGO)
        session.add(officer)
    made = tell(world, "数学老师总拖堂", kind="problem")
    assert made.for_ethics  # the other officer reads it
    with reading() as session:
        assert ids(for_ethics(session, actor("ethics1"))) == [made.id]
        assert ids(for_ethics(session, actor("t102"))) == []


def test_an_officer_reads_neither_what_names_them_nor_what_they_wrote_down(world, actor):
    put_on_duty(world, "t103", "ethics")
    told = tell(world, "有老师收礼", kind="problem", about_teacher=True, author_id=world.staff["ethics1"])
    named = tell(world, "有老师收礼", kind="problem", about_teacher=True)
    with transaction() as session:
        session.get_one(Suggestion, named.id).about_staff = [world.staff["ethics1"]]
    assert told.for_ethics  # the other officer's
    with reading() as session:
        assert ids(for_ethics(session, actor("ethics1"))) == []
        assert set(ids(for_ethics(session, actor("t103")))) == {told.id, named.id}


def test_where_nobody_else_could_judge_it_the_centre_does(world, actor):
    with transaction() as session:
        is_officer = (Duty.kind == "ethics") & (Duty.staff_id == world.staff["ethics1"])
        session.execute(update(Duty).where(is_officer).values(kind="desk"))
    made = tell(world, "有老师收礼", kind="problem", about_teacher=True)
    assert (made.for_ethics, made.on_board) == (False, False)
    with reading() as session:
        assert ids(for_centre(session, actor("centre"))) == [made.id]


@pytest.mark.parametrize("text", ["老师ethics1说话难听", "老师head1只看分数"])
def test_what_is_about_a_leader_or_the_officer_goes_to_the_centre(world, actor, text):
    made = tell(world, text, kind="problem")
    with reading() as session:
        assert ids(for_ethics(session, actor("ethics1"))) == []
        assert ids(for_centre(session, actor("centre"))) == [made.id]


def test_what_is_for_the_centre_is_invisible_to_the_school(app, world, actor):
    made = tell(world, "学校收费不明白", visible_to="centre")
    assert Desk(app, "desk1").get(f"/school/suggestions/{made.id}").status_code == 404
    with reading() as session:
        assert ids(for_centre(session, actor("centre"))) == [made.id]


def test_another_school_sees_nothing(app, world):
    made = tell(world, "食堂的汤常是凉的")
    assert "食堂的汤" in Desk(app, "desk1").read(f"/school/suggestions/{made.id}")
    assert "食堂的汤" not in Desk(app, "desk2").read("/school/suggestions/")
    assert Desk(app, "desk2").get(f"/school/suggestions/{made.id}").status_code == 404


def test_a_problem_that_names_the_desk_is_hidden_from_that_person(app, world, actor, monkeypatch):
    made = tell(world, "食堂的汤常是凉的", kind="problem", visible_to="school")
    with transaction() as session:
        session.get_one(Suggestion, made.id).about_staff = [world.staff["desk1"]]
    assert Desk(app, "desk1").get(f"/school/suggestions/{made.id}").status_code == 404
    assert "食堂的汤" not in Desk(app, "desk1").read("/school/suggestions/")
    assert "食堂的汤" in Desk(app, "head1").read("/school/suggestions/")
    with reading() as session:
        assert not circles.may_work(session, actor("desk1"), _row(made.id))


def _row(id_):
    with reading() as session:
        return session.get_one(Suggestion, id_)


@pytest.fixture
def deputy(world):
    put_on_duty(world, "t103", deputy=True)
    return "t103"


def read_by(actor, *logins):
    with reading() as session:
        return [len(for_ethics(session, actor(login))) for login in logins]


def told_days_ago(made, days, **dates):
    with transaction() as session:
        each = session.get_one(Suggestion, made.id)
        each.received_at -= timedelta(days=days)
        for name, value in dates.items():
            setattr(each, name, value)


def test_the_deputy_reads_what_nobody_began_with_within_a_working_day(app, world, actor, deputy):
    made = tell(world, "数学老师总拖堂", kind="problem")
    assert read_by(actor, "ethics1", deputy) == [1, 0]
    assert Desk(app, deputy).get(f"/school/suggestions/{made.id}").status_code == 404
    told_days_ago(made, ENOUGH)
    assert read_by(actor, "ethics1", deputy) == [1, 1]
    work.progress(actor(deputy), made.id, seen(made.id), work.Progress("explain", "", ""))
    work.answer(actor(deputy), made.id, seen(made.id), work.Reply("已和老师说过", "page"))
    assert read_by(actor, "ethics1", deputy) == [1, 1]  # whoever took it up goes on with it


def test_the_deputy_reads_nothing_of_what_is_begun_and_answered_in_time(world, actor, deputy):
    made = tell(world, "数学老师总拖堂", kind="problem")
    told_days_ago(made, ENOUGH, begun_at=utc_now() - timedelta(days=ENOUGH))
    assert read_by(actor, "ethics1", deputy) == [1, 0]
    told_days_ago(made, 0, due=shanghai_day(utc_now()) - timedelta(days=1))
    assert read_by(actor, "ethics1", deputy) == [1, 1]


def test_the_deputy_reads_at_once_what_the_officer_is_not_to_read(world, actor, deputy):
    tell(world, "有老师收礼", kind="problem", about_teacher=True, author_id=world.staff["ethics1"])
    assert read_by(actor, "ethics1", deputy) == [0, 1]


def test_where_there_are_only_deputies_they_are_the_officers(world, actor, deputy):
    with transaction() as session:
        session.execute(delete(Duty).where(Duty.staff_id == world.staff["ethics1"]))
    tell(world, "数学老师总拖堂", kind="problem")
    assert read_by(actor, deputy) == [1]
