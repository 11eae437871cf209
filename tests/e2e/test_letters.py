"""大字 in the middle of a family's form: on the spot with a script, by the server without one; no word is lost either way."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import family
from tests.e2e.test_accessible import faults
from tests.e2e.test_accessible_family import a_link

WORDS = "操场的灯坏了两盏，晚上看不清。"
NUMBER = "13912345678"


@pytest.fixture
def link(phone):
    return a_link(phone)


def fill(page):
    family.open_questions(page, page.url)
    page.get_by_label("没约就来").check()
    page.get_by_label("您的话").fill(WORDS)
    page.get_by_label("想接电话，请留号码").fill(NUMBER)
    page.locator("summary", has_text="保密反映").click()
    page.locator("[name=five_no]").first.check()


def expect_all(page):
    expect(page.locator("html")).to_have_class("big")
    expect(page.get_by_label("母亲")).to_be_checked()
    expect(page.get_by_label("没约就来")).to_be_checked()
    expect(page.get_by_label("您的话")).to_have_value(WORDS)
    expect(page.locator("[name=five_no]").first).to_be_checked()


def test_the_letters_grow_on_the_spot_and_the_page_goes_on(phone, link):
    home = phone("home")
    page = home.go(link)
    fill(page)
    asked = []
    page.on("request", lambda each: asked.append(each.url))
    page.get_by_role("button", name="大字").click()
    expect_all(page)
    assert asked == []
    assert faults(home, "large letters on the spot") == []
    page.reload()  # after the choice: it is sent again, and says nothing twice
    expect(page.get_by_label("您的话")).to_have_value(WORDS)
    page.get_by_role("button", name="大字").click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("有一处还要补一下")).to_be_visible()
    expect(page.get_by_role("button", name="小字")).to_be_visible()
    expect_all(page)
    page.get_by_role("group", name="您满意吗").get_by_label("满意", exact=True).check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".code")).to_be_visible()
    page.get_by_role("button", name="小字").click()
    expect(page.locator("html")).not_to_have_class("big")
    expect(page.locator(".code")).to_be_visible()
    assert home.errors == []


def test_a_page_that_was_asked_for_by_its_address_stays_large_when_it_is_read_again(phone, link):
    page = phone("home").go(link)
    page.get_by_label("爷爷奶奶").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="大字").click()
    page.reload()
    expect(page.locator("html")).to_have_class("big")
    expect(page.get_by_label("爷爷奶奶")).to_be_checked()
    page.get_by_role("button", name="小字").click()
    assert page.url.endswith("?who=grandparent")


def test_without_a_script_the_page_comes_again_with_all_that_was_typed_and_enter_sends(phone, link):
    home = phone("home", java_script_enabled=False)
    page = home.go(link)
    fill(page)
    page.get_by_role("button", name="大字").click()
    expect_all(page)
    expect(page.get_by_text("已记下您的选择")).to_be_visible()
    page.get_by_label("想接电话，请留号码").press("Enter")
    expect(page.get_by_text("有一处还要补一下")).to_be_visible()
    page.get_by_role("button", name="小字").click()
    expect(page.get_by_text("请点一下满意不满意")).to_be_visible()
    page.get_by_role("button", name="大字").click()
    expect_all(page)
    page.get_by_role("group", name=re.compile("您满意吗")).get_by_label("满意", exact=True).check()
    page.get_by_role("button", name="提交").click()
    code = page.locator(".code").inner_text()
    family.read_reply(page, f"{home.url}{link}", code)
    expect(page.get_by_text("同意书", exact=True)).to_be_visible()
    page.get_by_role("button", name="大字").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.locator("html")).to_have_class("big")
