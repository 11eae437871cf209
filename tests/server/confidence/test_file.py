"""师德档案: only what was found to be true, after the teacher could object, and dealt with; for its handler alone; without the family."""

import pytest
from sqlalchemy import select

from server.accounts.models import AccessLog, Staff
from server.db import reading
from tests.server.confidence.reports import WORDS, one, send
from tests.server.confidence.test_steps import TODAY, take
from tests.server.oversight.conftest import Desk

FILE = "/school/ethics/file"


@pytest.fixture(params=["sqlite"])
def config(config):
    return config


@pytest.fixture
def ethics(app, world):
    return Desk(app, "ethics1")


def name_of(world, login):
    with reading() as session:
        return session.get_one(Staff, world.staff[login]).name


def judge(desk, world, ref, finding="proven", *, about="t101", settle=True):
    take(desk, ref, "accept")
    take(desk, ref, "hear", words="老师说是顺路", on=TODAY)
    answer = take(desk, ref, "find", finding=finding, words="门卫看见了", about=world.staff.get(about, about))
    if settle:
        take(desk, ref, "settle", words="谈话提醒")
    return answer


def test_what_was_found_heard_and_closed_is_in_the_file_and_nothing_of_the_family_is(ethics, world):
    judge(ethics, world, send(world, student_id=world.students["1/0/0"], class_id=world.classes["1/0"]))
    page = ethics.read(f"{FILE}/{world.staff['t101']}")
    for words in (
        name_of(world, "t101"),
        "要求接送",
        "老师说是顺路",
        "门卫看见了",
        "谈话提醒",
        name_of(world, "ethics1"),
    ):
        assert words in page
    assert WORDS not in page
    assert name_of(world, "t101") in ethics.read(FILE)
    with reading() as session:
        logged = session.scalars(
            select(AccessLog.action).where(AccessLog.subject == f"ethics_file:{world.staff['t101']}")
        )
        assert set(logged) == {"print", "page"}


@pytest.mark.parametrize("finding", ["unfounded", "unclear"])
def test_nothing_else_reaches_it(ethics, world, finding):
    judge(ethics, world, send(world), finding)
    assert ethics.get(f"{FILE}/{world.staff['t101']}").status_code == 404
    assert name_of(world, "t101") not in ethics.read(FILE)


def test_what_is_not_closed_is_not_in_it_and_what_is_looked_into_again_leaves_it(ethics, world):
    ref = send(world)
    judge(ethics, world, ref, settle=False)
    assert ethics.get(f"{FILE}/{world.staff['t101']}").status_code == 404
    take(ethics, ref, "settle", words="谈话提醒")
    assert ethics.get(f"{FILE}/{world.staff['t101']}").status_code == 200
    take(ethics, ref, "reopen", words="老师有异议")
    assert ethics.get(f"{FILE}/{world.staff['t101']}").status_code == 404
    assert one(ref).found_about is None


def test_it_is_the_file_of_the_one_who_did_it_not_of_whoever_went_along(ethics, world):
    both = (world.staff["t101"], world.staff["t102"])
    judge(ethics, world, send(world, visited_staff_ids=both), about="t102")
    assert ethics.get(f"{FILE}/{world.staff['t101']}").status_code == 404
    assert ethics.get(f"{FILE}/{world.staff['t102']}").status_code == 200


@pytest.mark.parametrize("about", ["", "nobody", "t201", "ethics1"])
def test_true_of_nobody_of_the_school_is_refused(ethics, world, about):
    ref = send(world)
    answer = judge(ethics, world, ref, about=about, settle=False)
    assert answer.status_code == 422
    assert "请选是哪位老师" in answer.text
    assert "门卫看见了" in answer.text
    assert one(ref).state == "heard"


def test_true_of_a_leader_is_the_centres_to_say(ethics, world):
    ref = send(world)
    answer = judge(ethics, world, ref, about="head1", settle=False)
    assert answer.status_code == 422
    assert "请中心办理" in answer.text
    assert (one(ref).circle, one(ref).state) == ("ethics", "heard")


def test_each_keeps_only_what_they_handled(app, ethics, world):
    centre = Desk(app, "centre")
    judge(ethics, world, send(world))
    judge(centre, world, send(world, to="centre"), about="t102")
    assert name_of(world, "t102") not in ethics.read(FILE)
    assert name_of(world, "t101") not in centre.read(FILE)
    assert centre.get(f"{FILE}/{world.staff['t102']}").status_code == 200
    assert ethics.get(f"{FILE}/{world.staff['t102']}").status_code == 404
    for login in ("t101", "desk1", "head1"):
        assert Desk(app, login).get(FILE).status_code == 403
        assert Desk(app, login).get(f"{FILE}/{world.staff['t101']}").status_code == 403
