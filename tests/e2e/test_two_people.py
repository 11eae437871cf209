"""Two teachers on one visit, two people on one phone, and a duty that has ended."""

import json
import re

from playwright.sync_api import expect

from tests.e2e import app


def both_have_the_visit(phone, wire):
    """Give two teachers' phones that hold the same delivered visit, then take their signal away."""
    one, two = phone("t101"), phone("t102")
    app.sign_in(one, "t101")
    app.sign_in(two, "t102")
    visit = app.write_visit(one, student=1, strengths="会照顾弟弟", 在家表现="先写作业")
    app.hand_in(one)
    app.wait_for_state(one, visit, "已送达")
    app.send_now(two)
    app.open_visit(two, visit)
    wire.set(mode="refuse")
    return one, two, visit


def rewrite(phone, visit, label, text):
    page = app.open_visit(phone, visit)
    app.open_part(page, "三")
    page.get_by_label(label).first.fill(text)
    app.hand_in(phone)


def open_conflicts(server):
    return server.rows("SELECT count(*) FROM conflicts WHERE status = 'open'")[0][0]


def field(server, visit, name):
    return json.loads(server.rows(f"SELECT fields FROM records WHERE kind = 'visit' AND id = '{visit.id}'")[0][0]).get(
        name
    )


def test_different_fields_are_both_kept(server, wire, phone):
    one, two, visit = both_have_the_visit(phone, wire)
    rewrite(one, visit, "在家表现", "先写作业，再看书")
    rewrite(two, visit, "在校表现", "课间带同学玩")
    wire.set(mode="up")
    app.wait_for_state(one, visit, "已送达")
    app.send_now(two)
    app.until(lambda: field(server, visit, "at_school") == "课间带同学玩", "the second teacher's words")
    assert field(server, visit, "at_home") == "先写作业，再看书"
    assert server.rows("SELECT count(*) FROM conflicts")[0][0] == 0


def test_the_same_field_is_settled_on_one_phone_and_both_agree(server, wire, phone):
    one, two, visit = both_have_the_visit(phone, wire)
    rewrite(one, visit, "闪光点", "会照顾弟弟，还教他认字")
    rewrite(two, visit, "闪光点", "数学课主动上台讲题")
    wire.set(mode="up")
    for each in (one, two):
        app.send_now(each)
    app.until(lambda: open_conflicts(server) == 1, "the conflict")
    later = two if app.settled_state(two, visit) == "需处理" else one  # whose words came second is told so

    page = later.go("/app/todo")
    page.locator("a[href*='/app/todo/']").first.click()
    expect(page.get_by_text("数学课主动上台讲题").first).to_be_visible()
    expect(page.get_by_text("会照顾弟弟，还教他认字").first).to_be_visible()
    page.get_by_role("radio", name="都留").check(force=True)
    page.get_by_role("button", name="就这样定").click()
    page.get_by_role("button", name="定下来").click()
    app.until(lambda: open_conflicts(server) == 0, "the decision at the school", 30)

    settled = field(server, visit, "strengths")
    assert "会照顾弟弟，还教他认字" in settled
    assert "数学课主动上台讲题" in settled
    for each in (one, two):
        app.send_now(each)
        shown = app.open_visit(each, visit)
        app.open_part(shown, "三")
        expect(shown.get_by_label("闪光点")).to_have_value(settled)


def test_two_people_on_one_phone_see_nothing_of_each_other(server, wire, phone):
    shared = phone()
    app.sign_in(shared, "t101")
    wire.set(mode="refuse")
    visit = app.write_visit(shared, student=2, strengths="只有我知道的一句话")
    app.hand_in(shared)
    app.sign_out(shared)
    wire.set(mode="up")

    app.sign_in(shared, "t103")
    page = shared.go("/app/records")
    expect(page.get_by_role("heading", name=re.compile("我的记录|记录"))).to_be_visible()
    expect(page.get_by_text(visit.student_name)).to_have_count(0)
    app.until(
        lambda: server.rows(f"SELECT count(*) FROM records WHERE id = '{visit.id}'")[0][0] == 1,
        "the first teacher's visit is delivered",
    )
    author = server.rows(f"SELECT s.login FROM records r JOIN staff s ON s.id = r.author_id WHERE r.id = '{visit.id}'")
    assert author == [("t101",)]


def test_every_window_leaves_when_another_person_takes_the_phone(server, phone):
    shared = phone()
    app.sign_in(shared, "t101")
    visit = app.write_visit(shared, student=2, strengths="只给自己看的话")
    form = shared.page
    roster = shared.page = shared.context.new_page()
    shared.go("/app/class")
    expect(roster.get_by_text(visit.student_name).first).to_be_visible()
    third = shared.page = shared.context.new_page()
    shared.go("/app/me")
    expect(third.get_by_role("button", name="退出登录")).to_be_visible()
    # Typed within the time that a save waits: not on the disk when the other window signs out.
    write = "(field, words) => { field.value = words; field.dispatchEvent(new Event('input')); }"
    form.get_by_label("闪光点").evaluate(write, "最后一刻写的话")
    app.sign_out(shared)
    for window in (form, roster):
        window.wait_for_url(re.compile("/app/sign-in"))
        expect(window.get_by_label("登录名")).to_be_visible()
        expect(window.get_by_text(visit.student_name)).to_have_count(0)

    app.sign_in(shared, "t103")
    shared.page = form
    shared.go(f"/app/visit/{visit.id}")
    expect(form.get_by_text("这台手机上没有这条手记")).to_be_visible()
    expect(form.get_by_label("闪光点")).to_have_count(0)
    shared.page = third

    app.sign_out(shared)
    app.sign_in(shared, "t101")
    app.open_visit(shared, visit)
    app.open_part(shared.page, "三")
    expect(shared.page.get_by_label("闪光点")).to_have_value("最后一刻写的话")
    app.hand_in(shared)
    app.wait_for_state(shared, visit, "已送达")
    author = server.rows(f"SELECT s.login FROM records r JOIN staff s ON s.id = r.author_id WHERE r.id = '{visit.id}'")
    assert author == [("t101",)]


def test_a_duty_that_ended_takes_the_class_off_the_phone_and_delivers_what_was_written(server, wire, phone):
    teacher = phone()
    app.sign_in(teacher, "t103")
    wire.set(mode="refuse")
    visit = app.write_visit(teacher, student=3, strengths="临走前的一次家访")
    app.hand_in(teacher)
    server.execute(
        "UPDATE duties SET to_on = date('now', '-1 day') WHERE staff_id = (SELECT id FROM staff WHERE login = 't103')"
    )
    wire.set(mode="up")
    app.send_now(teacher)
    app.until(
        lambda: server.rows(f"SELECT count(*) FROM records WHERE id = '{visit.id}'")[0][0] == 1,
        "the visit is at the school",
    )
    page = teacher.go("/")
    expect(page.get_by_text(re.compile("户，已联系"))).to_have_count(0, timeout=20_000)
