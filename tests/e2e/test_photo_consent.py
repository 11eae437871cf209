"""Photos follow the family's consent: what is offered on the phone, and what it still shows once they are refused."""

import pytest
from playwright.sync_api import expect

from tests.e2e import app, school
from tests.e2e.conftest import Phone
from tests.e2e.test_accessible import DESK, faults
from tests.e2e.test_photos import fields


@pytest.fixture
def desk(server, phone) -> Phone:
    """Give the office's browser."""
    desk = phone("desk1", url=f"http://127.0.0.1:{server.port}", **DESK)
    school.sign_in(desk, "desk1")
    return desk


def note(desk: Phone, student: str, **said: str) -> None:
    """Write a father's answer down at the desk, word by word as the form asks."""
    page = desk.go(f"/school/students/{student}/consent")
    for name, value in {"who": "father", "channel": "paper", **said}.items():
        page.locator(f"[name={name}][value={value}]").check()
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("已记下")).to_be_visible()


def test_a_refusal_takes_the_photos_off_the_phone_and_consent_brings_them_back(server, phone, desk, seven):
    teacher = phone("t101")
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 1, "会照顾弟弟", photos=seven[:1])
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    page = teacher.go(f"/app/visit/{visit.id}/photos")
    expect(page.locator("[data-photo]")).to_have_count(1)
    uses = page.get_by_role("group", name="用在哪里").get_by_role("radio")
    expect(uses).to_have_count(1)  # nobody has asked for more than the archive
    note(desk, visit.student_id, photo_archive="yes", photo_school="yes")
    teacher.go("/")
    app.send_now(teacher)
    page = teacher.go(f"/app/visit/{visit.id}/photos")
    expect(uses).to_have_count(2, timeout=20_000)

    note(desk, visit.student_id, photo_archive="no")
    teacher.go("/")
    app.send_now(teacher)
    page = teacher.go(f"/app/visit/{visit.id}/photos")
    expect(page.get_by_text("家长不同意留照片")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-photo]")).to_have_count(0)
    expect(page.get_by_role("button", name="拍一张")).to_have_count(0)
    assert faults(teacher, "photos that a family refused") == []
    desk.go(f"/school/visits/{visit.id}")
    expect(desk.page.get_by_text("1 张照片：家长不同意留照片")).to_be_visible()
    assert faults(desk, "a visit whose photos were refused") == []
    assert len(fields(server, visit)["photos"]) == 1  # for 30 days, should the family think again

    note(desk, visit.student_id, photo_archive="yes")
    teacher.go("/")
    app.send_now(teacher)
    page = teacher.go(f"/app/visit/{visit.id}/photos")
    expect(page.locator("[data-photo]")).to_have_count(1, timeout=20_000)
    assert teacher.errors == []


def test_photos_taken_before_a_refusal_stay_on_the_phone_and_the_words_are_handed_in(server, phone, desk, seven):
    teacher = phone("t101")
    app.sign_in(teacher, "t101")
    before = server.rows("SELECT count(*) FROM photo_bytes")
    visit = app.write_visit(teacher, 1, "会照顾弟弟", photos=seven[:1])
    note(desk, visit.student_id, photo_archive="no")
    teacher.go("/")
    app.send_now(teacher)
    app.open_visit(teacher, visit)
    page = teacher.page
    expect(page.get_by_text("家长不同意留照片，只交文字")).to_be_visible(timeout=20_000)
    app.hand_in(teacher)
    app.send_now(teacher)
    app.open_visit(teacher, visit)
    expect(page.get_by_text("文字交过了。家长不同意留照片")).to_be_visible()
    expect(page.get_by_role("button", name="交上去")).to_be_disabled()
    assert faults(teacher, "a form whose photos stay on the phone") == []
    found = fields(server, visit)
    assert (found["strengths"], found.get("photos", [])) == ("会照顾弟弟", [])
    assert server.rows("SELECT count(*) FROM photo_bytes") == before

    page.get_by_role("link", name="照片 1").click()
    expect(page.get_by_text("请把这几张移走")).to_be_visible()
    page.get_by_role("button", name="移走这一张").click()
    expect(page.locator("[data-photo]")).to_have_count(0)
    app.leave_photos(page)
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    assert teacher.errors == []
