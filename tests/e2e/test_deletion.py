"""A family asks for deletion on its page: then it is gone from every screen, every file and the teacher's phone."""

import re
import subprocess
import sys
import tarfile
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e import app, family, school
from tests.e2e.conftest import ROOT, Phone, Server
from tests.e2e.test_accessible import DESK, faults

HOME, SAID, SECRET = "晚饭后自己洗碗晾衣", "门口卖烧烤的太呛人", "名字第二个字写错啦"
DUMP = """async () => {
  const all = [];
  for (const { name } of await indexedDB.databases()) {
    const box = await new Promise((done, failed) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => failed(opening.error);
    });
    for (const store of box.objectStoreNames) {
      const rows = await new Promise(done => {
        box.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => done(target.result);
      });
      all.push(JSON.stringify(rows));
    }
    box.close();
  }
  for (const key of await caches.keys())
    for (const request of await (await caches.open(key)).keys()) all.push(request.url);
  return all.join("\\n") + JSON.stringify(localStorage) + document.body.innerText;
}"""
TURN = """
from server.cli import create_app
from server.jobs.chores import CHORES
from server.jobs.runner import Runner
assert Runner(create_app()).turn(next(each for each in CHORES if each.name == "erase_what_was_ordered"))
"""


def held_by(phone: Phone, words: list[str]) -> list[str]:
    kept = phone.page.evaluate(DUMP)
    return [each for each in words if each in kept]


def held_in(folder: Path, words: list[str]) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [f"{each} in {path.name}" for path in files for each in words if each.encode() in path.read_bytes()]


def take_turn(server: Server) -> None:
    subprocess.run([sys.executable, "-c", TURN], cwd=ROOT, env=server.environment, check=True, timeout=120)


def backed_up(server: Server, folder: Path) -> Path:
    """Make a backup, and lay its contents open."""
    server.flask("backup", str(folder / "store.backup"))
    with tarfile.open(folder / "store.backup") as packed:
        packed.extractall(folder / "unpacked", filter="data")
    return folder / "unpacked"


def test_the_family_asks_for_deletion_and_is_gone(server, phone, driver, pictures, tmp_path):
    base = f"http://127.0.0.1:{server.port}"
    teacher, desk = phone("t101"), phone("desk", url=base, **DESK)
    app.sign_in(teacher, "t101")
    app.send_now(teacher)
    visit = app.write_visit(teacher, 1, "会照顾弟弟", [pictures("desk.jpg")], 在家表现=HOME)
    app.hand_in(teacher)
    teacher.page.get_by_role("button", name="给家长的码").click()
    url = base + family.link_shown_by(teacher)
    app.wait_for_state(teacher, visit, "已送达")
    ((student, name),) = server.rows(
        f"SELECT s.id, s.name FROM records r JOIN students s ON s.id = r.student_id WHERE r.id = '{visit.id}'"
    )
    words = [name, HOME, SAID, SECRET]
    ((photo,),) = server.rows(f"SELECT sha256 FROM photo_uses WHERE record_id = '{visit.id}'")
    with family.browser(driver) as home:
        code = family.answer(home, url, SAID)
        ask_for(home, url, code, "更正写错的", SECRET)
        ask_for(home, url, code, "删除我家的资料")
        assert held_by(teacher, [name, HOME]) == [name, HOME]

        school.sign_in(desk, "desk1")
        order_erasure(desk, name)
        take_turn(server)

        home.goto(url)
        expect(home.get_by_text("资料已经删除")).to_be_visible()
    app.send_now(teacher)
    app.until(lambda: held_by(teacher, words) == [], "the phone has let go")
    assert not list((server.data / "photos").rglob(photo))
    assert held_in(backed_up(server, tmp_path), words) == []
    for page in ("/school/today", "/school/requests", "/school/students", "/school/suggestions/", "/school/inbox"):
        desk.go(page)
        assert not [each for each in words if each in desk.page.locator("main").inner_text()], page
    desk.go(f"/school/students/{student}")
    expect(desk.page.get_by_text(name)).to_have_count(0)
    server.kill()
    assert held_in(server.data, words) == []


def ask_for(home, url: str, code: str, what: str, words: str = "") -> None:
    family.read_reply(home, url, code)
    home.get_by_role("button", name=what).click()
    if words:
        home.get_by_label("哪里写错了，应该是什么").fill(words)
    home.get_by_role("button", name=re.compile("^(提交|要求删除)$")).click()
    expect(home.get_by_text("学校收到了")).to_be_visible()


def order_erasure(desk: Phone, name: str) -> None:
    page = desk.go("/school/requests")
    page.get_by_role("link", name=re.compile(f"删除我家的资料.*{name}")).click()
    page.get_by_role("group", name="是哪位家长").get_by_role("radio").first.check()
    page.get_by_label("电话回拨登记的号码").check()
    page.get_by_role("button", name="核实了，开始办").click()
    page.get_by_role("link", name="去删除").click()
    page.get_by_label("家长要求删除").check()
    page.get_by_label("请写一遍学生姓名").fill(name)
    page.get_by_role("button", name="排上，永久删除").click()
    expect(page.get_by_text("已排上")).to_be_visible()


def test_the_pages_of_a_familys_rights_are_accessible(server, phone):
    base = f"http://127.0.0.1:{server.port}"
    teacher, desk, home = phone("t101"), phone("desk", url=base, **DESK), phone("home")
    app.sign_in(teacher, "t101")
    app.send_now(teacher)
    app.write_visit(teacher, 1, "会照顾弟弟")
    app.hand_in(teacher)
    teacher.page.get_by_role("button", name="给家长的码").click()
    url = base + family.link_shown_by(teacher)
    code, found = family.answer(home.page, url, SAID), []
    for what in ("要一份资料", "更正写错的", "删除我家的资料"):
        family.read_reply(home.page, url, code)
        home.page.get_by_role("button", name=what).click()
        found += faults(home, what)
    home.page.get_by_role("button", name="要求删除").click()
    found += faults(home, "asked")
    school.sign_in(desk, "desk1")
    desk.go("/school/requests")
    found += faults(desk, "the queue")
    desk.page.locator("main .deed a").first.click()
    found += faults(desk, "one request")
    desk.page.locator("main dd a").first.click()
    child = desk.page.url.removeprefix(base)
    for place in ("", "/name", "/guardians/new", "/request"):
        desk.go(child + place)
        found += faults(desk, place)
    assert found == []
