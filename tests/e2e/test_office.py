"""The school's office helps: a forgotten password, a lost phone that is found again, and what guardians answered."""

import re

from playwright.sync_api import expect

from tests.e2e import app, school
from tests.e2e.conftest import Phone

DESK = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}
OWN = "my-own-password"


def open_person(desk: Phone, login: str) -> None:
    """Find a member of staff in 老师 and open their page."""
    desk.go("/school/people")
    desk.page.get_by_label("姓名、拼音或首字母").fill(login)
    desk.page.get_by_role("button", name="找老师").click()
    desk.page.locator("a.name").click()
    desk.page.get_by_text(f"登录名 {login}").wait_for()


def try_to_sign_in(phone: Phone, password: str) -> None:
    page = phone.go("/app/sign-in")
    page.get_by_label("登录名").fill("t101")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def enter(phone: Phone) -> None:
    known = phone.page.get_by_role("button", name="知道了")
    greeting = phone.page.get_by_role("heading", name=re.compile("老师，|，晚上好|，上午好|，下午好|，早"))
    known.or_(greeting).first.wait_for()


def test_a_forgotten_password_is_given_once_and_changed_at_once(server, phone):
    teacher, desk = phone("t101"), phone("desk1", url=f"http://127.0.0.1:{server.port}", **DESK)
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    school.sign_in(desk, "desk1")
    open_person(desk, "t101")
    desk.page.get_by_role("link", name="重设密码").click()
    desk.page.get_by_role("button", name="重设密码").click()
    given = desk.page.locator(".key").inner_text()

    app.hand_in_from(teacher, visit)
    app.wait_for_state(teacher, visit, "已送达")  # signed out, and still delivering
    app.expect_line(teacher, "登录过期了")

    try_to_sign_in(teacher, app.PASSWORD)
    expect(teacher.page.get_by_text("登录名或密码不对")).to_be_visible()
    try_to_sign_in(teacher, given)
    page = teacher.page
    expect(page.get_by_text("请换成只有您自己知道的密码")).to_be_visible()
    page.get_by_label("新密码", exact=True).fill(OWN)
    page.get_by_label("再写一遍新密码").fill(OWN + "!")
    page.get_by_role("button", name="换好，登录").click()
    expect(page.get_by_text("两遍新密码写得不一样")).to_be_visible()
    page.get_by_label("再写一遍新密码").fill(OWN)
    page.get_by_role("button", name="换好，登录").click()
    enter(teacher)
    try_to_sign_in(teacher, given)
    expect(teacher.page.get_by_text("登录名或密码不对")).to_be_visible()
    assert teacher.errors == []


def test_a_lost_phone_keeps_its_words_and_delivers_them_once_it_is_found(server, wire, phone):
    teacher, desk = phone("t101"), phone("desk1", url=f"http://127.0.0.1:{server.port}", **DESK)
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    app.hand_in(teacher)

    school.sign_in(desk, "desk1")
    open_person(desk, "t101")
    desk.page.get_by_role("link", name=re.compile("手机丢了")).click()
    expect(desk.page.get_by_text("还没送到的只留在那台手机里")).to_be_visible()
    desk.page.get_by_role("button", name="停用这台手机").click()
    expect(desk.page.get_by_text("已停用。那台手机不能再看")).to_be_visible()

    wire.set(mode="up")
    app.expect_line(teacher, "这台手机要重新登录")
    assert app.state_of(teacher, visit) == "待上传"
    assert server.rows(f"SELECT edit_id FROM inbox WHERE record_id = '{visit.id}'") == []

    try_to_sign_in(teacher, app.PASSWORD)
    enter(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    app.open_visit(teacher, visit)
    app.open_part(teacher.page, "三")
    expect(teacher.page.get_by_label("闪光点")).to_have_value("会照顾弟弟")
    assert teacher.errors == []


def test_the_answers_of_two_guardians_stand_apart(server, phone):
    desk = phone("desk1", url=f"http://127.0.0.1:{server.port}", **DESK)
    school.sign_in(desk, "desk1")
    page = desk.go("/school/students")
    page.locator("a[href*='/school/students/class/']").first.click()
    page.locator(".names a").first.click()
    for who in ("父亲", "母亲"):
        page.get_by_role("link", name="记下家长的答复").click()
        page.get_by_label(who, exact=True).check()
        page.locator("[name=channel]").first.check()
        page.locator("[name=record][value=no]").check()
        page.get_by_role("button", name="记下", exact=True).click()
    apart = "all => all.map(each => each.getBoundingClientRect().top - each.previousElementSibling.getBoundingClientRect().bottom)"
    assert min(page.locator(".card > dl + h3").evaluate_all(apart)) >= 8
