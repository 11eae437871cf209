"""大字 on pages that answered a form: the same page again with all that was typed, by a button that needs no script."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from server.accounts.gate import COOKIE_KEY
from server.accounts.sessions import open_session
from server.db import RowChange, note_change, reading, transaction
from server.feedback.models import Feedback
from server.limits.models import Try
from tests.server.feedback.families import ANSWER, CHOSE, TOKEN, Family, code_in, visit_with
from tests.server.sync.phone import Phone

TYPED = {
    **ANSWER,
    "text": "放学门口<车>太多",
    "text_kind": "problem",
    "contact": "13912345678",
    "tone": "plain",
    "next_time": ["weekend"],
    "five_no": ["1", "3"],
    "five_no_text": "收了东西",
}
BUTTON = re.compile(r"<button([^>]*)>(大字|小字)</button>")


@pytest.fixture
def asked(client, world, ticket, family):
    """Give a family that is asked for its consent first."""
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    return family


def values_in(page):
    """Read what a page's form would send, as a browser does."""
    form = re.search(r'<form[^>]*id="questions".*?</form>', page, re.DOTALL)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and (not re.search(r'type="(radio|checkbox)"', tag) or " checked" in tag):
            found.setdefault(name[1], []).append(unescape(value[1] if value else ""))
    for name, words in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = [unescape(words)]
    return found


def way_in(page, words="大字"):
    """Find where the button leads, in the form or as a form of its own."""
    page = unescape(page)
    button = BUTTON.search(page)
    assert button, page
    assert button[2] == words
    own = re.search(r'formaction="([^"]+)"', button[1])
    return own[1] if own else re.search(r'<form method="post" action="([^"]+)"', page)[1]


def counted():
    with reading() as session:
        return [session.scalar(select(func.count()).select_from(model)) for model in (Feedback, Try)]


def press(family, page, **more):
    head = re.search(r'name="head" value="(\w+)"', page)
    data = {**values_in(page), **({"head": head[1]} if head else {}), **more}
    return family.client.post(way_in(page, "小字" if 'class="big"' in page else "大字"), data=data)


def test_everything_typed_is_in_the_page_in_large_letters_and_back_again(family):
    token, before = family.token(), counted()
    typed = values_in(family.client.post(f"{family.link}/letters", data={**TYPED, "token": token, "chose": "p"}).text)
    for name, value in {**TYPED, "chose": "p"}.items():
        assert typed[name] == (value if isinstance(value, list) else [value])
    assert typed["token"] != [token]  # whoever drew that one learns nothing of what is sent from here
    page = family.see().text
    big = press(family, page, **TYPED).text
    assert 'class="big"' in big
    assert {name: values_in(big)[name] for name in typed if name not in ("token", "chose")} == {
        name: values for name, values in typed.items() if name not in ("token", "chose")
    }
    small = press(family, big).text
    assert 'class="big"' not in small
    assert {**values_in(small), "token": ""} == {**values_in(big), "token": ""}
    assert counted() == before  # nothing is kept, and no try is counted
    assert code_in(family.client.post(family.link, data=values_in(small)))


def test_the_choosers_proof_and_what_was_noted_stay_with_the_page(asked):
    token = TOKEN.search(asked.post("/consent", who="mother").text)[1]
    chosen = asked.post("/consent/choice", who="mother", choice="agree", uses=["record"], token=token).text
    big = press(asked, chosen).text
    assert CHOSE.search(big)[1] == CHOSE.search(chosen)[1]
    assert values_in(big)["who"] == ["mother"]
    assert "已记下您的同意，谢谢。" in big
    assert "已记下您的同意，谢谢。" in press(asked, big).text


def test_what_is_missing_is_said_again_in_large_letters_and_not_before_it_was_said(family):
    empty = {"token": family.token()}
    wrong = family.client.post(family.link, data=empty).text
    assert "请点一下您是孩子的谁" in press(family, wrong).text
    assert "-wrong" not in press(family, family.see().text).text


def test_what_was_not_sent_is_not_taken_for_sent_in_large_letters(family):
    stale = family.client.post(family.link, data={**TYPED, "token": "too old"}).text
    big = press(family, stale).text
    assert "还没有发出去" in big
    assert "还没有发出去" in press(family, big).text
    assert code_in(family.client.post(family.link, data=values_in(big)))


def test_an_answer_that_is_changed_keeps_its_code_and_that_its_number_was_forgotten(family):
    code = family.answer(text="谢谢", contact="13912345678")
    with transaction() as session:
        each = session.scalars(select(Feedback)).one()
        each.contact, each.contact_forgotten = None, True
        note_change(session, RowChange(each.school_id, "feedback", each.id, each.rev, ()))
    page = family.post("/edit", code=code).text
    assert "已经用过、删掉了" in page
    big = press(family, page, text="谢谢老师").text
    assert "已经用过、删掉了" in big
    assert values_in(big)["text"] == ["谢谢老师"]
    assert "改好了。" in family.client.post(f"{family.link}/change", data=values_in(big)).text


def test_a_consent_is_shown_again_in_large_letters_to_the_same_reader(asked):
    page = asked.post("/consent", who="mother").text
    who = re.search(r'name="who" value="(\w+)"', page)[1]
    big = asked.client.post(way_in(page), data={"who": who}).text
    assert 'class="big"' in big
    assert "同意，继续" in big
    assert re.search(r'name="who" value="mother"', big)


def test_with_the_code_its_pages_come_again_in_large_letters(asked):
    code = asked.answer(who="mother", text="谢谢")
    status = asked.post("/answer", code=code).text
    big = asked.client.post(way_in(status), data={"code": code}).text
    assert 'class="big"' in big
    assert "您写的" in big
    consent = asked.post("/consent/again", code=code).text
    assert "同意，继续" in asked.client.post(way_in(consent), data={"code": code}).text
    request = asked.post("/ask", code=code, kind="correct").text
    said = {"code": code, "kind": "correct", "words": "电话错了", "contact": "13912345678"}
    again = asked.client.post(way_in(request), data=said).text
    assert "电话错了</textarea>" in again
    assert 'value="13912345678"' in again


def test_enter_in_a_field_sends_and_does_not_change_the_letters(family, asked):
    code = asked.answer(who="mother")
    for page in (asked.post("/edit", code=code).text, asked.post("/ask", code=code, kind="copy").text):
        first = re.search(r'<button[^>]*form="\w+"[^>]*>', page)[0]
        assert "formaction" not in first  # the first button of a form is the one that Enter presses


@pytest.mark.parametrize("sent", ["sent", "closed", "carried"])
def test_where_the_page_cannot_come_again_the_button_waits_for_a_script(asked, sent):
    if sent == "closed":
        token = TOKEN.search(asked.post("/consent", who="mother").text)[1]
        page = asked.post("/consent/choice", who="mother", choice="close", token=token)
    else:
        late = asked.token()
        page = asked.send()
        page = page if sent == "sent" else asked.send(late, text="食堂的汤是凉的")
    button = BUTTON.search(page.text)[1]
    assert 'type="button"' in button
    assert " hidden" in button


def test_a_wrong_code_and_a_missing_tick_lead_to_the_same_question_in_large_letters(asked):
    for page, place in ((asked.post("/consent"), "/consent"), (asked.post("/answer", code="0000"), "/answer")):
        assert page.status_code == 422
        assert f'<a class="link" href="{asked.link}{place}?big=1" data-letters="小字">大字</a>' in page.text


def test_a_browser_of_the_school_and_an_unknown_link_are_refused(app, world, family):
    assert Family(app, "/f/" + "A" * 22).post("/letters", **TYPED).status_code == 404
    with transaction() as session:
        signed_in = open_session(session, world.staff["t101"], days=1)
    family.client = app.test_client()
    with family.client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = signed_in
    page = family.post("/letters", **TYPED)
    assert page.status_code == 409
    assert "放学门口" not in page.text
