"""What a family types stays in its browser until it went: over a broken wire, a reload, and an answer that was lost."""

import pytest
from playwright.sync_api import expect

from tests.e2e import app, family, test_box
from tests.e2e.test_accessible import faults

WORDS = "操场的灯坏了两盏，晚上看不清。"
FAILED = "没有发出去，您写的还在这一页"
KEPT = "JSON.stringify(Object.entries(localStorage).filter(([key]) => key.startsWith('kept:')))"
YESTERDAY = """for (const key of Object.keys(localStorage))
    if (key.startsWith("kept:")) localStorage[key] = JSON.stringify({...JSON.parse(localStorage[key]), at: Date.now() - 86_500_000})"""


@pytest.fixture
def link(wire, phone):
    teacher = phone("t101")
    app.sign_in(teacher, "t101")
    app.send_now(teacher)
    app.write_visit(teacher, student=1, strengths="爱帮妈妈做饭")
    app.hand_in(teacher)
    teacher.page.get_by_role("button", name="给家长的码").click()
    return family.link_shown_by(teacher)


def fill(page):
    family.open_questions(page, page.url)
    page.get_by_role("group", name="我是孩子的").get_by_label("母亲").check()
    page.get_by_role("group", name="来家访了吗").get_by_label("约好来的").check()
    page.get_by_role("group", name="您满意吗").get_by_label("满意", exact=True).check()
    page.get_by_label("您的话").fill(WORDS)
    page.locator("summary", has_text="保密反映").click()
    page.locator("[name=five_no_text]").fill("要我们派车")


def test_words_that_did_not_go_are_there_after_a_reload_and_gone_once_they_went(wire, phone, link):
    home = phone("home")
    page = home.go(link)
    fill(page)
    wire.set(mode="refuse")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text(FAILED)).to_be_visible()
    expect(page.get_by_role("button", name="再发一次")).to_be_focused()
    assert "派车" not in page.evaluate(KEPT)
    assert faults(home, "words that did not go") == []
    wire.set(mode="up")
    page.goto("about:blank")
    page = home.go(link)
    family.open_questions(page, page.url)
    expect(page.get_by_label("您的话")).to_have_value(WORDS)
    expect(page.get_by_label("约好来的")).to_be_checked()
    expect(page.locator("[name=five_no_text]")).to_have_value("要我们派车")
    assert faults(home, "words that are there again") == []
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".code")).to_be_visible()
    assert page.evaluate(KEPT) == "[]"
    assert "派车" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_an_answer_that_was_lost_is_asked_for_again_and_the_words_went_once(server, wire, phone, link):
    home = phone("home")
    page = home.go(link)
    fill(page)
    wire.set(mode="cut_answer")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text(FAILED)).to_be_visible()
    wire.set(mode="up")
    page.reload()
    page.get_by_role("button", name="看查询码").click()
    code = page.locator(".code").inner_text()
    assert page.evaluate(KEPT) == "[]"
    assert server.rows("SELECT text FROM feedback WHERE text <> ''")[-1:] == [(WORDS,)]
    page = home.go(link)
    page.get_by_role(
        "button", name="看查询码"
    ).click()  # in the same tab, as a page that was sent without a script can be reloaded
    assert page.locator(".code").inner_text() == code


def test_what_a_wifi_answers_in_our_place_is_no_success(wire, phone, server):
    home = phone("home")
    page = home.go(test_box.box_of(server))
    page.get_by_label("家长", exact=True).check()
    page.get_by_label("建议", exact=True).check()
    page.get_by_label("您的话，300字以内").fill(WORDS)
    wire.set(mode="captive")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text(FAILED)).to_be_visible()
    wire.set(mode="up")
    page.reload()
    expect(page.get_by_label("您的话，300字以内")).to_have_value(WORDS)
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".code")).to_be_visible()
    assert page.evaluate(KEPT) == "[]"
    assert len(server.rows(f"SELECT 1 FROM suggestions WHERE content = '{WORDS}'")) == 1


def test_a_shared_phone_can_be_cleared_and_forgets_by_itself_after_a_day(phone, server):
    home = phone("home")
    box = test_box.box_of(server)
    page = home.go(box)
    page.get_by_label("您的话，300字以内").fill(WORDS)
    page = home.go(box)
    page.get_by_role("button", name="清掉，重新写").click()
    expect(page.get_by_label("您的话，300字以内")).to_have_value("")
    assert page.evaluate(KEPT) == "[]"
    page.get_by_label("您的话，300字以内").fill(WORDS)
    page.evaluate(YESTERDAY)
    page = home.go(box)
    expect(page.get_by_label("您的话，300字以内")).to_have_value("")


def test_at_the_box_the_next_writer_on_a_browser_neither_overwrites_nor_opens_what_the_former_one_sent(
    wire, phone, server
):
    home = phone("home")
    box = test_box.box_of(server)
    page = home.go(box)
    write_at_the_box(page, "第一个人写的")
    wire.set(mode="cut_answer")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text(FAILED)).to_be_visible()
    wire.set(mode="up")
    page = home.go(box)
    write_at_the_box(page, "第二个人的另一件事")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".code")).to_be_visible()
    said = "SELECT content FROM suggestions WHERE source = 'box' ORDER BY received_at"
    assert server.rows(said)[-2:] == [("第一个人写的",), ("第二个人的另一件事",)]
    page = home.go(box)
    expect(page.get_by_role("button", name="看查询码")).to_be_hidden()


def test_what_was_ticked_as_about_a_teacher_is_kept_in_the_tab_alone(phone, server):
    page = phone("home").go(test_box.box_of(server))
    page.get_by_label("说的是某位老师的问题").check()
    write_at_the_box(page, "有位老师收了礼")
    assert "收了礼" not in page.evaluate(KEPT)
    page.reload()
    expect(page.get_by_label("您的话，300字以内")).to_have_value("有位老师收了礼")


def write_at_the_box(page, words):
    page.get_by_label("家长", exact=True).check()
    page.get_by_label("建议", exact=True).check()
    page.get_by_label("您的话，300字以内").fill(words)
