"""The copy of what is held about a child: for one guardian, readable, with nobody else's words and no id."""

import hashlib
import random
import re

import pytest
from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.confidence.service import NewReport, report
from server.consents.service import Word, say
from server.db import new_id, transaction
from server.demo.pictures import draw_desk
from server.photos import pictures, receive
from server.photos.partials import Upload
from server.suggestions.models import Suggestion
from server.times import utc_now
from tests.server.feedback.families import Family, tickets_of, visit_with
from tests.server.office.asking import ask, check, guardian_of, joined_family, requests_kept
from tests.server.sync.phone import Phone, edit, id_of

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


@pytest.fixture
def student(world):
    return world.students["1/0/0"]


@pytest.fixture
def photo(app, world):
    data = draw_desk(random.Random(3))
    sha256 = hashlib.sha256(data).hexdigest()
    desk = app.extensions["jiafang.photos"]
    receive.send_whole(
        desk, actor_of_token(world.tokens["t101"]).staff_id, Upload(world.devices["t101"], sha256, len(data)), [data]
    )
    pictures.look(desk, sha256)
    return sha256


def opinion(visit, text, **fields):
    said = {"visit_id": visit, "text": text, "from": "family", "kind": "suggestion", "pass_on": "named", **fields}
    return edit(f"opinion:{new_id()}", {name: (None, value) for name, value in said.items()})


def written(phone, world, tickets, photo, respondents):
    """Write one visit with everything that can stand in it."""
    words = {"at_home": "晚上自己洗碗", "team_note": "这孩子你多盯着", "photos": [photo], "respondents": respondents}
    made = visit_with(world, tickets[0]["id"], **words)
    made["changes"][f"photos/{photo}/caption"] = {"old": None, "new": "书桌"}
    visit = id_of(made)
    private = edit(f"visit_private:{visit}", {"growth_env": (None, "爷爷奶奶带"), "child_voice": (None, "怕爸爸喝酒")})
    thought = edit(f"reflection:{new_id()}", {"visit_id": (None, visit), "reflection": (None, "家长不太配合")})
    said = [
        opinion(visit, "食堂汤太凉"),
        opinion(visit, "孩子说的话", **{"from": "student"}),
        opinion(visit, "老师收礼", about_staff=True),
        opinion(visit, "别转的话", pass_on="withheld"),
    ]
    assert {each["status"] for each in phone.push(made, private, thought, *said)} == {"applied"}
    return visit


def copy_by(desk, family, student):
    ask(family, family.code, "copy")
    (kept,) = requests_kept()
    check(desk, kept.id, student)
    return desk.post(f"/school/requests/{kept.id}/copy")


@pytest.fixture
def family(app, client, world, phone, photo):
    tickets = tickets_of(client, world)
    written(phone, world, tickets, photo, ["mother"])
    father = Family(app, tickets[1]["link"])
    phone.push(visit_with(world, tickets[1]["id"]))
    father.answer(who="father", text="爸爸写给学校的话")
    made = Family(app, tickets[0]["link"])
    made.code = made.answer(text="门口车太多")
    return made


def test_the_file_holds_what_is_about_the_child_and_the_askers_own_words(desk, family, student):
    desk.get(f"/school/students/{student}")
    answer = copy_by(desk, family, student)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    for words in ("学生100", "家长0", "13800000000", "晚上自己洗碗", "爷爷奶奶带", "食堂汤太凉", "门口车太多", "书桌"):
        assert words in answer.text
    assert "data:image/jpeg;base64," in answer.text
    assert "德育处" in answer.text
    assert "手机同步" in answer.text


def test_nobody_elses_words_and_no_id_stand_in_it(desk, family, student, world, photo):
    father = {"relation": "father", "name": "钱大力", "phone": "13911111111"}
    desk.post(f"/school/students/{student}/guardians/new", **father)
    with transaction() as session:
        report(session, NewReport(world.schools[1], "link", new_id(), ("3",), "收了红包", student_id=student))
    text = copy_by(desk, family, student).text
    others = ("这孩子你多盯着", "怕爸爸喝酒", "家长不太配合", "孩子说的话</p>", "老师收礼", "别转的话")
    for words in (*others, "爸爸写给学校的话", "钱大力", "13911111111", "红包", photo, "老师desk1"):
        assert words not in text
    assert "父亲" in text  # that there is one is about the child
    assert not UUID.search(text)


def test_what_was_said_when_another_guardian_was_there_is_not_in_it(app, desk, phone, photo, world):
    client, student = app.test_client(), world.students["1/0/0"]
    tickets = tickets_of(client, world)
    written(phone, world, tickets, photo, ["mother", "father"])
    family = Family(app, tickets[0]["link"])
    family.code = family.answer()
    assert "食堂汤太凉" not in copy_by(desk, family, student).text


@pytest.mark.parametrize("who", ["father", "grandparent"])
def test_whoever_asks_with_the_code_of_another_does_not_read_the_others_answer(app, desk, phone, world, who):
    tickets = tickets_of(app.test_client(), world)
    phone.push(visit_with(world, tickets[0]["id"]))
    family = Family(app, tickets[0]["link"])
    family.code = family.answer(who=who, text="门口车太多")
    text = copy_by(desk, family, world.students["1/0/0"]).text  # it is the mother whom the desk checked
    assert "门口车太多" not in text
    assert "反馈只给写的人看" in text


def test_what_the_guardian_agreed_to_is_in_it_and_what_another_did_is_not(desk, family, student):
    with transaction() as session:
        for who, use in (("mother", "record"), ("father", "photo_public")):
            say(session, Word(student, who, {use: True}, "paper", new_id(), by_office=True))
    text = copy_by(desk, family, student).text
    assert "记录家访内容：同意" in text
    assert "照片公开宣传" not in text


def test_a_request_that_the_desk_wrote_down_holds_no_answer_of_a_link(desk, family, student):
    desk.post(f"/school/students/{student}/request", form_id=new_id(), kind="copy")
    (kept,) = requests_kept()
    check(desk, kept.id, student)
    text = desk.post(f"/school/requests/{kept.id}/copy").text
    assert "门口车太多" not in text
    assert "晚上自己洗碗" in text


def test_the_schools_reply_is_in_it(desk, family, student):
    with transaction() as session:
        each = session.scalars(select(Suggestion).where(Suggestion.content == "门口车太多")).one()
        each.reply, each.replied_at = "改走东门了", utc_now()
    assert "改走东门了" in copy_by(desk, family, student).text


def test_a_reply_that_did_not_satisfy_is_in_it_while_the_school_does_it_once_more(desk, family, student):
    with transaction() as session:
        each = session.scalars(select(Suggestion).where(Suggestion.content == "门口车太多")).one()
        each.reply, each.replied_at, each.closed_at = "改走东门了", utc_now(), utc_now()
    family.post("/rate", code=family.code, rating="not")
    text = copy_by(desk, family, student).text
    answered = text.partition("您写的反馈</h2>")[2]
    assert "：改走东门了" in answered
    assert "学校正在再办一次" in answered
    assert "还没有答复" not in answered
    assert "学校还没有答复" in text.partition("您写的反馈</h2>")[0]  # of what was said at the visit


def test_html_in_words_stays_words(app, desk, client, world, phone, student):
    tickets = tickets_of(client, world)
    phone.push(visit_with(world, tickets[0]["id"], at_home="<script>alert(1)</script>"))
    family = Family(app, tickets[0]["link"])
    family.code = family.answer()
    text = copy_by(desk, family, student).text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert guardian_of(student).name in text


@pytest.mark.parametrize(
    "said", [{"visible_to": "centre"}, {"text_kind": "problem", "text": "班主任老师t_011要我请客"}]
)
def test_words_that_are_kept_from_the_office_are_not_in_the_file_that_it_downloads(app, desk, client, world, said):
    family, _ = joined_family(app, client, world, Phone(client, world, "t101"))
    code = family.answer(contact="13912345678", **{"text": "要我请客", **said})
    ask(family, code, "copy")
    request = requests_kept()[-1].id
    check(desk, request, world.students["1/0/0"])
    copy = desk.post(f"/school/requests/{request}/copy")
    assert copy.status_code == 200
    assert not any(words in copy.text for words in ("请客", "13912345678", "只给中心"))
