"""需处理: several conflicts in one go, somebody who was quicker, two visits that are one, and what never got there."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e import app
from tests.e2e.deposit import Depositor, edit
from tests.e2e.test_two_people import field, open_conflicts

TEXTS = {
    "strengths": ("会照顾弟弟，还教他认字", "数学课主动上台讲题"),
    "at_home": ("先写作业，再帮妈妈择菜", "先玩一会儿，再帮妈妈择菜"),
    "issues": ("睡得晚", "早上起不来"),
}
LABELS = {"strengths": "闪光点", "at_home": "在家表现", "issues": "共同关注的问题"}
PARKED = """record => new Promise((done, failed) => {
  const opening = indexedDB.open("outbox");
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const box = opening.result, writing = box.transaction(["sent", "edits"], "readwrite");
    writing.oncomplete = () => { box.close(); done(); };
    writing.objectStore("sent").getAll().onsuccess = ({ target }) => {
      const one = target.result.find(each => each.record === record);
      const parked = { state: "parked", reason: "too_large", message: "这一条太长。", failures: 0, notBefore: 0 };
      writing.objectStore("edits").put({ ...one, id: crypto.randomUUID(), order: one.order + 1, ...parked });
    };
  };
})"""


@pytest.fixture
def differing(server, wire, phone):
    """Give two teachers' phones and a visit of which the second one's words differ in three fields."""
    one, two = phone("t101"), phone("t102")
    app.sign_in(one, "t101")
    app.sign_in(two, "t102")
    visit = app.write_visit(one, student=1, strengths="")
    app.hand_in(one)
    app.wait_for_state(one, visit, "已送达")
    first, second = Depositor(one, server), Depositor(two, server)
    first.write(f"visit:{visit.id}", **{name: texts[0] for name, texts in TEXTS.items()})
    told = second.write(f"visit:{visit.id}", **{name: texts[1] for name, texts in TEXTS.items()})
    assert len(told["conflicts"]) == 3
    app.send_now(two)
    two.go("/app/todo")
    expect(two.page.get_by_text("两位老师写得不同")).to_be_visible(timeout=20_000)
    return one, two, visit, first


def part(phone, name):
    return phone.page.get_by_role("region", name=LABELS[name], exact=True)


def pick(phone, name, word):
    part(phone, name).get_by_role("radio", name=word).check(force=True)


def test_several_are_settled_in_one_go_without_signal_and_both_phones_agree(server, wire, differing):
    one, two, visit, _ = differing
    wire.set(mode="refuse")
    expect(two.go("/").get_by_role("link", name=re.compile("需处理.*1")).first).to_be_visible()
    page = two.go(f"/app/todo/{visit.id}")
    expect(page.get_by_text("这 3 处，两位老师写得不同")).to_be_visible()
    pick(two, "strengths", "都留")
    pick(two, "at_home", "用这份")
    pick(two, "issues", "另写一份")
    part(two, "issues").get_by_role("textbox", name="另写一份").fill("睡得晚，早上起不来")
    page.get_by_role("button", name="就这样定（3 处）").click()
    expect(page.get_by_role("alert")).to_contain_text("不能撤回")
    page.get_by_role("button", name="定下来").click()
    page.wait_for_url(re.compile("/app/todo$"))
    expect(page.get_by_text("现在没有要您处理的")).to_be_visible()
    assert open_conflicts(server) == 3  # nothing has left the phone

    wire.set(mode="up")
    app.send_now(two)
    app.until(lambda: open_conflicts(server) == 0, "the decisions at the school", 30)
    assert field(server, visit, "strengths") == "会照顾弟弟，还教他认字\n数学课主动上台讲题"
    assert field(server, visit, "at_home") == "先玩一会儿，再帮妈妈择菜"
    assert field(server, visit, "issues") == "睡得晚，早上起不来"
    for each in (one, two):
        app.send_now(each)
        shown = app.open_visit(each, visit)
        app.open_part(shown, "三")
        expect(shown.get_by_label("在家表现").first).to_have_value("先玩一会儿，再帮妈妈择菜")


def test_somebody_else_is_quicker_and_the_words_typed_meanwhile_are_not_lost(server, wire, differing):
    _, two, visit, first = differing
    wire.set(mode="refuse")
    page = two.go(f"/app/todo/{visit.id}")
    pick(two, "issues", "另写一份")
    part(two, "issues").get_by_role("textbox", name="另写一份").fill("我打了一半的话")
    page.wait_for_timeout(400)
    two.kill()
    ((conflict, rev),) = server.rows(
        "SELECT c.id, r.rev FROM conflicts c JOIN records r ON r.id = c.record_id WHERE c.field = 'issues'"
    )
    first.push(edit(f"conflict:{conflict}", "resolve", args={"seen_rev": rev, "choice": "head"}))

    two.open()
    page = two.go(f"/app/todo/{visit.id}")
    expect(part(two, "issues").get_by_role("textbox", name="另写一份")).to_have_value("我打了一半的话")
    wire.set(mode="up")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text(re.compile("“共同关注的问题”已经由.*先定好了"))).to_be_visible(timeout=20_000)
    expect(page.get_by_text("我打了一半的话")).to_be_visible()
    expect(page.get_by_text("这 2 处，两位老师写得不同")).to_be_visible()
    page.get_by_role("button", name="改成我的").click()
    app.until(lambda: field(server, visit, "issues") == "我打了一半的话", "the words as an edit", 30)


def test_two_visits_are_merged_after_what_it_will_do_was_shown(server, wire, phone):
    one, two = phone("t101"), phone("t102")
    app.sign_in(one, "t101")
    app.sign_in(two, "t102")
    visit = app.write_visit(one, student=1, strengths="会照顾弟弟", 在家表现="先写作业")
    app.hand_in(one)
    app.wait_for_state(one, visit, "已送达")
    second = Depositor(two, server)
    known = json.loads(server.rows(f"SELECT fields FROM records WHERE id = '{visit.id}'")[0][0])
    copied = {name: known[name] for name in ("student_id", "visit_date", "visit_form", "visit_type", "visit_result")}
    other = edit("visit")["id"].replace("-4", "-7", 1)
    other = f"ffffffff{other[8:]}"  # begun later: it becomes part of the first
    second.write(
        f"visit:{other}",
        **copied,
        strengths="爱提问",
        issues="睡得晚",
        respondents=frozenset({"mother"}),
        visitors=frozenset({second.staff}),
    )
    app.send_now(one)
    page = one.go("/app/todo")
    page.get_by_text("可能是同一次家访").click()
    expect(page.get_by_role("heading", name="是同一次吗？")).to_be_visible()
    told = page.get_by_role("region", name="合并后会怎样")
    expect(told).to_contain_text("您先记的那条留下")
    expect(told).to_contain_text("写得不同的 1 栏")
    expect(page.get_by_role("region", name="共同关注的问题")).to_contain_text("合并后补上")
    page.get_by_role("button", name="是，合并").click()
    expect(page.get_by_role("alert")).to_contain_text("不能再拆开")
    page.get_by_role("button", name="合并", exact=True).click()
    app.until(lambda: open_conflicts(server) == 1, "the merge at the school", 30)
    assert field(server, visit, "issues") == "睡得晚"
    assert field(server, visit, "strengths") == "会照顾弟弟"
    assert set(field(server, visit, "visitors")) >= {second.staff}
    one.go(f"/app/visit/{visit.id}/history")
    steps = page.locator("article")
    expect(steps.first).to_contain_text("两条家访合成一条")
    expect(steps.filter(has_text="写在并进来的那一条里")).to_contain_text("睡得晚")
    app.send_now(two)
    two.go("/app/todo")
    expect(two.page.get_by_text("两位老师写得不同：闪光点")).to_be_visible(timeout=20_000)


def test_what_the_school_would_not_take_is_put_right_or_exported_for_the_office(server, wire, phone):
    teacher = phone()
    app.sign_in(teacher, "t101")
    visit = app.write_visit(teacher, student=1, strengths="会照顾弟弟")
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    wire.set(mode="refuse")
    teacher.page.evaluate(PARKED, f"visit:{visit.id}")
    page = teacher.go("/app/todo")
    expect(page.get_by_text("暂存本机")).to_be_visible()
    with page.expect_download() as saving:
        page.get_by_role("button", name="导出").click()
    name = saving.value.suggested_filename
    text = saving.value.path().read_text(encoding="utf-8-sig")
    assert re.fullmatch(r"家访手记-待交德育处-\d{8}-\d{4}\.txt", name)
    assert visit.student_name in text
    assert "【闪光点】" in text
    assert json.loads(text[text.index("{") :])["edit"]["record"] == f"visit:{visit.id}"

    page.get_by_role("button", name="改一改再传").click()
    page.get_by_label("闪光点").fill("会照顾弟弟，短一些")
    page.wait_for_timeout(400)
    page.reload()
    page.get_by_role("button", name="改一改再传").click()
    expect(page.get_by_label("闪光点")).to_have_value("会照顾弟弟，短一些")  # nothing typed is lost
    page.get_by_role("button", name="改好了，再传").click()
    expect(page.get_by_text("现在没有要您处理的")).to_be_visible()
