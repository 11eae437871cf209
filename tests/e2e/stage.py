"""A store in which every state that a screen can show has come about, for whoever looks at the screens: tests and `make pictures`."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from server.feedback.links import hash_of
from tests.e2e import app, family, school
from tests.e2e.conftest import Phone, Server
from tests.e2e.deposit import Depositor, edit
from tests.e2e.pictures import seven

DIFFERING = {
    "strengths": ("会照顾弟弟，还教他认字", "数学课主动上台讲题"),
    "at_home": ("先写作业，再帮妈妈择菜", "先玩一会儿，再帮妈妈择菜"),
}
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
      sent.put(again({ status: "held", message: null }));
      const waits = { reason: null, message: "请删短一些再送。", notBefore: Date.now() + 1e8 };
      edits.put(again({ ...waits, state: "parked", failures: 0 }));
      edits.put(again({ ...waits, state: "waiting", failures: 99 }));
    };
    photos.getAll().onsuccess = ({ target }) => {
      for (const photo of target.result) photos.put({ ...photo, state: "refused", message: "请换一张。" });
    };
  };
})"""


@dataclass(frozen=True)
class Stage:
    """The ids that the addresses of screens are made of."""

    student_name: str
    sent: str  # delivered, with photos, a promise and a word of the school; two fields are written in two ways
    draft: str
    empty: str  # a draft without a photo
    declined: str  # a draft of a visit that was declined
    refused: str  # a draft with words of a family that then wanted nothing written down
    decided: str  # a field of it was settled by a colleague while its teacher wrote
    same: str
    other: str  # what a colleague wrote of the same visit
    student: str
    room: str
    unasked: str  # a student whose family was not asked yet whether visits may be written down

    @property
    def ids(self) -> dict[str, str]:
        """Give the ids by their names."""
        return dict(vars(self))


def set_up(teacher: Phone, colleague: Phone, desk: Phone, server: Server, folder: Path) -> Stage:
    """Let two teachers and the school's desk work until every state is there; the teacher's phone shows them all."""
    app.sign_in(teacher, "t101")
    app.sign_in(colleague, "t102")
    pictures = seven(folder)
    sent = _delivered(teacher, 1, "会照顾弟弟", pictures[:2])
    same = _delivered(teacher, 4, "爱提问")
    decided = _delivered(teacher, 5, "每天练字")
    one, two = Depositor(teacher, server), Depositor(colleague, server)
    for pen, place in ((two, 1), (one, 0)):
        pen.write(f"visit:{sent.id}", **{name: texts[place] for name, texts in DIFFERING.items()})
    two.write(f"visit:{decided.id}", issues="睡得晚")
    one.write(f"visit:{decided.id}", issues="早上起不来")
    other = _written_twice(two, server, same.id)
    _promise(one, sent.id)
    _overtaken(teacher, two, server, decided.id)
    school.sign_in(desk, "desk1")
    school.open_visit(desk, sent)
    desk.page.get_by_label("对老师说的话").fill("请补一句家里怎样配合")
    desk.page.get_by_role("button", name="请补充").click()
    expect(desk.page.get_by_text("老师下次打开应用会看到")).to_be_visible()
    _hand_over(desk, server)
    app.send_now(teacher)
    app.until(lambda: _reads(teacher, sent, "请补充"), "the school's word is on the teacher's phone")
    declined = app.begin_visit(teacher, 6)
    app.choose(teacher.page, "家长婉拒")
    teacher.page.wait_for_timeout(600)
    refused = app.write_visit(teacher, 7, "会自己做饭", 在家表现="先写作业。")
    teacher.page.wait_for_timeout(600)
    one.write(f"student:{refused.student_id}", may_record="no", who="mother", channel="oral")
    app.send_now(teacher)
    empty = app.write_visit(teacher, 3, "愿意帮同学")
    draft = app.write_visit(teacher, 2, "愿意帮同学补英语，" * 12, pictures[2:4], 在家表现="先写作业。" * 30)
    teacher.page.wait_for_timeout(600)
    teacher.page.evaluate(WAITING, sent.id)
    room, student = server.rows(f"SELECT class_id, student_id FROM records WHERE id = '{sent.id}'")[0]
    drafts = (draft.id, empty.id, declined.id, refused.id)
    unasked = server.rows(f"SELECT id FROM students WHERE class_id = '{room}' AND may_record = 'unknown'")[0][0]
    return Stage(sent.student_name, sent.id, *drafts, decided.id, same.id, other, student, room, unasked)


def _hand_over(desk: Phone, server: Server) -> None:
    """Let the desk hand a suggestion to the teacher: from then on 今天 says that it waits."""
    page = desk.go("/school/suggestions/?status=new")
    page.locator("a.name").first.click()
    page.get_by_label("责任人").select_option(server.rows("SELECT id FROM staff WHERE login = 't101'")[0][0])
    page.get_by_role("button", name="分办", exact=True).click()
    expect(page.get_by_text("改分办")).to_be_visible()


def _reads(teacher: Phone, visit: app.Visit, words: str) -> bool:
    app.open_visit(teacher, visit)
    teacher.page.wait_for_timeout(500)
    return teacher.page.get_by_text(words).first.is_visible()


def _delivered(teacher: Phone, student: int, words: str, photos: list[Path] | None = None) -> app.Visit:
    visit = app.write_visit(teacher, student, words, photos)
    app.hand_in(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    return visit


def _written_twice(colleague: Depositor, server: Server, visit: str) -> str:
    known = json.loads(server.rows(f"SELECT fields FROM records WHERE id = '{visit}'")[0][0])
    copied = {name: known[name] for name in ("student_id", "visit_date", "visit_form", "visit_type", "visit_result")}
    other = f"ffffffff{str(uuid.uuid4()).replace('-4', '-7', 1)[8:]}"  # begun later: it becomes part of the first
    sets = {"respondents": frozenset({"mother"}), "visitors": frozenset({colleague.staff})}
    colleague.write(f"visit:{other}", **copied, **sets, strengths="讲题讲得清楚", issues="睡得晚")
    return other


def _promise(teacher: Depositor, visit: str) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    due = [{"who": "teacher", "what": "借一本词典给她", "due": tomorrow, "done": False}]
    teacher.write(f"visit:{visit}", promises=due, follow_up_on=tomorrow, consensus="九点半熄灯，两周后一起看。")


def _overtaken(teacher: Phone, colleague: Depositor, server: Server, visit: str) -> None:
    """Let the colleague settle what the teacher has begun to write anew."""
    app.send_now(teacher)
    page = teacher.go(f"/app/todo/{visit}")
    page.get_by_role("radio", name="另写一份").check(force=True)
    page.get_by_role("textbox", name="另写一份").fill("早上要叫三次才起床")
    page.wait_for_timeout(500)
    query = f"SELECT c.id, r.rev FROM conflicts c JOIN records r ON r.id = c.record_id WHERE r.id = '{visit}'"
    ((conflict, rev),) = server.rows(query)
    colleague.push(edit(f"conflict:{conflict}", "resolve", args={"seen_rev": rev, "choice": "head"}))


@dataclass(frozen=True)
class Links:
    """Links of families, each as it stands after `/f/`."""

    fresh: str
    link: str  # answered, with a word for the school and one in confidence
    code: str  # the 查询码 of that answer
    gone: str


def hand_out(teacher: Phone, home: Phone, server: Server, visit: str) -> Links:
    """Give a family three links of one visit: one is not used, one is answered, the days of one are over."""
    page, found = teacher.go(f"/app/visit/{visit}/code"), [family.link_shown_by(teacher)]
    for place in (2, 3):
        page.get_by_role("button", name="再出一个码").click()
        page.get_by_role("button", name=f"第{place}个码").wait_for()
        found.append(family.link_shown_by(teacher))
    app.send_now(teacher)
    code = family.answer(home.page, home.url + found[1], "放学时校门口车太多。", confided="收了一箱水果。")
    fresh, link, gone = (each.removeprefix("/f/") for each in found)
    server.execute(f"UPDATE tickets SET expires_on = '2020-01-01' WHERE link_hash = '{hash_of(gone)}'")
    return Links(fresh, link, code, gone)
