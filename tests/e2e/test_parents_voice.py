"""A code shown without signal, an answer before the visit arrives, the school's reply, and what the family says to it."""

import re

from playwright.sync_api import expect

from tests.e2e import app, family, school

WORDS = "放学时校门口车太多，奶奶接孩子不放心。"
REPLY = "谢谢您的提醒。从下周一起七年级改走东门，两位老师在路口护送。"


def test_a_family_answers_before_the_visit_arrives_and_reads_the_reply(server, wire, phone, driver):
    teacher = phone("t101")
    app.sign_in(teacher, "t101")
    app.send_now(teacher)
    wire.set(mode="refuse")
    visit = app.write_visit(teacher, student=1, strengths="爱帮妈妈做饭")
    app.hand_in(teacher)
    teacher.page.get_by_role("button", name="给家长的码").click()
    url = f"http://127.0.0.1:{server.port}{family.link_shown_by(teacher)}"

    with family.browser(driver) as home:
        code = family.answer(home, url, WORDS)
        home.goto(url)
        expect(home.get_by_text("同学")).to_have_count(0)  # the visit is on the phone still
        expect(home.get_by_text(WORDS)).to_have_count(0)

        wire.set(mode="up")
        app.send_now(teacher)
        app.wait_for_state(teacher, visit, "已送达")
        home.goto(url)
        expect(home.get_by_text("*同学")).to_be_visible()

        desk = phone("desk", url=f"http://127.0.0.1:{server.port}", viewport={"width": 1280, "height": 800})
        school.sign_in(desk, "desk1")
        reply_as_desk(desk)

        family.read_reply(home, url, code)
        expect(home.get_by_text(REPLY)).to_be_visible()
        home.get_by_label("满意", exact=True).check()
        home.get_by_role("button", name="评价").click()
        expect(home.get_by_text("您的评价：满意")).to_be_visible()

    app.send_now(teacher)
    app.open_visit(teacher, visit)
    expect(teacher.page.get_by_text("家长确认老师来过")).to_be_visible()
    expect(teacher.page.get_by_text(WORDS)).to_have_count(0)  # it was for the school alone
    assert teacher.errors == []


def reply_as_desk(desk):
    page = desk.go("/school/suggestions/")
    page.get_by_role("link", name=re.compile("校门口车太多")).first.click()
    page.get_by_label("责任人").select_option(index=1)
    page.get_by_role("button", name="分办", exact=True).click()
    page.get_by_label("立即整改").check()
    page.get_by_label("整改措施，或原因").fill("改走东门，老师护送。")
    page.get_by_role("button", name="记下", exact=True).click()
    page.get_by_label("答复", exact=True).fill(REPLY)
    page.get_by_label("链接页").check()
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.get_by_text("已答复").first).to_be_visible()


def test_a_second_code_and_the_message_for_the_morning(phone):
    teacher = phone("t101")
    teacher.context.clock.install(time="2026-11-27T21:30:00+08:00")
    app.sign_in(teacher, "t101")
    app.send_now(teacher)
    app.write_visit(teacher, student=2, strengths="爱读书")
    app.hand_in(teacher)
    teacher.page.get_by_role("button", name="给家长的码").click()
    first = family.link_shown_by(teacher)
    teacher.page.get_by_role("button", name="再出一个码").click()
    teacher.page.get_by_role("button", name="第2个码").wait_for()
    assert family.link_shown_by(teacher) != first
    teacher.page.get_by_role("button", name="发给家长").click()
    teacher.page.get_by_role("button", name="明早提醒我").click()
    expect(teacher.page.get_by_text("明早在“今天”里提醒您。")).to_be_visible()
    teacher.go("/")
    expect(teacher.page.get_by_role("heading", name="谢谢家长")).to_have_count(0)
    teacher.context.clock.set_fixed_time("2026-11-28T07:30:00+08:00")
    teacher.go("/")
    expect(teacher.page.get_by_role("heading", name="谢谢家长")).to_be_visible()
