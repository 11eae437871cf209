"""Every screen meets WCAG 2.2 AA as axe-core sees it, by day and by night, under the product's own content policy."""

import re
from pathlib import Path

from tests.e2e import app, school
from tests.e2e.conftest import ROOT, Phone

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOK = """rules => axe.run(document, { runOnly: rules, resultTypes: ["violations"] }).then(result =>
  result.violations.flatMap(each => each.nodes.map(node => `${each.id} ${node.target.join(" ")}: ${node.failureSummary}`)))"""
DESK = {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False, "device_scale_factor": 1}
# What a person must look at cannot all be brought about in one story: the states of 需处理 are written into the phone's store.
WAITING = """visit => new Promise((done, failed) => {
  const opening = indexedDB.open("outbox");
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const box = opening.result, writing = box.transaction(["sent", "edits", "photos"], "readwrite");
    writing.oncomplete = () => { box.close(); done(); };
    writing.onerror = () => failed(writing.error);
    const [sent, edits, photos] = ["sent", "edits", "photos"].map(name => writing.objectStore(name));
    sent.getAll().onsuccess = ({ target }) => {
      const one = target.result.find(each => each.record === `visit:${visit}`);
      const again = more => ({ ...one, id: crypto.randomUUID(), order: one.order + Math.random(), ...more });
      for (const status of ["quarantined", "returned"]) sent.put(again({ status, message: "请核对学生。" }));
      const waits = { reason: null, message: "请删短一些再送。", notBefore: Date.now() + 1e8 };
      edits.put(again({ ...waits, state: "parked", failures: 0 }));
      edits.put(again({ ...waits, state: "waiting", failures: 99 }));
    };
    photos.getAll().onsuccess = ({ target }) => {
      for (const photo of target.result) photos.put({ ...photo, state: "refused", message: "请换一张。" });
    };
  };
})"""


def faults(phone: Phone, screen: str) -> list[str]:
    """Look at what is on the screen now, light and dark."""
    page, found = phone.page, []
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_timeout(120)
        found += [f"{screen}, {scheme}: {fault}" for fault in page.evaluate(LOOK, RULES)]
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


def visit_with_a_photo(phone: Phone, picture: Path) -> app.Visit:
    visit = app.write_visit(phone, 1, "会照顾弟弟", [picture])
    app.hand_in(phone)
    app.wait_for_state(phone, visit, "已送达")
    return visit


def test_the_app_is_accessible_on_every_screen(phone, pictures):
    teacher = phone()
    assert faults_at(teacher, ["/app/sign-in"]) == []
    app.sign_in(teacher, "t101")
    sent = visit_with_a_photo(teacher, pictures("desk.jpg"))
    draft = app.write_visit(teacher, 2, "愿意帮同学")
    teacher.context.route("**/api/v1/**", lambda route: route.abort())
    teacher.page.evaluate(WAITING, sent.id)
    room = a_link(teacher, "/", "/app/class/")
    student = a_link(teacher, room, "/app/student/")
    form, pages = f"/app/visit/{draft.id}", ["/", room, student, "/app/visit/new"]
    pages += [
        form,
        f"{form}?quick=1",
        f"/app/visit/{sent.id}/photos",
        "/app/records",
        "/app/share?problem=again",
        "/app/cards?card=before",
        "/app/report",
        "/app/class/none",
        "/app/me",
    ]
    found = faults_at(teacher, pages)
    teacher.page.get_by_role("button", name="退出登录").click()
    found += faults(teacher, "signing out with unsent work")
    page = teacher.go("/app/todo")
    for words in ("还没归档", "学校没有收下这一条", "没送成", "德育处退回了", "这张照片学校没有收下"):
        page.get_by_text(re.compile(words)).first.wait_for()
    for original in page.get_by_text("看原文").all():
        original.click()
    found += faults(teacher, "需处理")
    assert found == []
    assert sent.student_name not in page.title()


def test_a_conflict_is_accessible(server, wire, phone):
    one, two = phone("t101"), phone("t102")
    app.sign_in(one, "t101")
    app.sign_in(two, "t102")
    visit = app.write_visit(one, 1, "会照顾弟弟")
    app.hand_in(one)
    app.wait_for_state(one, visit, "已送达")
    app.send_now(two)
    for teacher, words in ((one, "会照顾弟弟，教他认字"), (two, "主动上台讲题")):
        page = app.open_visit(teacher, visit)
        wire.set(mode="refuse")
        app.open_part(page, "三")
        page.get_by_label("闪光点").fill(words)
        app.hand_in(teacher)
    wire.set(mode="up")
    for teacher in (one, two):
        app.send_now(teacher)
    app.until(lambda: server.rows("SELECT count(*) FROM conflicts")[0][0] == 1, "the conflict")
    later = two if app.settled_state(two, visit) == "需处理" else one
    found = faults_at(later, [a_link(later, "/app/todo", "/app/todo/")])
    later.page.get_by_role("radio", name="另写一份").check(force=True)
    found += faults(later, "a third version")
    assert found == []


def test_the_schools_pages_are_accessible(server, phone):
    desk = phone(**DESK)
    found = faults_at(desk, ["/school/sign-in"])
    desk.page.get_by_label("登录名").fill("desk1")
    desk.page.get_by_label("密码").fill("wrong")
    desk.page.get_by_role("button", name="登录").click()
    desk.page.get_by_text("登录名或密码不对").wait_for()
    found += faults(desk, "a wrong password")
    school.sign_in(desk, "desk1")
    visit = a_link(desk, "/school/today", "/school/visits/")
    pages = ["/school/today", "/school/today?form=home&read=unread", visit, f"{visit}/paper", "/school/inbox"]
    found += faults_at(desk, [*pages, "/school/conflicts", "/school/visits/none"])
    desk.go("/school/today").get_by_text("筛选").click()
    found += faults(desk, "the filter")
    desk.go(visit).get_by_role("button", name="请补充").click()
    desk.page.get_by_text("请写一句要补充什么").wait_for()
    found += faults(desk, "a review without words")
    school.sign_in(desk, "ethics1")
    found += faults_at(desk, ["/school/ethics"])
    assert found == []


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
