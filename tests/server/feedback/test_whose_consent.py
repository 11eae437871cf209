"""What was chosen on a link is its writer's: whoever holds the link and answers on it learns nothing of it, and agrees to nothing."""

from datetime import date

import pytest
from sqlalchemy import select

from server.campaign.consent import consent_text
from server.consents import service as consents
from server.consents.models import Consent
from server.db import RowChange, note_change, reading, transaction
from server.families.models import FamilyRequest
from server.feedback.models import Ticket
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
    page = choose(family, choice).text
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
    early = CHOSE.search(choose(family, "agree", token).text)[1]
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


def test_a_family_that_closed_the_page_has_a_code_to_change_its_mind_and_for_its_rights(family, world):
    token = TOKEN.search(family.post("/consent", who="mother").text)[1]
    code = code_in(choose(family, "close", token=token))
    assert code_in(choose(family, "close", token=token)) == code  # a second tap
    assert "有查询码的，从这里" in family.see().text
    assert "填在这里" in family.see("/answer").text
    assert family.post("/answer", code="00000000").status_code == 422
    page = family.post("/answer", code=code).text
    assert "记录家访内容：不同意" in page
    assert "您家的同意书和资料" in page
    assert "已收到" not in page  # nothing was written, so nothing waits for an answer
    assert family.post("/edit", code=code).status_code == 422
    again = family.post("/consent/again", code=code).text
    said = {"who": "mother", "choice": "agree", "uses": ["record"], "token": TOKEN.search(again)[1]}
    assert "已记下，马上算数" in family.post("/consent/choice", **said, code=code).text
    assert standing(world) == "yes"
    assert "同意已经撤回" in family.post("/consent/take-back", code=code).text
    assert standing(world) == "no"


def test_a_family_that_closed_the_page_asks_for_its_data_and_reads_how_that_stands(family, world):
    code = code_in(choose(family, "close"))
    asked = family.post("/ask", code=code, kind="copy")
    assert asked.status_code == 200
    token = TOKEN.search(asked.text)[1]
    page = family.post("/asked", code=code, kind="copy", token=token).text
    assert "要一份资料" in page
    assert "待核实" in page
    with reading() as session:
        each = session.scalars(select(FamilyRequest)).one()
        assert (each.student_id, each.kind, each.source) == (world.students[STUDENT], "copy", "link")
    assert "待核实" in family.post("/answer", code=code).text


def test_an_answer_that_comes_after_all_has_a_code_of_its_own_and_both_hold(family):
    first = code_in(choose(family, "close"))
    second = family.answer(who="mother", text="食堂的汤常是凉的")
    assert first != second
    assert "食堂的汤常是凉的" in family.post("/answer", code=second).text
    page = family.post("/answer", code=first).text
    assert "食堂的汤常是凉的" not in page  # it opens what it was given for
    assert "记录家访内容：不同意" in page


def test_the_code_of_a_closed_page_outlives_the_links_days(family, world):
    code = code_in(choose(family, "close"))
    with transaction() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.id == word_of(session).ticket_id)).one()
        ticket.expires_on = date(2026, 1, 1)
        note_change(session, RowChange(ticket.school_id, "ticket", ticket.id, ticket.rev, ()))
    gone = family.see()
    assert gone.status_code == 410
    assert "有查询码的，从这里" in gone.text
    assert "记录家访内容：不同意" in family.post("/answer", code=code).text


def word_of(session):
    return session.scalars(select(Consent).where(Consent.channel == "page")).one()


def test_a_link_on_which_nobody_chose_does_not_say_that_a_family_that_signed_on_paper_has_not_read_it(family, world):
    with transaction() as session:
        signed = consents.Word(world.students[STUDENT], "father", {"record": True}, "paper", "signed")
        consents.say(session, signed)
    page = family.post("/answer", code=family.answer(who="mother")).text
    assert "这个链接上还没有选过" in page
    assert "还没有看过" not in page
