"""How a visit became what it is: read with a signal, and an earlier value taken up again."""

import re

from playwright.sync_api import expect

from tests.e2e import app


def test_an_earlier_value_is_found_and_taken_up_again(wire, phone):
    teacher = phone("t101")
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 2, "会照顾弟弟", 在家表现="先写作业再玩")
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    page = app.open_visit(teacher, visit)
    app.open_part(page, "三")
    page.get_by_label("在家表现").first.fill("先看书再玩")
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")

    page = app.open_visit(teacher, visit)
    page.get_by_role("link", name="改动经过").click()
    expect(page.get_by_role("heading", name="改动经过")).to_be_visible()
    step = page.locator("article").first
    expect(step.locator("del")).to_contain_text("写作业")
    expect(step.locator("ins")).to_contain_text("看书")
    page.get_by_role("button", name=re.compile("用回原来的")).click()
    page.wait_for_url(re.compile(f"/app/visit/{visit.id}$"))
    expect(page.get_by_label("在家表现").first).to_have_value("先写作业再玩")
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")

    wire.set(mode="refuse")
    teacher.go(f"/app/visit/{visit.id}/history")
    expect(page.get_by_text("现在没连上")).to_be_visible(timeout=30_000)
    wire.set(mode="up")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator("article")).to_have_count(3, timeout=20_000)
