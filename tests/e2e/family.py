"""A family with the link of a code in its hand, in a browser of its own: without JavaScript, without a sign-in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Playwright, expect

from tests.e2e.conftest import ARGUMENTS, PHONE, Phone
from tools import chromium


@contextmanager
def browser(driver: Playwright) -> Iterator[Page]:
    """Open a fresh browser in which no script runs."""
    started = driver.chromium.launch(executable_path=chromium.find(), args=ARGUMENTS, env=chromium.environment())
    page = started.new_context(**PHONE, java_script_enabled=False).new_page()
    page.set_default_timeout(15_000)
    yield page
    started.close()


def link_shown_by(teacher: Phone) -> str:
    """Read the link from the message that goes with the code on a teacher's phone."""
    expect(teacher.page.get_by_role("img", name="给家长的二维码")).to_be_visible()
    teacher.page.get_by_role("button", name="发给家长").click()
    found = re.search(r"/f/[A-Za-z0-9_-]{22}", teacher.page.locator(".message").inner_text())
    assert found
    teacher.page.get_by_role("button", name="关上").click()
    return found[0]


def open_questions(page: Page, url: str) -> None:
    """Open the link, and say no to the consent that a guardian is asked for first where it is known whose link it is."""
    page.goto(url)
    if page.get_by_role("button", name="下一步").count():
        open_consent(page)
        page.get_by_role("button", name="只提意见，不同意记录").click()


def open_consent(page: Page) -> None:
    """Say who one is, and come to the consent."""
    page.get_by_label("母亲").check()
    page.get_by_role("button", name="下一步").click()


def answer(page: Page, url: str, words: str, *, overall: str = "满意", confided: str = "") -> str:
    """Answer the three questions and write some words, and some in confidence; gives the 查询码."""
    open_questions(page, url)
    page.get_by_role("group", name=re.compile("我是孩子的")).get_by_label("母亲").check()
    page.get_by_role("group", name=re.compile("来家访了吗")).get_by_label("约好来的").check()
    page.get_by_role("group", name=re.compile("您满意吗")).get_by_label(overall, exact=True).check()
    page.get_by_label("您的话").fill(words)
    if confided:
        page.locator("summary", has_text="保密反映").click()
        page.locator("[name=five_no]").first.check()
        page.locator("[name=five_no_text]").fill(confided)
    page.get_by_role("button", name="提交").click()
    return page.locator(".code").inner_text()


def read_reply(page: Page, url: str, code: str) -> None:
    """Open the link again with the 查询码."""
    page.goto(url)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="看答复").click()
