"""What goes wrong around a photo: the phone takes the page's memory for the camera, the disk is full, a picture nobody can open."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import app


def to_photos(page: Page) -> None:
    page.get_by_role("link", name=re.compile("照片")).last.click()
    page.get_by_role("button", name="从相册选").wait_for()


def test_a_browser_killed_while_the_picker_is_open_says_so_and_everything_written_is_there(wire, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    page = teacher.page
    page.get_by_label("闪光点").press_sequentially("，爱读书", delay=5)
    to_photos(page)
    with page.expect_file_chooser():
        page.get_by_role("button", name="拍一张").click()
    teacher.kill()

    teacher.open()
    page = teacher.go(f"/app/visit/{visit.id}/photos")
    expect(page.get_by_role("alert")).to_contain_text("照片没有传回来")
    page.reload()
    page.get_by_role("button", name="从相册选").wait_for()
    expect(page.get_by_role("alert")).to_have_count(0)
    page = app.open_visit(teacher, visit)
    words = page.get_by_label("闪光点")
    expect(words).to_have_value("会照顾弟弟，爱读书")
    expect(words).to_be_focused()


def test_a_full_disk_is_said_and_nothing_written_is_lost(small_disk, wire, phone, pictures):
    teacher = phone("full")
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    page = teacher.page
    expect(page.get_by_text("已存本机").first).to_be_visible()
    to_photos(page)
    small_disk.fill()
    page.locator("input[type=file]").last.set_input_files(pictures("large.jpg"))
    expect(page.get_by_role("alert").first).to_contain_text(re.compile("手机空间不够"), timeout=30_000)
    expect(page.locator("[data-photo]")).to_have_count(0)

    app.leave_photos(page)
    app.open_part(page, "三")
    words = page.get_by_label("闪光点")
    expect(words).to_have_value("会照顾弟弟")

    words.fill("会照顾弟弟，爱读书")
    page.wait_for_timeout(600)
    expect(page.get_by_text("已存本机").first).to_be_visible(timeout=20_000)
    small_disk.tidy()
    page = app.open_visit(teacher, visit)
    app.open_part(page, "三")
    expect(page.get_by_label("闪光点")).to_have_value("会照顾弟弟，爱读书")
