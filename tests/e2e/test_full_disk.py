"""Words on a phone whose disk is full to the last byte: kept while anything fits, else said; and never gone after a kill."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import app
from tests.e2e.app import Visit
from tests.e2e.conftest import Phone
from tests.e2e.disk import SmallDisk

WHAT_LIES_READY = (
    "() => caches.open('room').then(room => room.keys()).then(keys => keys.map(each => new URL(each.url).pathname))"
)


@pytest.fixture
def teacher(small_disk: SmallDisk, wire, phone) -> Phone:
    """Sign a teacher in, without a signal then, on a phone that promised to keep the app's data, as it does once installed."""
    teacher = phone("full")
    granting = teacher.context.new_cdp_session(teacher.page)
    granting.send("Browser.grantPermissions", {"permissions": ["durableStorage"], "origin": teacher.url})
    app.sign_in(teacher, "t101")
    app.until(lambda: lies_ready(teacher.page, "/reserve"), "the reserve")
    wire.set(mode="refuse")
    return teacher


@pytest.fixture
def visit(teacher: Phone) -> Visit:
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    expect(teacher.page.get_by_text("已存本机").first).to_be_visible()
    return visit


def add(page: Page, more: str) -> None:
    words = page.get_by_label("闪光点")
    words.click()
    words.press("End")
    words.press_sequentially(more, delay=20)


def expect_kept(page: Page) -> None:
    """已存本机 is said of what stands there now."""
    page.wait_for_timeout(600)
    expect(page.get_by_text("已存本机").first).to_be_visible(timeout=20_000)
    expect(page.get_by_text("没存上")).to_have_count(0)


def expect_words(phone: Phone, visit: Visit, words: str) -> None:
    page = app.open_visit(phone, visit)
    app.open_part(page, "三")
    expect(page.get_by_label("闪光点")).to_have_value(words)


def lies_ready(page: Page, what: str) -> bool:
    return what in page.evaluate(WHAT_LIES_READY)


def wait_for_whole_log(page: Page) -> None:
    """Wait until the browser's log is not just being made anew: killed in that moment, Chromium takes it for broken."""
    app.until(lambda: lies_ready(page, "/whole"), "the log made anew")


def use_up_the_reserve(teacher: Phone, disk: SmallDisk) -> None:
    """Fill the disk and write until a write was refused: the first ones fit into the last page of the browser's log."""
    page = teacher.page
    disk.fill()
    add(page, "，爱读书")
    expect_kept(page)

    def is_used_up() -> bool:
        if lies_ready(page, "/reserve"):
            add(page, "！")
            page.get_by_label("闪光点").press("Backspace")
            expect_kept(page)
        return not lies_ready(page, "/reserve")

    app.until(is_used_up, "a write that needed the reserve", seconds=60)
    wait_for_whole_log(page)
    disk.fill()


def test_words_written_on_a_full_disk_are_kept_and_there_after_a_kill(small_disk, teacher, visit):
    small_disk.fill()
    add(teacher.page, "，爱读书")
    expect_kept(teacher.page)
    wait_for_whole_log(teacher.page)
    teacher.kill()
    teacher.open()
    expect_words(teacher, visit, "会照顾弟弟，爱读书")
    add(teacher.page, "，也爱画画")
    expect_kept(teacher.page)
    wait_for_whole_log(teacher.page)
    teacher.kill()
    small_disk.tidy()
    teacher.open()
    expect_words(teacher, visit, "会照顾弟弟，爱读书，也爱画画")


def test_what_cannot_be_kept_is_said_and_is_kept_by_itself_once_there_is_room(small_disk, teacher, visit):
    use_up_the_reserve(teacher, small_disk)
    page = teacher.page
    add(page, "，也爱画画")
    expect(page.get_by_role("alert").get_by_text("没存上")).to_be_visible()
    expect(page.get_by_role("button", name="再存一次")).to_be_visible()
    expect(page.get_by_role("button", name="复制文字")).to_be_visible()
    expect(page.get_by_label("闪光点")).to_have_value("会照顾弟弟，爱读书，也爱画画")
    expect(page.get_by_text("已存本机")).to_have_count(0)
    small_disk.tidy()
    expect_kept(page)
    for _ in range(2):
        wait_for_whole_log(teacher.page)
        teacher.kill()
        teacher.open()
        expect_words(teacher, visit, "会照顾弟弟，爱读书，也爱画画")


def test_the_app_opens_again_after_it_was_killed_without_room(small_disk, teacher, visit):
    use_up_the_reserve(teacher, small_disk)
    add(teacher.page, "，也爱画画")
    expect(teacher.page.get_by_role("alert").get_by_text("没存上")).to_be_visible()
    teacher.kill()
    small_disk.fill()
    teacher.open()
    page = teacher.go(f"/app/visit/{visit.id}")
    part = page.locator("details.part").first
    expect(part.or_(page.get_by_text(re.compile("手机(快)?满了"))).first).to_be_visible(timeout=20_000)
    small_disk.tidy()
    expect(part).to_be_visible(timeout=20_000)
    app.open_part(page, "三")
    expect(page.get_by_label("闪光点")).to_have_value(re.compile("^会照顾弟弟，爱读书"))
    add(page, "，爱唱歌")
    expect_kept(page)
    wait_for_whole_log(page)
    teacher.kill()
    teacher.open()
    expect_words(teacher, visit, "会照顾弟弟，爱读书，爱唱歌")


def test_a_visit_handed_in_on_a_full_disk_reaches_the_school(small_disk, wire, teacher, visit):
    small_disk.fill()
    add(teacher.page, "，爱读书")
    app.hand_in(teacher)
    assert app.state_of(teacher, visit) == "待上传"
    wait_for_whole_log(teacher.page)
    teacher.kill()
    small_disk.tidy()
    teacher.open()
    wire.set(mode="up")
    app.wait_for_state(teacher, visit, "已送达")
    expect_words(teacher, visit, "会照顾弟弟，爱读书")
