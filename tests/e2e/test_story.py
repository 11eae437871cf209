"""The story the product exists for: written without signal, killed, started again, delivered; the school sees it."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import app, school


@pytest.mark.parametrize("turn", [1, 2])
def test_a_visit_written_without_signal_reaches_the_school(server, wire, phone, pictures, turn):
    teacher = phone("t101")
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")

    visit = app.write_visit(
        teacher,
        student=turn,
        strengths=f"第{turn}次：爱帮妈妈做饭",
        photos=[pictures("desk.jpg"), pictures("garden.jpg")],
    )
    app.hand_in(teacher)
    teacher.kill()

    teacher.open()
    teacher.go("/")
    expect(teacher.page.get_by_role("heading", name=re.compile("老师，"))).to_be_visible()
    assert app.state_of(teacher, visit) == "待上传"

    wire.set(mode="up")
    app.send_now(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    assert teacher.errors == []

    desk = phone(
        "desk1", url=f"http://127.0.0.1:{server.port}", viewport={"width": 1280, "height": 800}, is_mobile=False
    )
    school.sign_in(desk, "desk1")
    school.open_today(desk)
    expect(desk.page.get_by_text(visit.student_name).first).to_be_visible()
    school.open_visit(desk, visit)
    expect(desk.page.get_by_text(f"第{turn}次：爱帮妈妈做饭").first).to_be_visible()
    school.wait_for_photos(desk, 2)
