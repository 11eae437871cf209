"""What was chosen on a link is its writer's: whoever holds the link and answers on it learns nothing of it, and agrees to nothing."""

import pytest

from server.campaign.consent import consent_text
from server.consents import service as consents
from server.db import reading, transaction
from server.schools.models import Student
from tests.server.feedback.families import CHOSE, TOKEN, Family, code_in, tickets_of, visit_with
from tests.server.sync.phone import Phone

STUDENT = "1/0/0"


@pytest.fixture
def ticket(client, world):
    found = tickets_of(client, world)[0]
    Phone(client, world, "t101").push(visit_with(world, found["id"]))
    return found


@pytest.fixture
def family(app, ticket):
    """Give the family that chooses."""
    return Family(app, ticket["link"])


@pytest.fixture
def other(app, ticket):
    """Give another browser with the same link, such as the teacher's, signed out."""
    return Family(app, ticket["link"])


def standing(world):
    with reading() as session:
        return session.get_one(Student, world.students[STUDENT]).may_record


def choose(family, choice, token=None):
    token = token or TOKEN.search(family.post("/consent", who="mother").text)[1]
    return family.post("/consent/choice", who="mother", choice=choice, uses=["record"], token=token)


def choose_with(family, code, choice):
    token = TOKEN.search(family.post("/consent/again", code=code).text)[1]
    said = {"who": "mother", "choice": choice, "uses": ["record"], "token": token, "code": code}
    return family.post("/consent/choice", **said)


@pytest.mark.parametrize("choice", ["opinion", "close"])
@pytest.mark.parametrize("who", ["mother", "father"])
def test_who_answers_after_a_refusal_does_not_turn_it_into_consent(family, other, world, choice, who):
    choose(family, choice)
    code = other.answer(who=who)
    assert choose_with(other, code, "agree").status_code == 409
    assert standing(world) == "no"
    assert choose_with(other, code, "close").status_code == 200  # nor is it a way around to refuse first
    assert choose_with(other, code, "agree").status_code == 409
    assert standing(world) == "no"


@pytest.mark.parametrize("choice", ["agree", "opinion", "close"])
def test_who_answers_afterwards_is_not_shown_what_was_chosen(family, other, world, choice):
    choose(family, choice)
    code = other.answer(who="mother")
    pages = [other.post("/answer", code=code).text, other.post("/consent/again", code=code).text]
    for page in pages:
        assert consent_text().uses["record"].label not in page
        assert "撤回同意" not in page
    assert "只能改成不同意" in pages[0]
    before = standing(world)
    assert other.post("/consent/take-back", code=code).status_code == 409
    assert standing(world) == before


def test_every_link_on_which_somebody_chose_looks_the_same_to_who_answers_afterwards(app, client, world):
    pages = set()
    tickets = tickets_of(client, world)[1:4]
    phone = Phone(client, world, "t101")
    for each, choice in zip(tickets, ("agree", "opinion", "close"), strict=True):
        phone.push(visit_with(world, each["id"]))
        home = Family(app, each["link"])
        choose(home, choice)
        code = home.answer(who="mother")
        pages.add(home.post("/answer", code=code).text.replace(each["link"], "/f/").replace(code, ""))
    assert len(pages) == 1


def test_the_code_of_the_closed_page_still_changes_it_whatever_was_answered_since(family, other, world):
    code = code_in(choose(family, "close"))
    choose_with(other, other.answer(who="mother"), "close")
    assert "记录家访内容：不同意" in family.post("/answer", code=code).text
    assert "已记下，马上算数" in choose_with(family, code, "agree").text
    assert standing(world) == "yes"


@pytest.mark.parametrize("choice", ["agree", "opinion"])
def test_the_code_of_the_answer_that_one_goes_on_to_changes_the_choice_both_ways(family, world, choice):
    page = family.client.get(choose(family, choice).headers["Location"]).text
    chose = CHOSE.search(page)[1]
    wrong = family.send(TOKEN.search(page)[1], chose=chose, overall="")
    assert wrong.status_code == 422
    assert f'value="{chose}"' in wrong.text  # what is missing is filled in, and the answer is still the chooser's
    code = code_in(family.send(TOKEN.search(page)[1], chose=chose))
    choose_with(family, code, "close")
    assert standing(world) == "no"
    assert "已记下，马上算数" in choose_with(family, code, "agree").text
    assert standing(world) == "yes"


def test_a_proof_of_another_link_or_of_an_earlier_choice_is_worth_nothing(app, client, family, world):
    elsewhere = tickets_of(client, world)[1]
    Phone(client, world, "t101").push(visit_with(world, elsewhere["id"]))
    token = TOKEN.search(family.post("/consent", who="mother").text)[1]
    early = choose(family, "agree", token).headers["Location"].partition("chose=")[2].partition("&")[0]
    choose(family, "close", token)
    code = code_in(family.send(chose=early))
    assert choose_with(family, code, "agree").status_code == 409
    there = Family(app, elsewhere["link"])
    choose(there, "opinion")
    assert choose_with(there, code_in(there.send(chose=early)), "agree").status_code == 409


def test_who_goes_back_and_presses_another_button_is_told_what_then_counts(family, other, world):
    token = TOKEN.search(family.post("/consent", who="mother").text)[1]
    choose(family, "agree", token)
    assert standing(world) == "yes"
    closed = choose(family, "close", token)
    assert consent_text().refused in closed.text
    assert standing(world) == "no"
    assert "记录家访内容：不同意" in family.post("/answer", code=code_in(closed)).text
    with transaction() as session:
        said = consents.words_said(session, world.students[STUDENT])
        assert [each.record for each in said if each.channel == "page"] == [True, False]
    assert choose(other, "close", token).status_code == 200  # sent once more: nothing new is said
    with reading() as session:
        again = consents.words_said(session, world.students[STUDENT])
    assert len(again) == len(said)
