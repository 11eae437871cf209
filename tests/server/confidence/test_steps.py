"""The handler's pages: step by step, nothing out of order, 属实 never before the teacher was heard."""

import pytest

from server.confidence import service
from server.confidence.models import Report
from server.db import reading, transaction
from tests.server.confidence.reports import WORDS, events, one, put_on_duty, seen_by, send, wait
from tests.server.confidence.test_who_handles import ENOUGH
from tests.server.oversight.conftest import Desk
from tests.server.oversight.test_reading import logged

TODAY = "2026-09-30"


@pytest.fixture
def ethics(app, world):
    return Desk(app, "ethics1")


@pytest.fixture
def centre(app, world):
    return Desk(app, "centre")


def address(ref):
    return f"/school/ethics/reports/{one(ref).id}"


def take(desk, ref, step, **fields):
    """Take a step as the page offers it."""
    page = desk.read(address(ref))
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return desk.send(address(ref), f"{address(ref)}/{step}", seen=seen, **fields)


def test_a_case_goes_from_step_to_step_and_each_stands_there_with_its_words(ethics, world):
    ref = send(world)
    assert WORDS in ethics.read(address(ref))
    assert "已受理" in take(ethics, ref, "accept").text
    take(ethics, ref, "check", words="问了门卫", on=TODAY)
    take(ethics, ref, "hear", words="老师说是顺路", on=TODAY)
    take(ethics, ref, "find", finding="proven", words="门卫看见了", about=world.staff["t101"])
    page = take(ethics, ref, "settle", words="谈话提醒").text
    assert (one(ref).state, one(ref).finding) == ("done", "proven")
    assert events(ref) == ["received", "accepted", "checked", "heard", "found", "done"]
    for words in ("问了门卫", "老师说是顺路", "门卫看见了", "谈话提醒", "2026年9月30日", "老师ethics1", "属实"):
        assert words in page
    with reading() as session:
        assert service.outcome_for(session, "link", ref).handled_on is not None


def test_proven_is_refused_before_the_teacher_was_heard_and_nothing_typed_is_lost(ethics, world):
    ref = send(world)
    take(ethics, ref, "accept")
    take(ethics, ref, "check", words="问了门卫", on=TODAY)
    answer = take(ethics, ref, "find", finding="proven", words="依据写了很多")
    assert answer.status_code == 422
    assert "听取对方申辩" in answer.text
    assert "依据写了很多" in answer.text
    assert one(ref).state == "checking"
    take(ethics, ref, "find", finding="unfounded", words="没有这回事")
    assert one(ref).finding == "unfounded"


def test_looking_into_it_again_asks_for_the_hearing_again(ethics, world):
    ref = send(world)
    take(ethics, ref, "accept")
    take(ethics, ref, "hear", words="没有申辩", on=TODAY)
    take(ethics, ref, "find", finding="proven", words="依据", about=world.staff["t101"])
    take(ethics, ref, "reopen", words="老师有异议")
    assert (one(ref).state, one(ref).heard_at) == ("checking", None)
    assert take(ethics, ref, "find", finding="proven", words="依据").status_code == 422


@pytest.mark.parametrize("step", ["check", "hear", "find", "settle", "reopen", "ask", "reply"])
def test_nothing_is_done_before_it_is_accepted(ethics, world, step):
    ref = send(world)
    answer = take(ethics, ref, step, words="话", on=TODAY, finding="unclear")
    assert answer.status_code == 409
    assert events(ref) == ["received"]


def test_who_was_overtaken_is_told_and_keeps_what_was_typed(ethics, world):
    ref = send(world)
    seen = ethics.read(address(ref)).split('name="seen" value="')[1].split('"')[0]
    take(ethics, ref, "accept")
    answer = ethics.send(address(ref), f"{address(ref)}/check", seen=seen, words="慢了一步的话", on=TODAY)
    assert answer.status_code == 409
    assert "慢了一步的话" in answer.text
    assert events(ref) == ["received", "accepted"]


@pytest.mark.parametrize(
    ("step", "fields"), [("check", {"words": " "}), ("hear", {"words": "话", "on": "2999-01-01"}), ("find", {})]
)
def test_a_form_that_lacks_something_says_so(ethics, world, step, fields):
    ref = send(world)
    take(ethics, ref, "accept")
    take(ethics, ref, "check", words="看过", on=TODAY)
    answer = take(ethics, ref, step, **{"on": TODAY, **fields})
    assert answer.status_code == 422
    assert 'class="wrong"' in answer.text


def test_one_question_is_put_to_the_writer_and_the_answer_comes_back(ethics, world):
    ref = send(world)
    take(ethics, ref, "accept")
    take(ethics, ref, "ask", words="大概几点？")
    with transaction() as session:
        assert service.question_for(session, "link", ref) == "大概几点？"
        service.answer_question(session, "link", ref, "晚上八点")
    assert "晚上八点" in ethics.read(address(ref))
    assert take(ethics, ref, "ask", words="还有呢？").status_code == 409
    take(ethics, ref, "reply", words="谢谢您告诉我们")
    with reading() as session:
        assert service.outcome_for(session, "link", ref).reply == "谢谢您告诉我们"


def test_the_officer_passes_it_up_and_the_centre_hands_it_back_with_words(ethics, centre, world):
    ref = send(world)
    take(ethics, ref, "accept")
    page = take(ethics, ref, "pass-up", words="是我的亲属")
    assert page.request.path == "/school/ethics"
    assert ethics.get(address(ref)).status_code == 404
    assert seen_by(world, ref) == {"centre"}
    assert "要求接送" in centre.read("/centre/inbox")
    assert "第1中学" in centre.read("/centre/inbox")
    assert "是我的亲属" in centre.read(address(ref))
    page = take(centre, ref, "hand-back", words="请另一位办")
    assert page.request.path == "/centre/inbox"
    assert (one(ref).state, one(ref).circle) == ("new", "ethics")
    assert "请另一位办" in ethics.read(address(ref))


def test_what_was_kept_from_the_school_is_never_handed_back(centre, world):
    chosen, leader = send(world, to="centre"), send(world, visited_staff_ids=(world.staff["head1"],))
    for ref in (chosen, leader):
        assert take(centre, ref, "hand-back", words="还给学校").status_code == 409
        assert seen_by(world, ref) == {"centre"}


def test_the_centre_works_a_case_to_its_end(centre, world):
    ref = send(world, to="centre", reply_wanted=True)
    take(centre, ref, "accept")
    take(centre, ref, "check", words="到校看过", on=TODAY)
    take(centre, ref, "find", finding="unclear", words="说法不一")
    take(centre, ref, "settle", words="提醒学校")
    take(centre, ref, "reply", words="已经提醒")
    assert one(ref).state == "done"
    assert "无法核实" in centre.read("/centre/inbox")


def test_nobody_else_finds_it(app, world):
    ref = send(world)
    for login in ("head1", "desk1", "t101", "t102"):
        assert Desk(app, login).get(address(ref)).status_code == 403
    for login in ("ethics2", "centre"):
        assert Desk(app, login).get(address(ref)).status_code == 404


def test_the_deputy_finds_it_once_it_has_gone_up(app, ethics, world):
    put_on_duty(world, "t103", deputy=True)
    deputy, ref = Desk(app, "t103"), send(world)
    assert "要求接送" not in deputy.read("/school/ethics")
    assert deputy.get(address(ref)).status_code == 404
    assert "老师t_031" in ethics.read(address(ref))
    wait(ref, ENOUGH)
    assert "要求接送" in deputy.read("/school/ethics")
    take(deputy, ref, "accept")
    assert events(ref)[-1] == "accepted"
    assert wait(ref, ENOUGH) == 0


def test_each_reading_is_logged(ethics, world):
    ref = send(world)
    ethics.read("/school/ethics")
    ethics.read(address(ref))
    assert ("page", f"report:{one(ref).id}") in logged()


def test_the_bar_counts_what_waits_for_its_handler_only(app, ethics, world):
    send(world)
    assert '<span class="count">1<span' in ethics.read("/school/ethics")
    assert '<span class="count">' not in Desk(app, "ethics2").read("/school/ethics")


def test_the_late_one_is_marked(centre, world):
    from datetime import timedelta

    from sqlalchemy import update

    ref = send(world, to="centre")
    assert "该受理了" not in centre.read("/centre/inbox")
    with transaction() as session:
        since = one(ref).waits_since - timedelta(days=ENOUGH)
        session.execute(update(Report).values(waits_since=since))
    assert "该受理了" in centre.read("/centre/inbox")


def test_what_speaks_of_harm_stands_first_and_says_what_to_do(ethics, world):
    send(world, reasons=("1",))
    ref = send(world, reasons=("other",), text="老师体罚学生，打伤了手")
    page = ethics.read("/school/ethics")
    assert page.index("其他师德问题") < page.index("要求接送")
    assert "请马上看" in page
    assert "打 110" in ethics.read(address(ref))
