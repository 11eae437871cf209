"""A family that nobody has asked: the words wait on the phone until it agrees on its link, without a script; a refusal keeps them out."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import app, family, school
from tests.e2e.conftest import Phone
from tests.e2e.test_accessible import DESK, faults

WORDS = "爱帮妈妈做饭，会照顾弟弟"


@pytest.fixture
def teacher(server, phone) -> Phone:
    """Give the phone of a 班主任 none of whose families was asked."""
    server.execute("DELETE FROM consents")
    server.execute("UPDATE students SET may_record = 'unknown'")
    teacher = phone("t101")
    app.sign_in(teacher, "t101")
    return teacher


def hand_in_facts(teacher: Phone) -> tuple[app.Visit, str]:
    """Write a visit and hand in what may be; gives the family's link as well."""
    visit = app.write_visit(teacher, student=1, strengths=WORDS)
    expect(teacher.page.get_by_text("还没问家长，内容能不能记")).to_be_visible()
    assert faults(teacher, "a form whose family was not asked") == []
    app.hand_in(teacher)
    app.send_now(teacher)
    teacher.go(f"/app/visit/{visit.id}/code")
    link = family.link_shown_by(teacher)
    app.send_now(teacher)
    return visit, link


def strengths(server, visit: app.Visit) -> str | None:
    (fields,) = server.rows(f"SELECT json_extract(fields, '$.strengths') FROM records WHERE id = '{visit.id}'")[0]
    return fields


def read_as(home: Phone, link: str) -> None:
    """Open the link as the mother does, up to the ticks."""
    page = home.go(link)
    assert faults(home, "who is asked for consent") == []
    page.get_by_label("母亲").check()
    page.get_by_role("button", name="下一步").click()
    assert faults(home, "the consent") == []


def test_the_words_wait_until_the_family_agrees_on_its_link(server, phone, teacher):
    visit, link = hand_in_facts(teacher)
    assert strengths(server, visit) is None
    home = phone("family", java_script_enabled=False)
    page = home.go(link)
    page.get_by_label("母亲").check()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("想记录家访：姓名班级")).to_be_visible()
    page.get_by_role("button", name="同意，继续").click()
    expect(page.get_by_text("同意哪一样，请先勾上")).to_be_visible()
    page.get_by_label("同意学校记录家访内容").check()
    page.get_by_role("button", name="同意，继续").click()
    expect(page.get_by_label("母亲")).to_be_checked()
    assert home.context.cookies() == []

    teacher.go("/")
    app.open_visit(teacher, visit)
    teacher.page.get_by_text("还没问家长").wait_for(state="detached", timeout=20_000)
    app.open_part(teacher.page, "三")
    expect(teacher.page.get_by_label("闪光点")).to_have_value(WORDS)
    app.hand_in(teacher)
    app.send_now(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    assert strengths(server, visit) == WORDS
    assert teacher.errors == []


def test_after_a_refusal_the_form_asks_for_no_words_and_keeps_those_that_were_typed(server, wire, phone, teacher):
    visit, link = hand_in_facts(teacher)
    home = phone("family")
    read_as(home, link)
    home.page.get_by_role("button", name="都不同意，关闭").click()
    expect(home.page.get_by_text("谈话内容不保存")).to_be_visible()
    assert faults(home, "the page after a refusal") == []

    teacher.go("/")
    app.open_visit(teacher, visit)
    expect(teacher.page.get_by_text("不可记：家长不同意记录")).to_be_visible(timeout=20_000)
    assert faults(teacher, "a form whose family refused") == []
    page = teacher.page
    expect(page.get_by_role("heading", name=re.compile("^三、"))).to_have_count(0)
    app.open_part(page, "一")
    expect(page.get_by_text("谁去的")).to_be_visible()
    for never_sent in ("和谁谈的", "开始时间", "照片"):
        expect(page.get_by_text(never_sent)).to_have_count(0)
    expect(page.get_by_text(WORDS)).to_be_hidden()
    page.get_by_text("这些只在这部手机上").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert faults(teacher, "the words that stay on the phone, open") == []
    expect(page.get_by_role("button", name="交上去")).to_be_disabled()
    wire.set(mode="refuse")
    teacher.page.get_by_role("button", name="家长改主意了，记下答复").click()
    app.choose(teacher.page, "父亲")
    assert faults(teacher, "an answer being written down") == []
    teacher.page.get_by_role("button", name="家长同意记录").click()
    expect(teacher.page.get_by_text("记下了。家长若是自己在网页上点的不同意，要家长凭查询码改")).to_be_visible()
    wire.set(mode="up")
    app.send_now(teacher)
    app.open_visit(teacher, visit)
    expect(teacher.page.get_by_text("不可记：家长不同意记录")).to_be_visible(timeout=20_000)
    expect(teacher.page.get_by_text("您记下的同意送到学校了，现在还不算数")).to_be_visible(timeout=20_000)
    assert strengths(server, visit) is None

    desk = phone("desk1", url=f"http://127.0.0.1:{server.port}", **DESK)
    school.sign_in(desk, "desk1")
    desk.go(f"/school/students/{visit.student_id}")
    expect(desk.page.get_by_text("家长在网页上点的")).to_be_visible()
    assert faults(desk, "a student's page with two answers") == []
    desk.go(f"/school/students/{visit.student_id}/consent")
    assert faults(desk, "an answer for the office to write down") == []


def test_a_slip_is_noted_on_the_childs_page_before_any_visit_without_signal(server, wire, teacher):
    page = teacher.page
    visit = app.begin_visit(teacher, 2)
    teacher.go(f"/app/student/{visit.student_id}")
    expect(page.get_by_text("还没问家长，内容能不能记")).to_be_visible()
    wire.set(mode="refuse")
    page.get_by_role("button", name="记下家长的答复").click()
    app.choose(page, "母亲")
    assert faults(teacher, "an answer being written down on a child's page") == []
    page.get_by_role("button", name="家长同意记录").click()
    expect(page.get_by_text("记下的答复（同意）")).to_be_visible()
    assert faults(teacher, "a child's page with an answer that waits") == []
    teacher.go("/app/records?see=待上传")
    expect(page.get_by_role("heading", name="家长的答复")).to_be_visible()
    assert faults(teacher, "an answer that waits among the records") == []
    wire.set(mode="up")
    app.send_now(teacher)
    expect(page.get_by_role("heading", name="家长的答复")).to_have_count(0, timeout=20_000)
    asked = f"SELECT who, channel, record FROM consents WHERE student_id = '{visit.student_id}'"
    assert server.rows(asked) == [("mother", "paper", 1)]
    teacher.go(f"/app/student/{visit.student_id}")
    expect(page.get_by_text("可以记家访内容")).to_be_visible(timeout=20_000)
    assert teacher.errors == []
