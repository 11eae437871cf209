"""The families' pages meet WCAG 2.2 AA in every state, in both sizes of letters, and weigh what an old telephone can carry."""

import gzip
import urllib.request

from tests.e2e import app, family
from tests.e2e.test_accessible import faults

HEAVIEST_BYTES = 30_000  # all told, gzip


def test_a_familys_pages_are_accessible(server, phone):
    url = f"http://127.0.0.1:{server.port}{a_link(phone)}"
    home = phone("home")
    found = []
    for place in (url, f"{url}?big=1"):
        home.page.goto(place)
        if home.page.get_by_role("button", name="下一步").count():
            found += faults(home, "who reads")
            home.page.get_by_label("母亲").check()
            home.page.get_by_role("button", name="下一步").click()
            found += faults(home, "the consent")
            home.page.get_by_role("button", name="只提意见，不同意记录").click()
        for fold in home.page.locator("summary").all():
            fold.click()
        found += faults(home, "the questions")
        home.page.get_by_role("button", name="提交").click()
        home.page.locator(".wrong").first.wait_for()
        found += faults(home, "what is missing")
    code = family.answer(home.page, url, "孩子说不想活了，我很担心。")
    found += faults(home, "sent, with the telephone numbers")
    home.page.goto(url)
    found += faults(home, "answered")
    home.page.get_by_label("查询码").fill("00000000")
    home.page.get_by_role("button", name="看答复").click()
    home.page.get_by_text("查询码不对").wait_for()
    found += faults(home, "a wrong code")
    family.read_reply(home.page, url, code)
    home.page.get_by_text("撤回这份反馈", exact=True).first.click()
    found += faults(home, "the status")
    home.page.goto(f"http://127.0.0.1:{server.port}/f/{'A' * 22}")
    found += faults(home, "an unknown link")
    assert found == []


def test_the_page_weighs_less_than_an_old_telephone_can_carry(server, phone):
    url = f"http://127.0.0.1:{server.port}{a_link(phone)}"
    home, weights = phone("home"), {}
    home.page.on("response", lambda answer: weights.update({answer.url: len(gzip.compress(answer.body()))}))
    home.page.goto(url, wait_until="networkidle")
    assert url in weights
    assert len(weights) == 4  # the page, its two style sheets and its one script; nothing from another host
    assert all(each.startswith(f"http://127.0.0.1:{server.port}/") for each in weights)
    assert sum(weights.values()) < HEAVIEST_BYTES
    with urllib.request.urlopen(url) as answer:
        assert "Set-Cookie" not in answer.headers


def a_link(phone) -> str:
    teacher = phone("t101")
    app.sign_in(teacher, "t101")
    app.send_now(teacher)
    app.write_visit(teacher, student=3, strengths="爱读书")
    app.hand_in(teacher)
    teacher.page.get_by_role("button", name="给家长的码").click()
    return family.link_shown_by(teacher)
