"""From the board to an answer: handed out, worked on, replied to, closed; nothing typed is lost, every step is written down."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from server.accounts.models import AccessLog
from server.db import new_id, reading, transaction
from server.suggestions import service, work
from server.suggestions.models import Suggestion
from server.times import shanghai_day, utc_now
from tests.server.oversight.conftest import TOKEN, Desk
from tests.server.suggestions.told import all_of, events, tell

SEEN = re.compile(r'name="seen" value="([^"]*)"')


class Office(Desk):
    """A browser that fills in the forms of one suggestion's page."""

    def do(self, id_, deed, **fields):
        page = self.read(f"/school/suggestions/{id_}")
        token, seen = TOKEN.search(page)[1], SEEN.search(page)
        data = {"csrf_token": token, "seen": seen[1] if seen else "", **fields}
        return self.client.post(f"/school/suggestions/{id_}/{deed}", data=data, follow_redirects=True)


@pytest.fixture
def office(app, world):
    return Office(app, "desk1")


@pytest.fixture
def teacher(app, world):
    return Office(app, "t103")


def row(id_):
    return next(each for each in all_of() if each.id == id_)


def hand_out(office, id_, world, login="t103", **fields):
    return office.do(id_, "hand-out", owner_id=world.staff[login], dept="总务处", due="2030-01-15", **fields)


def test_the_whole_way_from_a_word_to_an_answer(office, teacher, world):
    id_ = tell(world, "食堂的汤常是凉的", ref="r1", contact="13912345678").id
    assert "待分办 1" in office.read("/school/suggestions/")
    assert "1 条意见待分办" in office.read("/school/today")
    assert teacher.get(f"/school/suggestions/{id_}").status_code == 404
    assert "已分办" in hand_out(office, id_, world).text
    assert "食堂的汤常是凉的" in teacher.read("/school/suggestions/mine")
    page = teacher.do(id_, "progress", decision="by_date", measures="换保温桶", result="").text
    assert "限期整改" in page
    page = teacher.do(id_, "reply", reply="谢谢您，下周起用保温桶。", reply_way="page").text
    assert "已答复" in page
    assert row(id_).contact is None
    assert teacher.do(id_, "close").status_code == 403
    assert "已办结" in office.do(id_, "close").text
    done = row(id_)
    assert (done.decision, done.measures, done.reply, done.reply_way) == (
        "by_date",
        "换保温桶",
        "谢谢您，下周起用保温桶。",
        "page",
    )
    assert events(id_) == ["received", "handed_out", "progress", "replied", "closed"]
    with reading() as session:
        said = service.answer_to(session, "box", "r1")
    assert (said.status, said.reply) == ("answered", "谢谢您，下周起用保温桶。")


def test_its_writer_reads_three_states_only(world, office):
    id_ = tell(world, ref="r1").id

    def status():
        with reading() as session:
            return service.answer_to(session, "box", "r1").status

    assert status() == "received"
    hand_out(office, id_, world)
    assert status() == "working"
    with transaction() as session:
        late = shanghai_day(utc_now()) - timedelta(days=3)
        session.execute(update(Suggestion).values(due=late))
    assert status() == "working"
    assert "待催办" in office.read(f"/school/suggestions/{id_}")


def test_not_satisfied_opens_it_again_once(world, office):
    id_ = tell(world, ref="r1").id
    for round_, expected in ((1, None), (2, "not")):
        office.do(id_, "reply", reply=f"答复{round_}", reply_way="page")
        with transaction() as session:
            service.rate(session, id_, "not")
        assert row(id_).rating == expected
    assert (row(id_).reopened, row(id_).replied_at is not None) == (True, True)
    assert "答复1" in office.read(f"/school/suggestions/{id_}")
    assert events(id_).count("reopened") == 1


@pytest.mark.parametrize(("source", "where"), [("visit", "家访记录里"), ("link", "对方在链接里"), ("box", "对方")])
def test_the_case_says_where_the_words_were_changed(world, office, source, where):
    id_ = tell(world, source=source, ref="r1").id
    with transaction() as session:
        service.follow(session, changed_to(world, source, "汤凉"))
    assert f"<p>{where}改过，这里跟着改了" in office.read(f"/school/suggestions/{id_}")
    hand_out(office, id_, world)
    with transaction() as session:
        service.follow(session, changed_to(world, source, "汤凉，饭也凉"))
    page = office.read(f"/school/suggestions/{id_}")
    assert f"开始办理以后，{where}改过" in page
    assert f"<p>{where}后来改成" in page
    assert f"<h3>{where}后来改成</h3>" in office.do(id_, "original").text


def changed_to(world, source, text):
    return service.NewSuggestion(world.schools[1], source, "r1", text, "suggestion")


def test_whoever_was_overtaken_keeps_every_word(office, app, world):
    id_ = tell(world).id
    page = office.read(f"/school/suggestions/{id_}")
    hand_out(Office(app, "head1"), id_, world)
    data = {"csrf_token": TOKEN.search(page)[1], "seen": SEEN.search(page)[1]}
    answer = office.client.post(
        f"/school/suggestions/{id_}/reply", data={**data, "reply": "写了很久的答复", "reply_way": "phone"}
    )
    assert answer.status_code == 409
    assert "写了很久的答复" in answer.text
    assert "刚才有人办过这一件" in answer.text
    assert row(id_).reply == ""
    assert "已答复" in office.do(id_, "reply", reply="写了很久的答复", reply_way="phone").text


@pytest.mark.parametrize(
    ("deed", "fields", "said"),
    [
        ("progress", {"decision": "not_now", "measures": " "}, "为什么暂时不能办"),
        ("progress", {"measures": "做了"}, "请选一项处理意见"),
        ("progress", {"decision": "explain", "measures": "长" * 501}, "500 字以内"),
        ("reply", {"reply": "", "reply_way": "page"}, "请写答复的话"),
        ("reply", {"reply": "长" * 301, "reply_way": "page"}, "300 字以内"),
        ("reply", {"reply": "好", "reply_way": "shout"}, "Not a valid choice|请选"),
        ("hand-out", {"owner_id": "nobody"}, "Not a valid choice|请选"),
        ("close", {}, "还没有答复"),
    ],
)
def test_what_cannot_be_done_says_so_and_changes_nothing(office, world, deed, fields, said):
    id_ = tell(world).id
    answer = office.do(id_, deed, **fields)
    assert answer.status_code in (409, 422)
    assert re.search(said, answer.text)
    assert events(id_) == ["received"]


def test_nobody_of_another_school_and_nobody_named_is_given_it(office, world):
    id_ = tell(world).id
    assert office.do(id_, "hand-out", owner_id=world.staff["t203"]).status_code == 422
    assert row(id_).owner_id is None


def test_the_original_is_behind_a_button_that_is_written_down(office, world):
    id_ = tell(world, "学生100的汤常是凉的，请打13912345678", student_id=world.students["1/0/0"], named=True).id
    page = office.read(f"/school/suggestions/{id_}")
    for words in ("学生100", "13912345678", "七年级1班"):
        assert words not in page
    assert "某同学的汤常是凉的" in page
    opened = office.do(id_, "original").text
    for words in ("学生100的汤常是凉的，请打13912345678", "七年级1班 学生100家"):
        assert words in opened
    assert "read_original" in events(id_)
    with reading() as session:
        logged = set(session.execute(select(AccessLog.action, AccessLog.subject)).all())
    assert {("page", f"suggestion:{id_}"), ("original", f"suggestion:{id_}")} <= logged
    assert "学生100" not in office.read(f"/school/suggestions/{id_}")


def test_the_family_of_a_writer_without_a_name_is_never_shown(office, world):
    id_ = tell(world, "食堂的汤常是凉的", student_id=world.students["1/0/0"], class_id=world.classes["1/0"]).id
    opened = office.do(id_, "original").text
    assert "学生100" not in opened
    assert "七年级1班" not in opened


def test_several_of_one_matter_are_answered_once(office, world):
    first, second, third = (tell(world, f"汤凉{each}", ref=f"r{each}").id for each in range(3))
    page = office.do(first, "tie", other=[second, third]).text
    assert "2 件和这一件一起办" in page
    assert "去那一件" in office.read(f"/school/suggestions/{second}")
    office.do(first, "reply", reply="都换保温桶", reply_way="page")
    assert {row(each).reply for each in (first, second, third)} == {"都换保温桶"}
    with transaction() as session:
        service.rate(session, third, "not")
    assert (row(third).tied_to, row(third).replied_at) == (None, None)
    assert row(second).replied_at is not None
    office.do(first, "close")
    assert row(second).closed_at is not None
    assert row(third).closed_at is None


def test_what_is_tied_is_not_tied_again(office, world):
    first, second, third = (tell(world, f"汤凉{each}").id for each in range(3))
    office.do(first, "tie", other=[second])
    office.do(third, "tie", other=[first, second])
    assert [row(each).tied_to for each in (first, second, third)] == [None, first, None]
    office.do(second, "untie")
    assert row(second).tied_to is None


def test_what_was_tied_to_one_that_leaves_the_board_goes_its_own_way(office, world):
    first, second = tell(world, "有人收礼", kind="problem").id, tell(world, "也听说收礼", kind="problem").id
    office.do(first, "tie", other=[second])
    office.do(first, "ethics")
    assert row(second).tied_to is None
    assert "已答复" in office.do(second, "reply", reply="谢谢您", reply_way="page").text


def test_who_was_satisfied_keeps_the_answer_when_another_is_not(office, world):
    first, second = tell(world, "汤凉").id, tell(world, "饭凉").id
    office.do(first, "tie", other=[second])
    office.do(first, "reply", reply="换保温桶", reply_way="page")
    with transaction() as session:
        service.rate(session, first, "not")
    office.do(first, "reply", reply="再加热", reply_way="page")
    assert (row(first).reply, row(second).reply) == ("再加热", "换保温桶")


def test_praise_needs_no_clock_and_goes_to_whom_it_names(office, app, world):
    id_ = tell(world, "老师t_031常陪学生100补课", kind="praise").id
    assert row(id_).due is None
    mine = Office(app, "t103").read("/school/suggestions/mine")
    assert "老师t_031常陪某同学补课" in mine
    assert "补课" not in Office(app, "t101").read("/school/suggestions/mine")
    assert "待分办 0" in office.read("/school/suggestions/")
    assert "已办结" in office.do(id_, "close").text
    assert "收到 0 件" in office.read("/school/suggestions/figures")


def test_a_problem_that_the_machine_did_not_hear_is_handed_to_the_ethics_officer(office, world):
    id_ = tell(world, "有人收了家里的礼", kind="problem").id
    page = office.do(id_, "ethics").text
    assert "已转给师德专员" in page
    assert "收了家里的礼" not in page
    assert row(id_).circle == "ethics"
    assert office.get(f"/school/suggestions/{id_}").status_code == 404


def test_topic_and_words_can_be_put_right(office, world):
    id_ = tell(world, "小明家说汤凉").id
    office.do(id_, "sort", topic="safety", redacted="有家长说汤凉")
    assert (row(id_).topic, row(id_).redacted, row(id_).content) == ("safety", "有家长说汤凉", "小明家说汤凉")


def test_words_of_harm_stand_at_the_top_at_once(office, world):
    tell(world, "孩子说不想活了")
    assert "请马上看" in office.read("/school/today")
    board = office.read("/school/suggestions/?status=closed")
    assert "孩子说不想活了" in board
    assert "打 110" in board


def test_what_is_told_by_word_of_mouth_is_written_down(office, world):
    page = office.read("/school/suggestions/new")
    token = TOKEN.search(page)[1]
    fields = {"source": "phone", "asker": "family", "kind": "suggestion", "topic": "safety", "text": "门口太挤"}
    answer = office.client.post("/school/suggestions/new", data={"csrf_token": token, **fields}, follow_redirects=True)
    assert "门口太挤" in answer.text
    assert (all_of()[0].source, all_of()[0].author_id) == ("phone", world.staff["desk1"])
    refused = office.client.post("/school/suggestions/new", data={"csrf_token": token, **fields, "text": " "})
    assert refused.status_code == 422


def test_markup_and_marks_are_shown_as_what_they_are(office, world):
    id_ = tell(world, "<b onclick=x>粗</b>\u202e反\x07\r\n'; DROP TABLE suggestions; -- 👩‍👧 مرحبا").id
    page = office.read(f"/school/suggestions/{id_}")
    assert "<b onclick" not in page
    assert "&lt;b onclick=x&gt;粗&lt;/b&gt;反" in page
    assert "👩‍👧 مرحبا" in page
    assert "\u202e" not in page


def test_an_unknown_one_is_not_found(office):
    assert office.get(f"/school/suggestions/{new_id()}").status_code == 404


@pytest.mark.parametrize(("lost", "status"), [(1, 200), (2, 200), (3, 503)])
def test_who_loses_a_race_does_it_again_and_keeps_every_word(office, world, monkeypatch, lost, status):
    id_ = tell(world).id
    ends = [OperationalError("UPDATE", None, Exception("deadlock detected"))] * lost
    whole = work.utc_now
    monkeypatch.setattr(work, "utc_now", lambda: (_ for _ in ()).throw(ends.pop()) if ends else whole())
    said = office.do(id_, "reply", reply="写了很久的答复", reply_way="phone")
    assert said.status_code == status
    assert "写了很久的答复" in said.text
    assert row(id_).reply == ("写了很久的答复" if status == 200 else "")
