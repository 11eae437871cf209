"""Every screen in every state meets WCAG 2.2 AA as axe-core sees it, by day and by night, and nothing on it is cut off.

It is seen on the narrowest phone, and there in the largest font too, under the product's own content policy.
"""

from pathlib import Path

import pytest

from tests.e2e import app, school, screens, stage
from tests.e2e.conftest import ROOT, Phone
from tests.e2e.screens import Screen, visit_each
from tools.guide_pictures import DESK, evening_phone

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOK = """rules => axe.run(document, { runOnly: rules, resultTypes: ["violations"] }).then(result =>
  result.violations.flatMap(each => each.nodes.map(node => `${each.id} ${node.target.join(" ")}: ${node.failureSummary}`)))"""
NARROW = {"width": 320, "height": 640}
LARGEST = "font => { document.documentElement.style.fontSize = font }"
# What stands outside the window, or does not fit what it stands in; strips of photos and of letters are meant to be scrolled.
# A list or a notice is as tall as its words, however long the page is. A field's hint stands in its one line.
CUT = """() => {
  const width = document.documentElement.clientWidth;
  const named = each => `${each.tagName}.${each.className} ${(each.textContent.trim() || each.placeholder || "").slice(0, 20)}`;
  const pen = document.createElement("canvas").getContext("2d");
  const hidesHint = each => {
    if (!each.matches("input[placeholder]")) return false;
    const { fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(each);
    pen.font = `${fontSize} ${fontFamily}`;
    return pen.measureText(each.placeholder).width > each.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) + 1;
  };
  return [...document.querySelectorAll("body *")].filter(each => {
    if (!each.checkVisibility({ visibilityProperty: true }) || each.closest(".sr, .skip, svg, .strip, .slides")) return false;
    const { left, right } = each.getBoundingClientRect();
    const clips = getComputedStyle(each).overflowX !== "visible" && each.clientWidth > 0;
    const squeezed = each.matches(".cell-group, .notice") && each.scrollHeight > each.clientHeight + 1;
    return squeezed || hidesHint(each) || right > width + 1 || left < -1 || (clips && each.scrollWidth > each.clientWidth + 1);
  }).map(named);
}"""


def faults(phone: Phone, screen: str) -> list[str]:
    """Look at what is on the screen now, light and dark."""
    page, found = phone.page, []
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_timeout(120)
        found += [f"{screen}, {scheme}: {fault}" for fault in page.evaluate(LOOK, RULES)]
    return found


def cuts(phone: Phone, screen: str) -> list[str]:
    """Look for what is cut off on the narrowest phone, in the usual and in the largest font."""
    page, found = phone.page, []
    page.set_viewport_size(NARROW)
    for font in ("16px", "28px"):
        page.evaluate(LARGEST, font)
        page.wait_for_timeout(50)
        found += [f"{screen}, cut off at {font}: {each}" for each in page.evaluate(CUT)]
    return found


def faults_at(phone: Phone, paths: list[str]) -> list[str]:
    found = []
    for path in paths:
        phone.go(path)
        phone.page.locator("main").first.wait_for()
        phone.page.wait_for_timeout(300)
        found += faults(phone, path)
    return found


def a_link(phone: Phone, path: str, prefix: str) -> str:
    phone.go(path)
    link = phone.page.locator(f"a[href^='{prefix}']").first
    link.wait_for()
    return link.get_attribute("href") or path


def faults_of(phone: Phone, seen: tuple[Screen, ...], ids: dict[str, str] | None = None) -> list[str]:
    return [
        fault
        for screen in visit_each(phone, seen, ids)
        for fault in faults(phone, screen.name) + cuts(phone, screen.name)
    ]


@pytest.mark.own_dist
@pytest.mark.timeout(600)
def test_every_screen_in_every_state_is_accessible_and_whole(server, phone, tmp_path: Path):
    teacher, colleague, desk = phone("t101", **evening_phone()), phone("t102"), phone("desk1", **DESK)
    assert faults_of(teacher, screens.SIGNED_OUT) == []
    assert faults_of(desk, screens.SCHOOL_SIGNED_OUT) == []
    set_up = stage.set_up(teacher, colleague, desk, server, tmp_path)
    found = faults_of(teacher, screens.TEACHER, set_up.ids)
    found += faults_of(colleague, screens.COLLEAGUE, set_up.ids)
    found += faults_of(desk, screens.SCHOOL, set_up.ids)
    page = teacher.go(f"/app/visit/{set_up.sent}")
    app.until(lambda: set_up.student_name not in page.title(), "a title without a name")
    with (server.dist / "sw.js").open("a", encoding="utf-8") as worker:
        worker.write("\n// a newer version\n")
    page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => undefined)")
    page.get_by_role("button", name="换新版").wait_for()
    found += faults(teacher, "a new version") + cuts(teacher, "a new version")
    assert found == [], "\n".join(found)


def test_the_offices_pages_are_accessible(server, phone):
    teacher, desk = phone("t101"), phone("desk1", **DESK)
    app.sign_in(teacher, "t101")
    school.sign_in(desk, "desk1")
    person = server.rows("SELECT staff_id FROM devices")[0][0]
    device, duty = (server.rows(f"SELECT id FROM {t} WHERE staff_id = '{person}'")[0][0] for t in ("devices", "duties"))
    one, room = f"/school/people/{person}", a_link(desk, "/school/students", "/school/students/class/")
    child = a_link(desk, room, "/school/students/0")
    pages = [
        "/school/people",
        one,
        f"{one}/password",
        f"{one}/devices/{device}",
        f"{one}/duties/{duty}",
        f"{one}/leave",
    ]
    found = faults_at(
        desk, [*pages, "/school/people/none", "/school/students", room, child, f"{child}/move", "/school/me"]
    )
    for path, button in (
        ("/school/people/new", "添上"),
        (f"{one}/duties", "安排"),
        ("/school/students/new", "添上"),
        (f"{child}/move", "转班"),
        (f"{child}/erase", "永久删除"),
        ("/school/me", "换密码"),
        (f"{one}/password", "重设密码"),
        (f"{one}/devices/{device}", "停用这台手机"),
    ):
        desk.go(path).get_by_role("button", name=button).click()
        desk.page.locator(".wrong, .key, .notice").first.wait_for()
        found += faults(desk, f"{path}, after {button}")
    given = desk.go(f"{one}/password").get_by_role("button", name="重设密码")
    given.click()
    password = desk.page.locator(".key").inner_text()
    desk.go("/school/sign-in")
    desk.page.get_by_label("登录名").fill("t101")
    desk.page.get_by_label("密码").fill(password)
    desk.page.get_by_role("button", name="登录").click()
    desk.page.get_by_label("再写一遍新密码").wait_for()
    found += faults(desk, "a new password on the school's pages")
    teacher.go("/app/sign-in")
    teacher.page.get_by_label("登录名").fill("t101")
    teacher.page.get_by_label("密码").fill(password)
    teacher.page.get_by_role("button", name="登录", exact=True).click()
    teacher.page.get_by_label("再写一遍新密码").wait_for()
    found += faults(teacher, "a new password in the app")
    assert found == []


def test_the_pages_of_the_ethics_officer_and_the_centre_are_accessible(phone):
    desk = phone(**DESK)
    school.sign_in(desk, "ethics1")
    reports = desk.page.locator("a[href*='/ethics/reports/']")
    reports.first.wait_for()
    pages = [str(each.get_attribute("href")) for each in reports.all()]
    assert len(pages) == 2
    told = a_link(desk, "/school/ethics", "/school/suggestions/0")
    found = faults_at(desk, ["/school/ethics", *pages, told, "/school/ethics/gifts", "/school/ethics/file"])
    desk.go(pages[0])
    desk.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    desk.page.get_by_role("button", name="记下结论").click()
    desk.page.get_by_text("请选结论。").wait_for()
    found += faults(desk, "a finding without words") + cuts(desk, "a finding without words")
    school.sign_in(desk, "centre")
    asked = str(desk.page.locator("section", has_text="学校报上来的").locator("a.name").first.get_attribute("href"))
    report = a_link(desk, "/centre/inbox", "/school/ethics/reports/")
    found += faults_at(desk, ["/centre/inbox", report, asked])
    desk.page.get_by_role("button", name="交回学校").click()
    desk.page.get_by_text("请写一句中心的意见").wait_for()
    found += faults(desk, "given back without words")
    desk.go("/centre/inbox")
    found += cuts(desk, "收件")
    assert found == []
