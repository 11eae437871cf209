"""The main job in Firefox and WebKit: a visit with a photo, written without a signal, reaches the school."""

import base64
import re

from tests.browsers.engine import Person, until

UUID = re.compile(r"/app/visit/([0-9a-f-]{36})")


def sign_in(person: Person) -> None:
    person.go("/app/sign-in")
    person.write("登录名", "t101")
    person.write("密码", "visit-demo")
    person.tap("button", "^登录$")
    person.until("found('button', '^知道了$').length > 0 || found('h1', '老师').length > 0")
    if person.run("found('button', '^知道了$').length > 0"):
        person.tap("button", "^知道了$")
    person.sees(r"\d+ 户，已联系", seconds=40)
    person.until("navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)", seconds=40)


def write_visit(person: Person, words: str, picture: bytes) -> str:
    """Write a visit with one photo; returns its id."""
    person.go("/app/visit/new")
    person.until("document.querySelectorAll('main ul li button').length > 0")
    person.run("document.querySelectorAll('main ul li button')[1].click()")
    found = until(lambda: UUID.search(person.run("location.href")), "the visit's own address")
    person.tap("label.chip", "已完成")
    person.tap("a", "接着写")
    person.until("found('details.part h2', '^三、').length > 0")
    person.run("found('details.part h2', '^三、')[0].closest('details').open = true")
    person.write("闪光点", words)
    person.tap("a", "照片")
    person.until("!!document.querySelector('input[type=file]')")
    given = base64.b64encode(picture).decode()
    person.run(f"give([...document.querySelectorAll('input[type=file]')].at(-1), 'desk.jpg', '{given}')")
    person.until("document.querySelectorAll('[data-photo]').length === 1")
    return str(found[1])


def hand_in(person: Person, visit: str) -> None:
    person.go(f"/app/visit/{visit}")
    person.tap("button", "^交上去$")
    person.until("found('button', '^先交$').length > 0 || location.pathname === '/app/records'")
    if person.run("found('button', '^先交$').length > 0"):
        person.tap("button", "^先交$")
    person.until("location.pathname === '/app/records'")


def wait_for_state(person: Person, visit: str, state: str, seconds: float = 60) -> None:
    person.go("/app/records")
    person.until(f"""document.querySelector("a[href*='{visit}'] .tag")?.textContent.trim() === '{state}'""", seconds)


def test_a_visit_without_signal_reaches_the_school(engine, server, wire, pictures):
    teacher = Person(engine, wire.url)
    sign_in(teacher)
    wire.set(mode="refuse")

    visit = write_visit(teacher, "爱帮妈妈做饭", pictures("desk.jpg").read_bytes())
    hand_in(teacher, visit)
    if engine.keeps_profile:
        engine.kill()
        engine.open()
    wait_for_state(teacher, visit, "待上传")

    wire.set(mode="up")
    wait_for_state(teacher, visit, "已送达")
    stored = server.rows(
        f"SELECT json_extract(fields, '$.strengths'), json_array_length(fields, '$.photos') FROM records WHERE id = '{visit}'"
    )
    assert stored == [("爱帮妈妈做饭", 1)]
    photo = server.rows(
        f"SELECT count(*) FROM photo_uses u JOIN photo_bytes b ON b.sha256 = u.sha256 WHERE u.record_id = '{visit}'"
    )
    assert photo == [(1,)]
