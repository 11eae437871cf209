"""The school reads a visit and asks for more; the words reach the teacher's phone, and the answer reaches the school."""

import re

from playwright.sync_api import expect

from tests.e2e import app, school

DESK = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False}
WORDS = "请补一句家里怎样配合"


def test_what_the_school_asks_for_is_read_answered_and_seen(server, phone):
    teacher = phone("t101")
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")

    desk = phone("desk1", url=f"http://127.0.0.1:{server.port}", **DESK)
    school.sign_in(desk, "desk1")
    school.open_visit(desk, visit)
    desk.page.get_by_label("对老师说的话").fill(WORDS)
    desk.page.get_by_role("button", name="请补充").click()
    expect(desk.page.get_by_text("老师下次打开应用会看到")).to_be_visible()

    def told() -> bool:
        page = app.open_visit(teacher, visit)
        page.wait_for_timeout(500)
        return page.get_by_text(f"请补充：{WORDS}").is_visible()

    app.until(told, "the words on the teacher's phone")
    page = teacher.page
    app.open_part(page, "四")
    page.get_by_label("家长如何配合").first.fill("每晚一起读二十分钟")
    expect(page.get_by_text(re.compile("已存本机"))).to_be_visible()
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    app.open_visit(teacher, visit)
    app.open_part(page, "四")
    expect(page.get_by_label("家长如何配合").first).to_have_value("每晚一起读二十分钟")
    expect(page.get_by_text(WORDS)).to_have_count(0)

    school.open_visit(desk, visit)
    expect(desk.page.get_by_text("那以后老师又写过")).to_be_visible()
    desk.page.get_by_role("button", name="已阅").click()
    expect(desk.page.get_by_text("已记下：已阅")).to_be_visible()
    assert teacher.errors == []
