"""After a family was erased no link of it takes a word: not by a form that was open before, not on paper."""

import pytest
from sqlalchemy import bindparam, select

from server.accounts.devices import actor_of_token
from server.db import reading, transaction
from server.feedback import handed_out
from server.feedback.links import link_of
from server.feedback.models import Feedback, Ticket
from server.schools.models import Student
from server.sync import erasure
from tests.server.feedback.families import TOKEN, Family, tickets_of, visit_with
from tests.server.sync.phone import Phone

THEIRS = select(Ticket.id).where(Ticket.student_id == bindparam("child"))


@pytest.fixture
def erase(world):
    def run():
        with transaction() as session:
            erasure.erase_student(session, world.students["1/0/0"], None)

    return run


@pytest.fixture
def family(app, client, world):
    ticket = tickets_of(client, world)[0]
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    return Family(app, ticket["link"])


def answers():
    with reading() as session:
        return session.scalars(select(Feedback)).all()


def test_a_form_that_was_open_before_the_erasure_is_not_taken_after_it(family, erase):
    token = family.token()
    erase()
    refused = family.send(token, text="我家学生100想换座位", contact="13912345678")
    assert refused.status_code == 410
    assert "资料已删除" in refused.text
    assert answers() == []


def test_a_consent_that_was_open_before_the_erasure_is_not_taken_after_it(family, world, erase):
    token = TOKEN.search(family.post("/consent", who="mother").text)[1]
    erase()
    refused = family.post("/consent/choice", token=token, who="mother", choice="agree", uses=["record"])
    assert refused.status_code == 410
    with reading() as session:
        assert session.get(Student, world.students["1/0/0"]).may_record == "unknown"


@pytest.mark.parametrize("opened_before", [True, False])
def test_a_letter_on_paper_ends_with_the_erasure(app, world, erase, opened_before):
    handed_out.make_sheet(actor_of_token(world.tokens["desk1"]), world.classes["1/0"])
    with reading() as session:
        family = Family(app, link_of(session.scalars(THEIRS, {"child": world.students["1/0/0"]}).one()))
    token = family.token()
    erase()
    page = family.send(token, text="我是学生100的妈妈") if opened_before else family.see()
    assert page.status_code == 410
    assert "资料已删除" in page.text
    assert answers() == []


@pytest.mark.parametrize("gone", ["taken_back", "erased"])
def test_of_an_answer_that_is_gone_no_code_says_what_it_was_about_or_for_whom(family, erase, gone):
    code = family.answer(
        text="汤是凉的", text_kind="problem", topic="safety", visible_to="centre", visit_happened="not"
    )
    if gone == "taken_back":
        family.post("/take-back", code=code, sure="y")
    else:
        erase()
    (kept,) = answers()
    assert (kept.answers, kept.text, kept.text_kind, kept.topic, kept.visible_to) == ({}, "", "", "", "")
