"""The school's side of the parents' voice: a link on paper, the answer on the desk's page, a call, a link taken back."""

import re

from playwright.sync_api import expect

from tests.e2e import family, school
from tests.e2e.test_accessible import cuts, faults
from tools.guide_pictures import DESK

WORDS = "希望晚自习早十五分钟放。"


def look(desk, *paths: str) -> list[str]:
    """Look at pages, by day and by night, and on the narrowest phone; then be a desk again."""
    found = []
    for path in paths:
        if path:
            desk.go(path)
        desk.page.locator("main").first.wait_for()
        found += faults(desk, path or desk.page.url) + cuts(desk, path or desk.page.url)
        desk.page.set_viewport_size(DESK["viewport"])
        desk.page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def print_for_a_class(desk) -> str:
    """Make a link for each child of the first class; gives the sheet's page."""
    page = desk.go("/school/tickets/slips")
    page.get_by_label("班级").select_option(index=1)
    page.get_by_role("button", name="做好链接").click()
    expect(page.get_by_role("heading", name="每一张")).to_be_visible()
    return page.url.removeprefix(desk.url)


def fill_in(page, **said: str) -> None:
    """Fill in what a family says on the telephone."""
    page.get_by_label("孩子", exact=True).select_option(index=2)
    page.get_by_role("group", name="您是孩子的").get_by_label(said["who"]).check()
    page.get_by_role("group", name=re.compile("来家访了吗")).get_by_label("约好来的").check()
    page.get_by_role("group", name=re.compile("您满意吗")).get_by_label("满意", exact=True).check()
    page.get_by_label("想对学校说的话").fill(said["words"])
    page.get_by_role("button", name="填好了").click()


def test_a_slip_is_printed_answered_read_and_the_others_are_taken_back(server, phone, driver):
    desk = phone("desk", url=f"http://127.0.0.1:{server.port}", **DESK)
    school.sign_in(desk, "desk1")
    sheet = print_for_a_class(desk)
    page = desk.go(f"{sheet}/slips")
    first, second = (page.locator(".address").nth(place).inner_text() for place in (0, 1))
    child = page.locator(".who").first.inner_text().removesuffix("的家长")
    with family.browser(driver) as home:
        family.answer(home, first, WORDS)
        page = desk.go("/school/feedback")
        page.get_by_role("link", name=re.compile(child)).first.click()
        expect(page.get_by_text("母亲")).to_be_visible()
        expect(page.get_by_text(WORDS)).to_be_visible()
        page.get_by_role("link", name="去“意见”里办理和答复").click()
        expect(page.get_by_role("heading", name=re.compile("建议"))).to_be_visible()

        page = desk.go(sheet)
        page.locator("summary").click()
        page.get_by_role("button", name="停用全班还没填的").click()
        expect(page.get_by_role("status")).to_contain_text("停用了")
        home.goto(second)
        expect(home.get_by_role("heading", name="链接已停用")).to_be_visible()
        home.goto(first)
        expect(home.get_by_role("button", name="看答复")).to_be_visible()
    assert desk.errors == []


def test_what_is_said_on_the_telephone_is_read_with_the_code_that_was_read_out(server, phone, driver):
    desk = phone("desk", url=f"http://127.0.0.1:{server.port}", **DESK)
    school.sign_in(desk, "desk1")
    page = desk.go("/school/feedback/phone")
    page.locator("a[href^='?class=']").first.click()
    fill_in(page, who="爷爷奶奶", words=WORDS)
    code = page.locator(".key").inner_text()
    url = page.get_by_text(re.compile(r"/f/[\w-]{22}")).inner_text()
    with family.browser(driver) as home:
        family.read_reply(home, f"{url}/answer", code)
        expect(home.get_by_text(WORDS)).to_be_visible()
        expect(home.get_by_text("电话代填")).to_be_visible()


def test_the_pages_of_the_families_answers_are_accessible_and_whole(server, phone):
    desk = phone("desk", url=f"http://127.0.0.1:{server.port}", **DESK)
    school.sign_in(desk, "desk1")
    sheet = print_for_a_class(desk)
    page = desk.go("/school/feedback")
    not_come = page.locator("#check a.name").first.get_attribute("href")
    found = look(desk, "/school/settings", "/school/feedback", not_come, "/school/feedback/phone", "/school/tickets")
    found += look(desk, sheet, f"{sheet}/slips", f"{sheet}/letters", "/school/tickets/slips")
    for path, button in (("/school/tickets/slips", "做好链接"), ("/school/settings", "保存")):
        desk.go(path).get_by_role("button", name=button).click()
        page.locator(".wrong, .notice").first.wait_for()
        found += look(desk, "")
    desk.go("/school/feedback/phone")
    page.locator("a[href^='?class=']").first.click()
    found += look(desk, "")
    page.get_by_role("button", name="填好了").click()
    page.locator(".wrong").first.wait_for()
    found += look(desk, "")
    fill_in(page, who="母亲", words="孩子说不想活了")
    page.locator(".key").wait_for()
    found += look(desk, "")
    assert found == [], "\n".join(found)
