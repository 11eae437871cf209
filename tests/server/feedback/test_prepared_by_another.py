"""What somebody else who holds the link has prepared, and lets another site send from a family's browser, opens nothing of the family's."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from server.consents.models import Consent
from server.db import reading
from server.feedback import service
from server.feedback.models import Feedback
from tests.server.feedback.families import ANSWER, CHOSE, CODE, TOKEN, Family, code_in, visit_with
from tests.server.sync.phone import Phone

ELSEWHERE = {"Accept": "text/html", "Sec-Fetch-Site": "cross-site"}
WORDS = "班主任要我们送礼"


@pytest.fixture
def other(app, family):
    """Give somebody else who holds the link, with a form of it."""
    return Family(app, family.link)


@pytest.fixture
def asked(client, world, ticket, family):
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    return family


def action_of(page):
    return re.search(r'id="questions" method="post" action="([^"]+)"', page)[1]


def texts():
    with reading() as session:
        return list(session.scalars(select(Feedback.text)))


@pytest.mark.parametrize("place", ["", "/letters", "/change"])
def test_a_page_that_comes_back_to_be_mended_is_a_form_of_its_own(family, other, place):
    drawn = other.token()
    page = family.post(place, token=drawn, who="mother").text  # what older browsers send from anywhere
    assert action_of(page) == family.link
    code = code_in(family.send(TOKEN.search(page)[1], text=WORDS))
    assert not CODE.search(other.post("", token=drawn, again="1").text)
    late = other.send(drawn, text="都很好")
    assert (late.status_code, texts()) == (409, [WORDS])
    assert WORDS in family.post("/answer", code=code).text


@pytest.mark.parametrize("place", ["", "/letters"])
def test_also_where_the_other_has_sent_that_form_already(family, other, place):
    drawn = other.token()
    code = code_in(other.send(drawn, text="都很好"))
    page = family.post(place, token=drawn, who="mother").text
    late = family.send(TOKEN.search(page)[1], text=WORDS)
    assert (late.status_code, WORDS in late.text, "放进意见箱" in late.text) == (409, True, True)
    assert WORDS not in other.post("/answer", code=code).text


def test_after_a_refusal_for_a_while_the_words_go_in_from_the_page_that_said_so(family, other, monkeypatch):
    drawn = other.token()
    monkeypatch.setattr(service, "SENDINGS", replace(service.SENDINGS, most=1))
    service.SENDINGS.count("127.0.0.1")
    page = family.send(drawn, text=WORDS)
    assert (page.status_code, WORDS in page.text) == (429, True)
    monkeypatch.undo()
    code_in(family.send(TOKEN.search(page.text)[1], text=WORDS))
    assert not CODE.search(other.post("", token=drawn, again="1").text)


def test_words_added_to_what_came_in_and_refused_at_first_are_offered_to_the_box(family):
    token = family.token()
    code_in(family.send(token, text="第一次写的"))  # its page never came
    page = family.send(token, text="第一次写的" + "长" * 300)
    assert page.status_code == 422
    late = family.send(TOKEN.search(page.text)[1], text="第一次写的，还有校车")
    assert (late.status_code, "还有校车" in late.text, "放进意见箱" in late.text) == (409, True, True)


def test_a_choice_that_is_asked_once_more_is_a_form_of_its_own(asked, other):
    drawn = TOKEN.search(other.post("/consent", who="mother").text)[1]
    page = asked.post("/consent/choice", token=drawn, who="mother", choice="").text
    said = {"who": "mother", "choice": "close"}
    code_in(asked.post("/consent/choice", token=TOKEN.search(page)[1], **said))
    late = other.post("/consent/choice", token=drawn, who="mother", choice="agree", uses=["record"])
    assert not CODE.search(late.text)
    assert not CHOSE.search(late.text)
    with reading() as session:
        assert [each.record for each in session.scalars(select(Consent).where(Consent.channel == "page"))] == [False]


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none", ""])
def test_a_browser_that_sends_our_own_page_or_says_nothing_is_believed(family, site):
    data = {**ANSWER, "token": family.token(), "text": WORDS}
    page = family.client.post(family.link, data=data, headers={"Sec-Fetch-Site": site} if site else {})
    code_in(page)


def test_another_sites_form_is_not_taken_and_its_words_stand_on_our_page(family, other):
    drawn = other.token()
    sent = {**ANSWER, "token": drawn, "text": WORDS}
    page = family.client.post(family.link, data=sent, headers=ELSEWHERE)
    assert (page.status_code, WORDS in page.text, texts()) == (400, True, [])
    assert TOKEN.search(page.text)[1] != drawn
    code_in(other.send(drawn, text="都很好"))
    again = family.client.post(family.link, data={"token": drawn, "again": "1"}, headers=ELSEWHERE)
    assert not CODE.search(again.text)


def test_another_sites_form_brings_nobody_to_write_under_a_code_that_is_not_theirs(asked, other):
    code = other.answer(who="mother", text="都很好")
    for place in ("/answer", "/edit", "/change", "/ask", "/consent/again", "/letters"):
        sent = {"code": code, "kind": "correct", **ANSWER}
        page = asked.client.post(f"{asked.link}{place}", data=sent, headers=ELSEWHERE).text
        assert code not in page
        assert "都很好" not in page
