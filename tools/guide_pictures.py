"""The pictures of the guides: a small story of two teachers and the school's desk, and what their screens show at its end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.e2e import app, pictures, school
from tests.e2e.conftest import Phone

DESK: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 800},
    "is_mobile": False,
    "has_touch": False,
    "device_scale_factor": 1,
}
ANDROID = (
    "Mozilla/5.0 (Linux; Android 12; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)
EVENING = 20  # o'clock: when records are written, before the hours in which the app is silent about what is missing
WEST = 12  # no zone lies further behind UTC
COLOURS = 96
WIRE = "**/api/v1/**"
NO_OFFER = "addEventListener('beforeinstallprompt', offer => offer.stopImmediatePropagation(), true)"  # most browsers make none


@dataclass(frozen=True)
class Shot:
    """One picture: an address, words that must stand there, a fold to open and a heading to bring to the top, where needed."""

    name: str
    path: str
    words: str
    unfold: str = ""
    top: str = ""


TEACHER = (
    Shot("teacher-parts", "/app/visit/{draft}", "学生情况", top=".parts-nav"),
    Shot("teacher-words", "/app/visit/{draft}", "学生情况", top="#part-child"),
    Shot("teacher-photos", "/app/visit/{sent}/photos", "用在哪里"),
    Shot("teacher-more", "/app/visit/{sent}", "请补充：", top="[aria-label=德育处请您补充]"),
    Shot("teacher-history", "/app/visit/{sent}/history", "改成"),
    Shot("teacher-install", "/app/me", "装到桌面", unfold="装到桌面", top="text=装到桌面"),
    Shot("teacher-harm", "/app/report", "马上做"),
)
COLLEAGUE = (
    Shot("teacher-states", "/app/records", "待上传"),
    Shot("teacher-todo", "/app/todo", "请您定"),
    Shot("teacher-two", "/app/todo/{sent}", "写得不同"),
)
SCHOOL = (
    Shot("school-filter", "/school/today", "筛选", unfold="筛选"),
    Shot("school-review", "/school/visits/{sent}", "德育处审阅", top="#review"),
    Shot("school-inbox", "/school/inbox", "待归档"),
    Shot("school-two", "/school/conflicts", "等老师定"),
)
OFFICE = (
    Shot("school-person", "{person}", "手机和电脑"),
    Shot("school-password", "{person}/password", "只显示一次"),
    Shot("school-move", "{child}/move", "转到哪个班"),
    Shot("school-erase", "{child}/erase", "找不回来"),
)

REQUESTS = (
    Shot("school-requests", "/school/requests", "要办的"),
    Shot("school-request", "{request}", "先核实是不是监护人"),
)
ETHICS = (
    Shot("school-ethics", "/school/ethics", "保密反映"),
    Shot("school-report", "{report}", "听取申辩"),
)
CENTRE = (Shot("centre-inbox", "/centre/inbox", "学校报上来的"),)
SUGGESTIONS = (
    Shot("school-suggestions", "/school/suggestions/", "待分办"),
    Shot("school-suggestion", "{working}", "办理情况"),
)
FAMILIES = (
    Shot("school-answers", "/school/feedback", "先核实"),
    Shot("school-slips", "/school/tickets/slips", "印哪一种"),
    Shot("school-phone", "/school/feedback/phone{room}", "哪位老师的家访"),
    Shot("school-settings", "/school/settings", "家长找谁"),
)


def take(driver: Any, place: Path, url: str, folder: Path) -> None:
    """Take every picture of the guides into `folder`, from a demo store at `url`; `place` keeps the browsers' profiles."""
    teacher = Phone(driver, place / "guide-teacher", url, **evening_phone())
    teacher.context.add_init_script(NO_OFFER)
    first_start(teacher, folder)
    colleague = Phone(driver, place / "guide-colleague", url, **evening_phone())
    app.sign_in(colleague, "t102")
    desk = Phone(driver, place / "guide-desk", url, **DESK)
    school.sign_in(desk, "desk1")
    ids = both_write(teacher, colleague, place)
    ask_for_more(desk, ids["sent"])
    app.send_now(teacher)
    shoot(teacher, TEACHER, ids, folder)
    appointment(teacher, folder)
    quick_form(teacher, folder)
    shoot(colleague, COLLEAGUE, ids, folder)
    shoot(desk, SCHOOL, ids, folder)
    office(desk, folder)
    suggestions(desk, folder)
    families(desk, folder)
    in_confidence(desk, folder)
    for phone in (teacher, colleague, desk):
        phone.close()


def evening_phone() -> dict[str, Any]:
    """Describe an Android phone whose clock says it is evening, wherever that is just now."""
    ahead = EVENING - datetime.now(UTC).hour
    ahead = ahead - 24 if ahead > WEST else ahead
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "UTC"
    return {"timezone_id": zone, "user_agent": ANDROID}


def first_start(phone: Phone, folder: Path) -> None:
    """Take the sign-in, and what is read and promised once before the first visit."""
    page = phone.go("/app/sign-in")
    page.get_by_label("登录名").fill("t101")
    page.get_by_label("密码").fill(app.PASSWORD)
    keep(phone, folder / "teacher-sign-in.png")
    page.get_by_role("button", name="登录", exact=True).click()
    promise = page.get_by_role("button", name="我承诺")
    promise.scroll_into_view_if_needed()
    expect(page.get_by_text("已经在这台手机上")).to_be_visible(timeout=20_000)
    keep(phone, folder / "teacher-promise.png")
    promise.click()
    app.sign_in(phone, "t101")


def quick_form(phone: Phone, folder: Path) -> None:
    """Take the four things that are noted at the door; nothing is kept of it."""
    app.begin_visit(phone, 6)
    app.choose(phone.page, "已完成")
    phone.page.locator("main").evaluate("main => main.scrollTo(0, 0)")
    keep(phone, folder / "teacher-quick.png")


def appointment(phone: Phone, folder: Path) -> None:
    """Take the words that ask a family for a day; nothing is kept of it."""
    phone.go("/app/class")
    phone.page.locator("a[href^='/app/student/']").nth(6).click()
    phone.page.get_by_role("button", name=re.compile("约个时间")).click()
    app.choose(phone.page, "晚上")
    phone.page.get_by_label("几点").fill("7点左右")
    keep(phone, folder / "teacher-appointment.png")


def both_write(teacher: Phone, colleague: Phone, place: Path) -> dict[str, str]:
    """Let two teachers write until all four words stand on the colleague's phone; gives the ids of a visit and a draft."""
    pictures.desk(place / "guide-desk.jpg")
    sent = app.write_visit(
        teacher, 1, "数学课主动上台讲题，讲错了笑着改。", [place / "guide-desk.jpg"], 在家表现="先写作业再看电视。"
    )
    app.hand_in(teacher)
    app.wait_for_state(teacher, sent, "已送达")
    other = app.write_visit(teacher, 4, "每晚陪弟弟读课文。")
    app.hand_in(teacher)
    app.wait_for_state(teacher, other, "已送达")

    app.send_now(colleague)
    app.open_visit(colleague, sent)
    app.open_visit(colleague, other)
    colleague.context.route(WIRE, lambda route: route.abort())
    rewrite(colleague, sent, "周末帮妈妈择菜，作业自己先写完。")
    bring_along(colleague, other)
    rewrite(teacher, sent, "先写作业再看电视，周末帮妈妈择菜。")
    app.wait_for_state(teacher, sent, "已送达")
    colleague.context.unroute(WIRE)
    app.wait_for_state(colleague, sent, "需处理")

    alone = app.write_visit(colleague, 7, "愿意帮同学补数学。")
    app.hand_in(colleague)
    app.wait_for_state(colleague, alone, "已送达")
    colleague.context.route(WIRE, lambda route: route.abort())
    app.write_visit(colleague, 9, "上课爱提问。")
    app.hand_in(colleague)
    app.write_visit(colleague, 10, "会自己安排周末。")
    draft = app.write_visit(teacher, 3, "愿意帮同学补英语。")
    teacher.page.wait_for_timeout(500)
    return {"sent": sent.id, "draft": draft.id}


def rewrite(phone: Phone, visit: app.Visit, words: str) -> None:
    """Write 在家表现 anew and hand it in."""
    page = app.open_visit(phone, visit)
    app.open_part(page, "三")
    page.get_by_label("在家表现").first.fill(words)
    app.hand_in(phone)


def bring_along(phone: Phone, visit: app.Visit) -> None:
    """Name one more teacher for a visit that one was not at: it is the office that says yes to it."""
    page = app.open_visit(phone, visit)
    app.open_part(page, "一")
    page.get_by_role("button", name="加老师").click()
    page.locator("li button.cell:visible").first.click()
    page.wait_for_timeout(500)
    app.hand_in(phone)


def office(desk: Phone, folder: Path) -> None:
    """Take what the office does for a teacher and for a child."""
    page = desk.go("/school/people")
    page.get_by_label("姓名、拼音或首字母").fill("t101")
    page.get_by_role("button", name="找老师").click()
    person = page.locator("a.name").get_attribute("href") or ""
    room = desk.go("/school/students").locator("a[href*='/class/']").first.get_attribute("href") or ""
    child = desk.go(room).locator(".names a").first.get_attribute("href") or ""
    shoot(desk, OFFICE, {"person": person, "child": child}, folder)
    for kind in ("更正写错的", "要一份资料"):
        page = desk.go(f"{child}/request")
        page.get_by_label(kind).check()
        page.get_by_label("哪里写错了，应该是什么").fill("爸爸的电话换了")
        page.get_by_role("button", name="记下").click()
        expect(page.get_by_text("先核实是不是监护人")).to_be_visible()
    shoot(desk, REQUESTS, {"request": page.url.removeprefix(desk.url)}, folder)


def families(desk: Phone, folder: Path) -> None:
    """Take what families answered, links on paper, a call, and what the school sets."""
    room = desk.go("/school/feedback/phone").locator("a[href^='?class=']").first.get_attribute("href") or ""
    shoot(desk, FAMILIES, {"room": room}, folder)


def suggestions(desk: Phone, folder: Path) -> None:
    """Take the board, and one suggestion that is worked on."""
    working = desk.go("/school/suggestions/?status=late").locator("a.name").last.get_attribute("href") or ""
    shoot(desk, SUGGESTIONS, {"working": working}, folder)


def in_confidence(desk: Phone, folder: Path) -> None:
    """Take the pages of the 师德专员, with a report that is looked into, and of the centre."""
    school.sign_in(desk, "ethics1")
    report = desk.page.locator("a.name[href*='/reports/']").first.get_attribute("href") or ""
    shoot(desk, ETHICS, {"report": report}, folder)
    school.sign_in(desk, "centre")
    shoot(desk, CENTRE, {}, folder)


def ask_for_more(desk: Phone, visit: str) -> None:
    """Let the school ask for one more sentence."""
    desk.go(f"/school/visits/{visit}")
    desk.page.get_by_label("对老师说的话").fill("请补一句家里怎样配合")
    desk.page.get_by_role("button", name="请补充").click()
    expect(desk.page.get_by_text("老师下次打开应用会看到")).to_be_visible()


def shoot(phone: Phone, shots: Sequence[Shot], ids: dict[str, str], folder: Path) -> None:
    """Take each picture once its words stand on the screen."""
    page = phone.page
    for shot in shots:
        phone.go(shot.path.format(**ids))
        expect(page.get_by_text(re.compile(re.escape(shot.words))).first).to_be_visible()
        if shot.unfold:
            page.locator("summary", has_text=shot.unfold).first.click()
        page.wait_for_timeout(800)
        if shot.top:
            page.locator(shot.top).first.evaluate("each => each.scrollIntoView({block: 'start'})")
            page.evaluate("document.activeElement?.blur()")
            page.wait_for_timeout(200)
        keep(phone, folder / f"{shot.name}.png")


def keep(phone: Phone, path: Path) -> None:
    """Take one picture and make the file small: a screen has few colours, and each large even place keeps its own."""
    phone.page.screenshot(path=path)
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT).save(path, optimize=True)
