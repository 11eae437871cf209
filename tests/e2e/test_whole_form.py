"""The whole 《家访手记》 written without signal: it arrives whole, every record in its own circle, in few taps."""

import json
import re

from playwright.sync_api import expect

from tests.e2e import app

HELD = """(visit) => new Promise((resolve) => {
  const open = indexedDB.open("records");
  open.onsuccess = () => {
    const all = open.result.transaction("rows").objectStore("rows").getAll();
    all.onsuccess = () => {
      open.result.close();
      resolve(all.result.filter((row) => row.id === visit || row.row.visit_id === visit).map((row) => row.kind));
    };
  };
})"""
TAP_SECONDS = 1.2  # to find the place and touch it, for a tap and for putting the cursor into a field
TEXTS = {
    "闪光点": "每天先扫完地再开电视。",
    "在校表现": "学习：上课爱举手。",
    "在家表现": "先写作业再玩。",
    "成长环境与家庭教育情况": "爷爷奶奶一起住，晚饭后一起读书。",
    "孩子的想法和心情": "想当医生。",
    "共同关注的问题": "睡得晚。",
    "商定的措施": "九点半熄灯，两周后一起看。",
    "给任课老师的一句话": "多请她上台。",
}


class Hand:
    """A finger on the screen that counts its taps; putting the cursor where words go counts by itself."""

    def __init__(self, page):
        self.page, self.taps, self.fields = page, 0, 0

    def tap(self, what):
        what.click()
        self.taps += 1

    def chip(self, word):
        self.tap(self.page.locator("label.chip", has_text=word).first)

    def write(self, label, text):
        self.page.get_by_role("textbox", name=label).first.fill(text)
        self.fields += 1

    def open(self, numeral):
        """Open a part by its numeral, where it is not open already."""
        part = self.page.locator("details.part", has=self.page.get_by_role("heading", name=re.compile(f"^{numeral}、")))
        if part.get_attribute("open") is None:
            self.tap(self.page.get_by_role("button", name=re.compile(f"^{numeral}、")))


def capture(page):
    """Write down the visit at the door, from 今天; returns the taps."""
    hand = Hand(page)
    hand.tap(page.get_by_role("link", name="记一次家访").first)
    row = page.locator("main ul li button").nth(2)
    row.wait_for()
    hand.tap(row)
    hand.chip("已完成")
    hand.tap(page.get_by_role("button", name="存好，晚上再写"))
    page.wait_for_url(re.compile("/$"))
    return hand.taps


def fill_in(page):
    """Complete the draft that 今天 shows, every part of it; gives the hand and the visit's id. Not handed in yet."""
    hand = Hand(page)
    hand.tap(page.locator("main a[href*='/app/visit/']", has_text="登门").first)
    page.locator("details.part").first.wait_for()
    visit = app.UUID.search(page.url)[1]
    for word in ("母亲", "学习沟通", "听取意见", "学生情况", "家长心声", "家庭教育指导意见", "本次遵守五不准"):
        hand.chip(word)
    hand.open("四")
    hand.open("六")
    hand.chip("两周后")
    hand.open("七")
    for label, text in TEXTS.items():
        hand.write(label, text)
    hand.tap(page.get_by_role("button", name="添一件"))
    hand.write("第一件，做什么", "借一本词典")
    hand.tap(page.get_by_role("button", name="记一条意见"))
    hand.write("第 1 条", "食堂的菜有点凉。")
    hand.write("家访体会", "要多听家长说。")
    hand.tap(page.get_by_role("link", name="另附页"))
    hand.write("所见所闻", "一路上都是桂花香。")
    hand.tap(page.get_by_role("link", name="返回").or_(page.get_by_role("button", name="返回")).first)
    page.locator("details.part").first.wait_for()
    return hand, visit


def records_of(server, visit):
    found = server.rows(f"SELECT kind, fields FROM records WHERE id = '{visit}' OR visit_id = '{visit}'")
    return {kind: json.loads(fields) for kind, fields in found}


def test_the_whole_form_arrives_whole_and_each_record_stays_in_its_circle(server, wire, phone):
    one, two = phone("t101"), phone("t102")
    app.sign_in(one, "t101")
    app.sign_in(two, "t102")
    one.go("/")
    wire.set(mode="refuse")

    captured = capture(one.page)
    hand, visit = fill_in(one.page)
    expect(one.page.get_by_text("学校知道社会和家长提出的意见和建议")).to_be_visible()
    hand.tap(one.page.get_by_role("button", name="交上去"))
    one.page.wait_for_url(re.compile("/app/records"))  # nothing is missing, so nothing is asked
    seconds = TAP_SECONDS * (captured + hand.taps + hand.fields)
    print(
        f"taps: capture {captured}, complete {hand.taps}, fields written {hand.fields}; {seconds:.0f} s beyond the words"
    )
    assert captured <= 4
    assert hand.taps <= 25
    assert seconds <= 180

    one.kill()
    one.open()
    wire.set(mode="up")
    known = app.Visit(visit, "")
    app.wait_for_state(one, known, "已送达")
    records = records_of(server, visit)
    assert set(records) == {"visit", "visit_private", "reflection", "opinion"}
    assert records["visit"]["consensus"] == TEXTS["商定的措施"]
    assert records["visit"]["face_four"] == ["situation", "voice"]
    assert set(records["visit"]).isdisjoint({"growth_env", "child_voice", "reflection", "extra_page", "text"})
    assert records["visit_private"]["child_voice"] == TEXTS["孩子的想法和心情"]
    assert records["reflection"] == {
        "visit_id": visit,
        "reflection": "要多听家长说。",
        "extra_page": "一路上都是桂花香。",
    }
    assert records["opinion"]["text"] == "食堂的菜有点凉。"
    assert records["opinion"]["pass_on"] == "anonymous"

    app.send_now(two)
    app.until(lambda: "visit" in two.page.evaluate(HELD, visit), "the visit on the colleague's phone")
    assert set(two.page.evaluate(HELD, visit)) == {"visit"}
    app.open_visit(two, known)
    expect(two.page.get_by_role("heading", name=re.compile("^五、"))).to_have_count(0)
    app.open_part(two.page, "三")
    expect(two.page.get_by_role("textbox", name="在家表现")).to_have_value(TEXTS["在家表现"])
    expect(two.page.get_by_role("textbox", name="孩子的想法和心情")).to_have_count(0)
    assert one.errors == two.errors == []


def test_an_opinion_that_was_handed_in_is_withdrawn_and_the_reflection_goes_on_in_its_own_record(server, wire, phone):
    one = phone("t101")
    app.sign_in(one, "t101")
    one.go("/")
    capture(one.page)
    _, visit = fill_in(one.page)
    app.hand_in(one)
    known = app.Visit(visit, "")
    app.wait_for_state(one, known, "已送达")

    page = app.open_visit(one, known)
    app.open_part(page, "五")
    page.get_by_role("button", name="去掉这一条").first.click()
    expect(page.get_by_role("textbox", name="第 1 条")).to_have_count(0)
    page.get_by_role("button", name="放回来").click()
    expect(page.get_by_role("textbox", name="第 1 条")).to_have_value("食堂的菜有点凉。")
    page.get_by_role("button", name="去掉这一条").first.click()
    app.choose(page, "没有意见")
    app.open_part(page, "七")
    page.get_by_role("textbox", name="家访体会").fill("要多听，少说。")
    app.hand_in(one)
    app.wait_for_state(one, known, "已送达")

    records = server.rows(f"SELECT kind, fields FROM records WHERE visit_id = '{visit}' ORDER BY kind")
    told = [(kind, json.loads(fields)) for kind, fields in records if kind in ("opinion", "reflection")]
    assert [kind for kind, _ in told] == ["opinion", "reflection"]
    assert not told[0][1].get("text")
    assert told[1][1]["no_opinion"] is True
    assert told[1][1]["reflection"] == "要多听，少说。"
