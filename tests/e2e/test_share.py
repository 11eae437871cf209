"""Pictures shared from the gallery: through the real worker into a tray, and from there into the visit that the teacher picks."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import app
from tests.e2e.test_accessible import faults

# What the phone's share sheet does: a navigation by POST with files, answered by the worker.
SHARE = """files => {
  const form = document.createElement("form"), input = document.createElement("input"), given = new DataTransfer();
  Object.assign(form, { method: "post", enctype: "multipart/form-data", action: "/share" });
  Object.assign(input, { type: "file", name: "photos", multiple: true });
  for (const [name, type, data] of files)
    given.items.add(new File([Uint8Array.from(atob(data), each => each.charCodeAt(0))], name, { type }));
  input.files = given.files;
  form.append(input);
  document.body.append(form);
  form.submit();
}"""


def share(page: Page, files: list[Path], kind: str = "image/jpeg") -> None:
    given = [(path.name, kind, base64.b64encode(path.read_bytes()).decode()) for path in files]
    page.evaluate(SHARE, given)
    page.wait_for_url(re.compile("/app/share"))


def tray(page: Page):
    return page.locator(".tray .pick")


def test_shared_pictures_go_into_the_picked_visit_and_back_again(server, wire, phone, seven):
    teacher = phone()
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 1, "会照顾弟弟", photos=[seven[0]])
    wire.set(mode="refuse")
    page = teacher.go("/")
    share(page, seven[1:3])
    expect(tray(page)).to_have_count(2)
    assert page.url.startswith(teacher.url)
    teacher.kill()  # nothing is lost between sharing and picking

    teacher.open()
    page = teacher.go("/app/share")
    expect(tray(page)).to_have_count(2)
    page.get_by_role("button", name=re.compile(visit.student_name)).first.click()
    page.wait_for_url(re.compile(f"{visit.id}/photos"))
    expect(page.locator("[data-photo]")).to_have_count(3)
    page.get_by_role("button", name="放回来").click()
    expect(tray(page)).to_have_count(2)

    tray(page).first.click()
    page.get_by_role("button", name=re.compile(visit.student_name)).first.click()
    expect(page.locator("[data-photo]")).to_have_count(2)
    teacher.go("/app/share")
    expect(tray(page)).to_have_count(1)
    app.hand_in_from(teacher, visit)
    wire.set(mode="up")
    app.wait_for_state(teacher, visit, "已送达")
    assert server.rows(f"SELECT count(*) FROM photo_uses WHERE record_id = '{visit.id}' AND shown")[0][0] == 2


def test_a_new_visit_begins_with_what_was_shared(phone, seven):
    teacher = phone()
    app.sign_in(teacher, "t101")
    page = teacher.go("/")
    share(page, seven[:1])
    page.get_by_role("button", name="放进一次新的家访").click()
    page.locator("main ul li button").nth(2).click()
    page.wait_for_url(app.UUID)
    page.get_by_text("放进了 1 张照片").wait_for()
    visit = app.UUID.search(page.url)
    assert visit
    teacher.go(f"/app/visit/{visit[1]}/photos")
    expect(page.locator("[data-photo]")).to_have_count(1)


def test_a_family_that_wants_nothing_kept_gets_no_picture_and_the_teacher_is_told_why(server, phone, seven):
    server.execute("UPDATE students SET may_record = 'no'")
    teacher = phone()
    app.sign_in(teacher, "t101")
    visit = app.begin_visit(teacher, 1)
    app.choose(teacher.page, "已完成")
    teacher.page.get_by_role("button", name="存好，晚上再写").click()
    expect(teacher.page.get_by_text("草稿存好了")).to_be_visible()
    page = teacher.go("/")
    share(page, seven[:1])
    page.get_by_role("button", name=re.compile(f"{visit.student_name}.*不收照片")).first.click()
    expect(page.get_by_role("heading", name="这家不留照片")).to_be_visible()
    assert faults(teacher, "a family that keeps no photos") == []
    page.get_by_role("button", name="换一次家访").click()
    page.get_by_role("button", name="放进一次新的家访").click()
    page.locator("main ul li button").nth(2).click()
    page.get_by_role("link", name="先留在手机").click()
    page.get_by_role("link", name=re.compile("分享来的照片")).click()
    expect(tray(page)).to_have_count(1)
    teacher.go(f"/app/visit/{visit.id}/photos")
    expect(page.get_by_text("这次家访不收照片")).to_be_visible()
    expect(page.get_by_role("button", name="拍一张")).to_have_count(0)
    assert teacher.errors == []


def test_seven_are_too_many_a_letter_is_no_picture_and_the_same_one_comes_once(phone, pictures, seven):
    teacher = phone()
    app.sign_in(teacher, "t101")
    page = teacher.go("/")
    share(page, seven)
    expect(page.get_by_text("一次最多收 6 张，另有 1 张没有收。")).to_be_visible()
    expect(tray(page)).to_have_count(6)
    share(page, [pictures("text.jpg"), seven[0]])
    expect(page.get_by_text("有 1 张图片打不开")).to_be_visible()
    expect(tray(page)).to_have_count(6)
    page.get_by_role("button", name="都不要了").click()
    expect(tray(page)).to_have_count(0)
    page.get_by_role("button", name="放回来").click()
    expect(tray(page)).to_have_count(6)


@pytest.mark.parametrize("turn", ["never", "signed out"])
def test_nothing_is_kept_while_nobody_is_signed_in(phone, seven, turn):
    teacher = phone()
    app.sign_in(teacher, "t101")
    if turn == "signed out":
        app.sign_out(teacher)
    else:
        teacher.page.evaluate("new Promise(done => { indexedDB.deleteDatabase('outbox').onsuccess = done })")
        teacher.go("/app/sign-in")
    share(teacher.page, seven[:1])
    expect(teacher.page.get_by_text("还没登录，照片没有收下。")).to_be_visible()
    app.sign_in(teacher, "t101")
    page = teacher.go("/app/share")
    expect(page.get_by_text("没有等着的照片。")).to_be_visible()
