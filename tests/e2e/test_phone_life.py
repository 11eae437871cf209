"""A phone's life: killed while saving, updated with a full outbox, out of room, given bad pictures."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import app


def test_kill_9_while_saving_keeps_what_was_on_the_screen(wire, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    visit = app.begin_visit(teacher, 1)
    app.choose(teacher.page, "已完成")
    teacher.page.get_by_role("link", name="接着写").click()
    app.open_part(teacher.page, "三")
    area = teacher.page.get_by_label("闪光点")
    area.press_sequentially("爱帮妈妈做饭，会照顾弟弟", delay=25)
    teacher.page.wait_for_timeout(350)
    area.press_sequentially("，还", delay=5)
    teacher.kill()

    teacher.open()
    page = app.open_visit(teacher, visit)
    words = page.get_by_label("闪光点")
    expect(words).to_be_visible()
    expect(words).to_have_value(re.compile("^爱帮妈妈做饭，会照顾弟弟"))


def test_kill_9_right_after_handing_in_keeps_the_edit(server, wire, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    wire.set(mode="refuse")
    visits = []
    for turn in range(3):
        visits.append(app.write_visit(teacher, student=turn + 1, strengths=f"第{turn}次"))
        app.hand_in(teacher)
        teacher.kill()
        teacher.open()
    wire.set(mode="up")
    for visit in visits:
        app.wait_for_state(teacher, visit, "已送达")
    assert server.rows("SELECT count(*) FROM inbox WHERE device_id IS NOT NULL AND status <> 'applied'")[0][0] == 0


@pytest.mark.own_dist
def test_an_update_with_a_full_outbox_interrupts_nothing_and_loses_nothing(server, phone):
    teacher = phone()
    app.be_awake(teacher)
    app.sign_in(teacher, "t101")
    teacher.context.route("**/api/v1/**", lambda route: route.abort())
    visits = []
    for turn in range(2):
        visits.append(app.write_visit(teacher, student=turn + 1, strengths=f"更新前写的第{turn}条"))
        app.hand_in(teacher)
    with (server.dist / "sw.js").open("a", encoding="utf-8") as worker:
        worker.write("\n// a newer version\n")
    page = teacher.go("/")
    page.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => undefined)")
    offer = page.get_by_role("button", name="换新版")
    expect(offer).to_be_visible(timeout=20_000)
    for visit in visits:
        assert app.state_of(teacher, visit) == "待上传"
    teacher.go("/")
    page.locator("main h1").wait_for()  # the app's own first step through the history is over
    with page.expect_navigation(timeout=20_000):
        offer.click()
    teacher.context.unroute_all()
    for visit in visits:
        app.wait_for_state(teacher, visit, "已送达")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("text.jpg", "打不开"), ("truncated.jpg", "打不开"), ("iphone.heic", "格式不支持"), ("huge.jpg", "太大")],
)
def test_a_picture_that_is_none_is_refused_in_one_sentence(phone, pictures, name, sentence):
    teacher = phone()
    app.sign_in(teacher, "t101")
    app.begin_visit(teacher, 1)
    app.choose(teacher.page, "已完成")
    teacher.page.get_by_role("link", name="接着写").click()
    teacher.page.get_by_role("link", name=re.compile("照片")).last.click()
    teacher.page.locator("input[type=file]").last.set_input_files(pictures(name))
    expect(teacher.page.get_by_text(re.compile(sentence)).first).to_be_visible(timeout=30_000)
    expect(teacher.page.locator("[data-photo]")).to_have_count(0)
