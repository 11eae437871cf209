"""Photos on the phone: their order, the way back of one taken out, the truth about each one's way, and the whole screen."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e import app
from tests.e2e.conftest import Phone


def photos_page(phone: Phone, visit: app.Visit) -> Page:
    page = phone.go(f"/app/visit/{visit.id}/photos")
    page.get_by_role("button", name="从相册选").or_(page.get_by_text("放满了")).first.wait_for()
    return page


def choose_from_gallery(page: Page, files: list[Path], count: int) -> None:
    page.locator("input[type=file]").last.set_input_files(files)
    expect(page.locator("[data-photo]")).to_have_count(count, timeout=20_000)


def shas(page: Page) -> list[str]:
    """The small pictures in the order in which they stand on the screen."""
    return page.locator("[data-photo]").evaluate_all(
        "all => all.sort((a, b) => a.style.order - b.style.order).map(each => each.dataset.photo)"
    )


def fields(server, visit):
    ((found,),) = server.rows(f"SELECT fields FROM records WHERE kind = 'visit' AND id = '{visit.id}'")
    return json.loads(found)


def test_photos_change_places_and_one_taken_out_comes_back_to_its_own(server, phone, seven):
    teacher = phone()
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    page = photos_page(teacher, visit)
    choose_from_gallery(page, [seven[0], *seven], 6)
    expect(page.get_by_role("alert")).to_contain_text("最多 6 张，多出的 1 张没有添")
    expect(page.get_by_text("放满了")).to_be_visible()
    app.hand_in_from(teacher, visit)
    app.wait_for_state(teacher, visit, "已送达")

    page = photos_page(teacher, visit)
    first = shas(page)
    page.locator("[data-photo]").nth(2).click()
    page.get_by_label("这是什么").fill("书桌一角")
    page.get_by_role("button", name="往前放").click()
    page.get_by_role("button", name="往前放").click()
    assert shas(page) == [first[2], first[0], first[1], *first[3:]]
    page.locator("[data-photo]").first.hover()
    page.get_by_role("button", name="移走这一张").click()
    expect(page.locator("[data-photo]")).to_have_count(5)
    page.get_by_role("button", name="放回来").click()
    assert shas(page) == [first[2], first[0], first[1], *first[3:]]
    expect(page.get_by_label("这是什么")).to_have_value("书桌一角")

    page.wait_for_timeout(300)  # what was done so long ago is on the disk, however the page ends: here it is torn away
    app.hand_in_from(teacher, visit)
    app.wait_for_state(teacher, visit, "已送达")
    stored = fields(server, visit)
    assert [each["photo"] for each in stored["photo_order"]] == [first[2], first[0], first[1], *first[3:]]
    assert sorted(stored["photos"]) == sorted(first)


def test_every_photo_says_how_far_it_has_come_also_after_a_restart(wire, phone, pictures):
    teacher = phone()
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    visit = app.write_visit(teacher, 1, "养的花开了", photos=[pictures("large.jpg")])
    app.hand_in(teacher)
    page = photos_page(teacher, visit)
    way = page.locator("p.state")
    expect(way).to_have_text(re.compile("等网络|待上传"))

    wire.set(mode="up", rate=25_000)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(way).to_have_text(re.compile(r"在路上 [1-9]\d?%"), timeout=30_000)
    teacher.kill()
    wire.set(mode="refuse")

    teacher.open()
    page = photos_page(teacher, visit)
    expect(way_of(page)).to_have_text(re.compile(r"(等网络|待上传)，已到 [1-9]\d?%"))
    wire.set(mode="up", rate=None)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(way_of(page)).to_have_text("已送达", timeout=30_000)


def way_of(page: Page):
    return page.locator("p.state")


def test_back_closes_the_whole_screen_and_gives_the_focus_back(phone, seven):
    teacher = phone()
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    page = photos_page(teacher, visit)
    choose_from_gallery(page, seven[:3], 3)
    place = page.url.partition("?")[0]
    page.get_by_role("button", name="放大看").click()
    viewer = page.get_by_role("dialog", name="看照片")
    expect(viewer.get_by_text("第 3 张，共 3 张")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(viewer.get_by_text("第 2 张，共 3 张")).to_be_visible()
    viewer.get_by_role("button", name="放大").click()
    expect(viewer.get_by_role("button", name="缩小")).to_be_enabled()
    page.go_back()
    expect(viewer).to_have_count(0)
    assert page.url.startswith(place)
    expect(page.get_by_role("button", name="放大看")).to_be_focused()
    expect(page.locator("[data-photo]").nth(1)).to_have_attribute("aria-pressed", "true")

    page.get_by_role("button", name="放大看").click()
    expect(viewer).to_be_visible()
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    page.go_back()
    expect(page).not_to_have_url(re.compile("full=1"))


def middle_of(page: Page, place: int) -> tuple[float, float]:
    """The middle of the picture that stands at a place."""
    box = page.locator(f"[data-photo='{shas(page)[place]}']").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def between(start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> list[tuple[float, float]]:
    return [
        (start[0] + (end[0] - start[0]) * step / steps, start[1] + (end[1] - start[1]) * step / steps)
        for step in range(1, steps + 1)
    ]


def test_a_picture_is_dragged_to_another_place_with_the_finger_and_with_the_mouse(phone, seven):
    teacher = phone()
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    page = photos_page(teacher, visit)
    choose_from_gallery(page, seven[:3], 3)
    a, b, c = shas(page)

    touch = page.context.new_cdp_session(page)

    def finger(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    page.locator("[data-photo]").first.scroll_into_view_if_needed()
    start, end = middle_of(page, 2), middle_of(page, 0)
    finger("touchStart", start)
    page.wait_for_timeout(600)  # held, so that it is no scrolling
    for point in between(start, end):
        finger("touchMove", point)
    finger("touchEnd")
    expect(page.get_by_text("现在是第 1 张")).to_be_attached()
    assert shas(page) == [c, a, b]

    start, end = middle_of(page, 0), middle_of(page, 2)
    page.mouse.move(*start)
    page.mouse.down()
    for point in between(start, end):
        page.mouse.move(*point)
    page.mouse.up()
    expect(page.get_by_text("现在是第 3 张")).to_be_attached()
    assert shas(page) == [a, b, c]

    start = middle_of(page, 0)
    finger("touchStart", start)
    for point in between(start, (start[0], start[1] - 200)):
        finger("touchMove", point)
    finger("touchEnd")
    assert shas(page) == [a, b, c], "a finger that does not rest scrolls the page"
    page.reload()
    expect(page.locator("[data-photo]")).to_have_count(3)
    assert shas(page) == [a, b, c]
