"""The app around the form: addresses, going back, signing out, a new version, the icon's menu, a browser that is too old."""

import contextlib
import re

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from tests.e2e import app

NOBODY = "0199aaaa-0000-7000-8000-000000000000"


def test_an_address_is_kept_through_the_sign_in_and_an_unknown_one_says_so(server, phone):
    teacher = phone()
    student = server.rows("SELECT id FROM students WHERE class_id = (SELECT min(id) FROM classes)")[0][0]
    page = teacher.go(f"/app/student/{student}")
    page.get_by_label("登录名").fill("t101")
    page.get_by_label("密码").fill(app.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("button", name="知道了").click()
    page.wait_for_url(re.compile(f"/app/student/{student}"))
    expect(page.get_by_role("heading", name="家访经过")).to_be_visible(timeout=20_000)

    for path, words in (
        (f"/app/class/{NOBODY}", "没有这个班"),
        (f"/app/student/{NOBODY}", "没有这名学生"),
        ("/app/no-such-page", "没有这一页"),
    ):
        teacher.go(path)
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        expect(page.get_by_role("link", name="记一次家访")).to_have_count(0)
        expect(page.get_by_role("heading", name=words)).to_be_focused()
    page.get_by_role("link", name="看我的班级").click()
    expect(page.get_by_role("searchbox", name="找学生")).to_be_visible()


def test_going_back_closes_a_sheet_first_and_a_list_is_found_as_it_was_left(phone):
    teacher = phone()
    page = app.sign_in(teacher, "t102")  # two classes, so there is a sheet to choose from
    page.get_by_role("link", name="班级", exact=True).click()
    page.get_by_role("searchbox", name="找学生").fill("z")
    page.locator("main a[href^='/app/student/']").first.click()
    page.wait_for_url(re.compile("/app/student/"))
    page.go_back()
    expect(page.get_by_role("searchbox", name="找学生")).to_have_value("z")

    page.get_by_role("heading", level=1).get_by_role("button").click()
    sheet = page.get_by_role("dialog", name="看哪个班")
    expect(sheet).to_be_visible()
    page.go_back()
    expect(sheet).to_be_hidden()
    assert page.url.endswith("/app/class")

    page.get_by_role("heading", level=1).get_by_role("button").click()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.get_by_role("heading", level=1).get_by_role("button").click()
    sheet.get_by_role("listitem").nth(1).get_by_role("button").click()
    page.wait_for_url(re.compile("/app/class/"))
    page.go_back()
    expect(page.get_by_role("heading", name=re.compile("老师，"))).to_be_visible()  # no step of the sheets is left


def test_signing_out_says_what_is_unsent_and_what_is_a_draft_and_keeps_both(wire, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    app.hand_in(teacher)
    app.write_visit(teacher, 2, "愿意帮同学")
    teacher.page.wait_for_timeout(600)
    page = teacher.go("/app/me")
    page.get_by_role("button", name="退出登录").click()
    sheet = page.get_by_role("dialog", name="退出登录")
    expect(sheet.get_by_text("还有1条没送达")).to_be_visible()
    expect(sheet.get_by_text("还有1份草稿没有交")).to_be_visible()
    sheet.get_by_role("button", name="退出", exact=True).click()
    page.wait_for_url(re.compile("/app/sign-in"))

    wire.set(mode="up")
    app.sign_in(teacher, "t101")
    app.wait_for_state(teacher, visit, "已送达")
    teacher.go("/")
    expect(page.get_by_role("heading", name="写到一半")).to_be_visible()


def test_the_icons_menu_really_uploads(server, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    teacher.context.route("**/api/v1/sync", lambda route: route.abort())
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    app.hand_in(teacher)
    teacher.page.wait_for_timeout(2_500)  # a failed round: the next try by itself is far off
    teacher.context.unroute_all()
    page = teacher.go("/app/records?send=1")
    expect(page.locator(f"a[href*='{visit.id}']").get_by_text("已送达")).to_be_visible(timeout=15_000)
    page.wait_for_url(re.compile("/app/records$"))


@pytest.mark.own_dist
def test_a_new_version_taken_with_words_just_typed_keeps_them(server, phone):
    teacher = phone()
    app.be_awake(teacher)
    app.sign_in(teacher, "t101")
    app.write_visit(teacher, 1, "会照顾弟弟")
    page = teacher.page
    with (server.dist / "sw.js").open("a", encoding="utf-8") as worker:
        worker.write("\n// a newer version\n")
    page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => undefined)")
    offer = page.get_by_role("button", name="换新版")
    expect(offer).to_be_visible(timeout=20_000)
    page.evaluate("window.stillTheOldPage = true")
    words = page.get_by_label("闪光点")
    words.press_sequentially("，爱读书")
    offer.click()  # at once: the last letters may not be on the disk yet

    def changed() -> bool:
        with contextlib.suppress(PlaywrightError):  # the page reloads while it is being asked: asked again
            if page.evaluate("window.stillTheOldPage !== true"):
                return True
            if page.get_by_text("过一会儿再换").is_visible():
                offer.click(timeout=1_000)
        return False

    app.until(changed, "the new version")
    expect(page.get_by_label("闪光点")).to_have_value("会照顾弟弟，爱读书")


def test_a_browser_that_is_too_old_is_told_so_at_once(phone):
    old = phone()
    old.context.add_init_script("delete window.structuredClone")
    page = old.go("/app/class")
    expect(page.get_by_role("heading", name="这个浏览器太旧了")).to_be_visible(timeout=3_000)
    expect(page.get_by_label("登录名")).to_have_count(0)
