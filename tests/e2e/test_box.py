"""The school's box without JavaScript: a word goes in, the desk answers, its writer reads the answer and rates it."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import school
from tests.e2e.conftest import Phone
from tests.e2e.test_accessible import DESK, faults, faults_at

WORDS = "图书角的书旧了，想多添几本。"


def box_of(server) -> str:
    return "/box/" + server.rows("SELECT school_id FROM staff WHERE login = 'desk1'")[0][0]


def put_in(writer: Phone, box: str, words: str) -> str:
    page = writer.go(box)
    page.get_by_label("家长", exact=True).check()
    page.get_by_label("建议", exact=True).check()
    page.get_by_label("您的话，300字以内").fill(words)
    page.get_by_role("button", name="提交").click()
    return page.locator(".code").inner_text()


def answer(desk: Phone, words: str, reply: str) -> None:
    page = desk.go("/school/suggestions/")
    page.get_by_role("link", name=words).click()
    page.locator("summary", has_text=re.compile("^答复")).click()
    page.get_by_label("答复", exact=True).fill(reply)
    page.get_by_label("链接页").check()
    page.get_by_role("button", name="答复", exact=True).click()
    page.get_by_text("已答复，对方凭链接或查询码看得到").wait_for()


def test_a_word_is_answered_without_a_script(server, phone):
    writer, desk = phone("writer", java_script_enabled=False), phone("desk", **DESK)
    box = box_of(server)
    code = put_in(writer, box, WORDS)
    assert writer.context.cookies() == []
    school.sign_in(desk, "desk1")
    answer(desk, WORDS, "谢谢您，下月添新书。")
    page = writer.go(f"{box}/answer")
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="看答复").click()
    expect(page.get_by_text("下月添新书")).to_be_visible()
    page.get_by_label("满意", exact=True).check()
    page.get_by_role("button", name="评价").click()
    expect(page.get_by_text("您的评价：满意")).to_be_visible()
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_class("big")
    expect(page.get_by_text("您的评价：满意")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_large_letters_lose_no_word_and_enter_sends(server, phone, script):
    page = phone("writer", java_script_enabled=script).go(box_of(server))
    page.get_by_label("您的话，300字以内").fill(WORDS)
    page.get_by_label("学生", exact=True).check()
    page.get_by_role("button", name="大字").click()
    page.get_by_role("textbox", name="想接电话，请留号码").press("Enter")
    expect(page.get_by_text("有一处还要补一下")).to_be_visible()
    expect(page.locator("html")).to_have_class("big")
    page.get_by_role("button", name="小字").click()
    expect(page.get_by_text("有一处还要补一下")).to_be_visible()
    expect(page.locator("html")).not_to_have_class("big")
    expect(page.get_by_label("您的话，300字以内")).to_have_value(WORDS)
    expect(page.get_by_label("学生", exact=True)).to_be_checked()
    page.get_by_label("建议", exact=True).check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".code")).to_be_visible()


def test_the_box_and_the_board_are_accessible(server, phone):
    box, reader = box_of(server), phone("reader")
    found = faults_at(reader, [box, f"{box}?big=1", f"{box}/answer", f"{box}/answers", "/box/none"])
    reader.go(box).get_by_role("button", name="提交").click()
    found += faults(reader, "the box without words")
    put_in(reader, box, "孩子说不想活了")
    found += faults(reader, "words of harm")
    desk = phone("desk", **DESK)
    school.sign_in(desk, "desk1")
    board = "/school/suggestions"
    ids = [id_ for (id_,) in server.rows(f"SELECT id FROM suggestions WHERE circle = 'school' AND {OURS} ORDER BY id")]
    pages = ["/", "/?status=late&age=old", "/mine", "/figures", "/new", "/box", *(f"/{id_}" for id_ in ids[-9:])]
    found += faults_at(desk, [f"{board}{page}" for page in pages])
    page = desk.go(f"{board}/{ids[-1]}")
    page.get_by_role("button", name=re.compile("看原文")).click()
    for summary in page.locator("summary").all():
        summary.click()
    found += faults(desk, "one suggestion, unfolded")
    page.get_by_role("button", name="记下").click()
    found += faults(desk, "a decision that is missing")
    assert found == []


OURS = "school_id = (SELECT school_id FROM staff WHERE login = 'desk1')"
