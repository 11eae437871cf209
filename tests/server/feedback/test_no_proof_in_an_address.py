"""The proof of a choice travels in the page alone: an address is forwarded, and opened by whoever gets it."""

import re

import pytest
from sqlalchemy import func, select

from server.consents.models import Consent
from server.db import reading
from tests.server.feedback.families import ANSWER, CHOSE, TOKEN, Family, code_in, tickets_of, visit_with
from tests.server.sync.phone import Phone

CONSENT = ("consent/again", "consent/choice", "consent/take-back")
POSTED = (*CONSENT, "edit", "change", "rate", "question", "take-back", "ask", "asked", "letters")


@pytest.fixture
def family(app, client, world):
    """Give the family that chooses, where it is known whose link it is."""
    ticket = tickets_of(client, world)[0]
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    return Family(app, ticket["link"])


@pytest.fixture
def other(app, family):
    """Give whoever got the address of a page from the family."""
    return Family(app, family.link)


def choose(family, choice="agree", token=None, query=""):
    token = token or TOKEN.search(family.post("/consent", who="mother").text)[1]
    return family.post(f"/consent/choice{query}", who="mother", choice=choice, uses=["record"], token=token)


def agrees_with(family, code):
    return family.post("/consent/take-back", code=code).status_code == 200


@pytest.mark.parametrize("choice", ["agree", "opinion"])
def test_the_questions_come_with_the_choice_and_no_address_carries_it(family, choice):
    page = choose(family, choice)
    assert page.status_code == 200
    assert "Location" not in page.headers
    assert re.search(r'<form[^>]*id="questions"[^>]* data-fresh', page.text)  # what was typed before comes back there
    proof = CHOSE.search(page.text)[1]
    assert proof in page.text
    assert not any(proof in way for way in re.findall(r'(?:action|formaction|href)="([^"]*)"', page.text))


def test_an_address_from_before_that_carries_a_proof_does_nothing_with_it(family, other):
    proof = CHOSE.search(choose(family).text)[1]
    page = other.see(f"?who=mother&said=yes&chose={proof}").text
    assert proof not in page
    assert "已记下" not in page
    assert not CHOSE.search(page)
    assert not agrees_with(other, other.answer(who="mother"))


def test_who_opens_the_address_of_the_page_after_the_choice_comes_to_the_link_with_nothing(family, other):
    choose(family)
    opened = other.see("/consent/choice?big=1")
    assert (opened.status_code, opened.headers["Location"]) == (303, f"{other.link}?big=1")
    assert not CHOSE.search(other.see("/consent/choice", follow_redirects=True).text)


@pytest.mark.parametrize("place", POSTED)
def test_no_address_of_a_page_that_answered_a_form_is_a_dead_end(family, place):
    assert family.see(f"/{place}", follow_redirects=True).status_code == 200


def test_a_reload_says_nothing_twice_and_the_answer_is_still_the_choosers(family):
    token = TOKEN.search(family.post("/consent", who="mother").text)[1]
    choose(family, token=token)
    again = choose(family, token=token)
    with reading() as session:
        assert session.scalar(select(func.count()).where(Consent.channel == "page")) == 1
    code = code_in(family.send(TOKEN.search(again.text)[1], chose=CHOSE.search(again.text)[1]))
    late = choose(family, token=token)  # reloaded once the answer is in
    assert late.status_code == 303
    assert "已经收到了" in family.client.get(late.headers["Location"]).text
    assert agrees_with(family, code)


def test_large_letters_stay_so_through_the_choice(family):
    page = choose(family, query="?big=1").text
    assert 'class="big"' in page
    assert f'action="{family.link}?big=1"' in page


def test_the_choosers_code_is_kept_where_something_was_missing_at_first(family):
    page = choose(family).text
    said = {**ANSWER, "overall": "", "token": TOKEN.search(page)[1], "chose": CHOSE.search(page)[1]}
    wrong = family.post("", **said).text
    assert not re.search(r'id="questions"[^>]* data-fresh', wrong)
    code = code_in(family.send(TOKEN.search(wrong)[1], chose=CHOSE.search(wrong)[1]))
    assert agrees_with(family, code)
