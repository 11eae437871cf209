"""What a family asks of the data about it: asked with link and code, checked by the desk, done or not done with a reason."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from server.accounts.gate import COOKIE_KEY
from server.accounts.sessions import open_session
from server.db import new_id, transaction
from server.families.models import FamilyRequest
from server.times import shanghai_day, utc_now
from tests.server.feedback.families import TOKEN, Family, tickets_of
from tests.server.office.asking import ask, check, events, guardian_of, joined_family, requests_kept


@pytest.fixture
def family(app, client, world, phone):
    return joined_family(app, client, world, phone)[0]


@pytest.fixture
def student(world):
    return world.students["1/0/0"]


def test_a_family_asks_on_its_page_and_reads_there_how_it_stands(family, desk, student):
    code = family.answer()
    page = family.post("/answer", code=code)
    for words in ("要一份资料", "更正写错的", "删除我家的资料"):
        assert words in page.text
    assert "您要求的" not in page.text
    asked = ask(family, code, "copy", contact="13900000000")
    assert (asked.status_code, "待核实" in asked.text) == (200, True)
    (kept,) = requests_kept()
    assert (kept.kind, kept.source, kept.student_id, kept.state) == ("copy", "link", student, "new")
    assert kept.due_on == shanghai_day(utc_now()) + timedelta(days=15)
    check(desk, kept.id, student)
    assert "办理中" in family.post("/answer", code=code).text
    assert desk.post(f"/school/requests/{kept.id}/done").status_code == 303
    assert "已办结" in family.post("/answer", code=code).text
    assert requests_kept()[0].contact is None
    assert events() == ["asked", "checked", "done"]


def test_nothing_is_asked_twice(family):
    code = family.answer()
    page = family.post("/ask", code=code, kind="correct")
    said = {"code": code, "kind": "correct", "token": TOKEN.search(page.text)[1], "words": "名字写错了"}
    assert [family.post("/asked", **said).status_code for _ in range(2)] == [200, 200]
    ask(family, code, "correct", words="名字写错了")
    assert len(requests_kept()) == 1
    ask(family, code, "delete")
    ask(family, code, "delete", contact="13900000000")
    assert [each.kind for each in requests_kept()] == ["correct", "delete"]
    for n in range(6):
        last = ask(family, code, "correct", words=f"第{n}处")
    assert (last.status_code, "学校还在办" in last.text) == (409, True)
    assert "第5处" in last.text  # nothing written is lost


def test_link_or_code_alone_ask_nothing(family):
    code = family.answer()
    assert family.post("/ask", code="0000 0000", kind="delete").status_code == 422
    token = TOKEN.search(family.post("/ask", code=code, kind="delete").text)[1]
    assert family.post("/asked", code="0000 0000", kind="delete", token=token).status_code == 422
    for bad in ("", "x" * 80, token[:-3]):
        page = family.post("/asked", code=code, kind="correct", token=bad, words="名字<b>错了")
        assert (page.status_code, "名字&lt;b&gt;错了" in page.text) == (400, True)
    assert family.post("/asked", code=code, kind="everything", token=token).status_code == 404
    assert family.post("/ask", code=code, kind="withdraw").status_code == 404
    assert family.post("/asked", code=code, kind="correct", token=token, words=" ").status_code == 422
    assert family.post("/asked", code=code, kind="correct", token=token, words="长" * 301).status_code == 422
    assert requests_kept() == []


def test_a_browser_of_the_school_asks_nothing(app, family, world):
    code = family.answer()
    token = TOKEN.search(family.post("/ask", code=code, kind="copy").text)[1]
    staff = app.test_client()
    with transaction() as session:
        signed_in = open_session(session, world.staff["t101"], days=30)
    with staff.session_transaction() as cookie:
        cookie[COOKIE_KEY] = signed_in
    for path in ("/ask", "/asked"):
        data = {"code": code, "kind": "copy", "token": token}
        assert staff.post(family.link + path, data=data).status_code == 409
    assert requests_kept() == []


def test_a_request_from_before_the_visit_arrives_finds_its_child(app, client, world, phone, desk, student):
    ticket = tickets_of(client, world)[0]
    family = Family(app, ticket["link"])
    ask(family, family.answer(), "copy")
    (kept,) = requests_kept()
    page = desk.get(f"/school/requests/{kept.id}").text
    assert "先定是哪个孩子" in page
    assert "学生100" in desk.post(f"/school/requests/{kept.id}/find", typed="学生100").text
    assert desk.post(f"/school/requests/{kept.id}/student/{world.students['2/0/0']}").status_code == 404
    joined_family(app, client, world, phone)
    assert requests_kept()[0].student_id == student
    other = world.students["1/0/2"]
    assert desk.post(f"/school/requests/{kept.id}/student/{other}").status_code == 409


def test_the_desk_chooses_the_child_where_no_visit_tells(app, client, world, desk, student):
    family = Family(app, tickets_of(client, world)[0]["link"])
    ask(family, family.answer(), "copy")
    (kept,) = requests_kept()
    assert desk.post(f"/school/requests/{kept.id}/student/{student}").status_code == 303
    assert "先核实是不是监护人" in desk.get(f"/school/requests/{kept.id}").text


def test_nothing_is_done_before_it_is_known_that_a_guardian_asks(family, desk, world, student):
    code = family.answer()
    ask(family, code, "copy")
    (kept,) = requests_kept()
    at = f"/school/requests/{kept.id}"
    assert desk.post(f"{at}/copy").status_code == 409
    assert desk.post(f"{at}/done").status_code == 409
    assert desk.post(f"{at}/check", how="call_back").status_code == 422
    stranger = guardian_of(world.students["1/0/3"]).id
    assert desk.post(f"{at}/check", how="call_back", guardian_id=stranger).status_code == 422
    assert desk.post(f"{at}/check", how="by_magic", guardian_id=guardian_of(student).id).status_code == 422
    assert requests_kept()[0].state == "new"


def test_what_is_not_done_tells_the_family_why(family, desk):
    code = family.answer()
    ask(family, code, "correct", words="生日写错了")
    at = f"/school/requests/{requests_kept()[0].id}"
    assert "生日写错了" in desk.get(at).text
    assert desk.post(f"{at}/refuse", reason=" ").status_code == 422
    assert desk.post(f"{at}/refuse", reason="系统里没有存生日").status_code == 303
    page = family.post("/answer", code=code).text
    assert "不予办理" in page
    assert "系统里没有存生日" in page


def test_the_desk_writes_down_what_it_was_told_once(desk, other_desk, world, student):
    at = f"/school/students/{student}/request"
    form = {"form_id": new_id(), "kind": "withdraw", "contact": "13900000000"}
    first, again = desk.post(at, **form), desk.post(at, **form)
    assert first.status_code == 303
    assert first.location == again.location
    (kept,) = requests_kept()
    assert (kept.source, kept.student_id) == ("desk", student)
    assert desk.post(at, form_id=new_id(), kind="correct").status_code == 422
    assert desk.post(at, form_id=new_id()).status_code == 422
    assert other_desk.post(at, form_id=new_id(), kind="copy").status_code == 404
    assert other_desk.get(first.location).status_code == 404
    assert "撤回同意" not in other_desk.get("/school/requests").text


def test_the_queue_shows_what_is_late_and_blames_nobody(family, desk):
    code = family.answer()
    ask(family, code, "copy")
    assert "过了" not in desk.get("/school/requests").text
    with transaction() as session:
        session.execute(update(FamilyRequest).values(due_on=shanghai_day(utc_now()) - timedelta(days=2)))
    page = desk.get("/school/requests").text
    assert "过了 2 天" in page
    assert "要一份资料" in page
