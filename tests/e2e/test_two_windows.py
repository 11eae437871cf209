"""Two windows of one browser on one visit: neither writes over the other, and nothing is handed in against oneself."""

import json

from playwright.sync_api import Page, expect

from tests.e2e import app
from tests.e2e.test_accessible import faults


def asleep(page: Page, *, asleep: bool) -> None:
    """Freeze a window as a phone does with one in the background; awake, it hears late what it missed."""
    state = "frozen" if asleep else "active"
    page.context.new_cdp_session(page).send("Page.setWebLifecycleState", {"state": state})


def test_a_window_that_slept_shows_what_the_other_handed_in_and_keeps_its_own_words(server, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    first = teacher.page
    expect(first.get_by_text("已存本机").first).to_be_visible()
    asleep(first, asleep=True)

    teacher.page = teacher.context.new_page()
    second = app.open_visit(teacher, visit)
    app.open_part(second, "三")
    second.get_by_label("闪光点").fill("会照顾弟弟，爱读书")
    app.hand_in(teacher)

    asleep(first, asleep=False)
    app.open_part(first, "三")
    expect(first.get_by_label("闪光点")).to_have_value("会照顾弟弟，爱读书")
    first.get_by_label("在家表现").first.fill("先写作业再玩")
    expect(first.get_by_text("已存本机").first).to_be_visible()
    teacher.page = first
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    ((fields,),) = server.rows(f"SELECT fields FROM records WHERE kind = 'visit' AND id = '{visit.id}'")
    assert json.loads(fields)["strengths"] == "会照顾弟弟，爱读书"
    assert json.loads(fields)["at_home"] == "先写作业再玩"
    assert server.rows("SELECT count(*) FROM conflicts") == [(0,)]


def test_the_same_field_in_two_windows_offers_the_words_of_the_one_that_came_second(phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, 1, "会照顾弟弟")
    first = teacher.page
    expect(first.get_by_text("已存本机").first).to_be_visible()

    teacher.page = teacher.context.new_page()
    second = app.open_visit(teacher, visit)
    app.open_part(second, "三")
    # Typed in both within the time that a save waits: whichever is stored second finds the other's.
    write = "(field, words) => { field.value = words; field.dispatchEvent(new Event('input')); }"
    first.get_by_label("闪光点").evaluate(write, "这边的话")
    second.get_by_label("闪光点").evaluate(write, "那边的话")
    said = "后写的还留着"
    for window in (first, second):
        expect(window.get_by_text(said)).to_be_attached()
        line = window.get_by_role("alert").filter(has_text="另一个窗口也写了“闪光点”")
        expect(line).to_be_in_viewport(ratio=1)
    assert (line.bounding_box() or {})["height"] <= 50
    shown = first.get_by_label("闪光点").input_value()
    words = "这边的话" if shown == "那边的话" else "那边的话"
    second.close()
    teacher.page = first
    app.open_visit(teacher, visit)
    offer = first.get_by_role("region", name="另一个窗口也写了")
    expect(offer).to_contain_text(said)
    expect(offer).to_contain_text(words)
    app.open_part(first, "三")
    expect(first.get_by_label("闪光点")).to_have_value(shown)
    field = first.get_by_label("在家表现").first
    field.press_sequentially("先写作业")  # far below, the line stays where it is seen, and the field with the words too
    expect(offer).not_to_be_in_viewport()
    line = first.get_by_role("alert").filter(has_text="另一个窗口也写了")
    expect(line).to_be_in_viewport(ratio=1)
    expect(field).to_be_in_viewport()
    assert faults(teacher, "a form written in two windows") == []
    line.get_by_role("button").click()
    expect(offer).to_be_in_viewport()
    first.get_by_role("button", name="交上去").click()
    first.wait_for_timeout(300)
    anyway = first.get_by_role("button", name="先交")
    if anyway.is_visible():  # not asked by night
        anyway.click()
    expect(offer).to_be_in_viewport()
    offer.get_by_role("button", name="换成后写的").click()
    expect(first.get_by_label("闪光点")).to_have_value(words)
    expect(offer).to_have_count(0)
