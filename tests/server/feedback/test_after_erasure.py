"""After a family was erased no link of it takes a word: not by a form that was open before, not on paper."""

import pytest
from sqlalchemy import bindparam, select

from server.accounts.devices import actor_of_token
from server.db import reading, transaction
from server.families.models import FamilyRequest
from server.feedback import handed_out
from server.feedback.links import link_of
from server.feedback.models import Feedback, Ticket
from server.schools.models import Student
from server.suggestions.models import Suggestion
from server.sync import erasure
from server.visits.moving import move_student
from tests.server.feedback.families import TOKEN, Family, tickets_of, visit_with
from tests.server.office.asking import ask
from tests.server.sync.phone import Phone, edit

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


@pytest.fixture
def void_then_right(client, world):
    """Write a visit for the wrong child, void it, and write it again for the right one, with the same code."""

    def run(ticket):
        wrong, right = visit_with(world, ticket), visit_with(world, ticket, "1/0/2")
        Phone(client, world, "t101").push(wrong, edit(wrong["record"], {"void_reason": (None, "写错了人")}), right)

    return run


def test_what_another_family_answered_on_a_code_that_a_void_visit_named_too_stays_theirs(
    app, client, world, erase, void_then_right
):
    ticket = tickets_of(client, world)[0]
    void_then_right(ticket["id"])
    family = Family(app, ticket["link"])
    code = family.answer(text="请多布置阅读", contact="13912345678")
    asked = ask(family, code, "correct", words="电话错了")
    assert asked.status_code == 200
    erase()
    (kept,) = answers()
    assert (kept.state, kept.text, kept.student_id) == ("live", "请多布置阅读", world.students["1/0/2"])
    with reading() as session:
        assert session.scalars(select(Suggestion.content)).one() == "请多布置阅读"
        assert session.scalars(select(FamilyRequest.state)).one() == "new"
    assert "学校已经收到了" in family.see().text
    assert "请多布置阅读" in family.post("/edit", code=code).text


def test_a_code_that_a_void_visit_named_too_still_takes_the_other_familys_answer(
    app, client, world, erase, void_then_right
):
    ticket = tickets_of(client, world)[0]
    void_then_right(ticket["id"])
    erase()
    assert Family(app, ticket["link"]).answer(text="请多布置阅读")
    assert [each.student_id for each in answers()] == [world.students["1/0/2"]]


@pytest.mark.parametrize("answered_before", [True, False])
def test_a_colleagues_visit_that_only_copied_a_code_takes_no_answer_with_it(app, client, world, erase, answered_before):
    ticket = tickets_of(client, world)[0]
    Phone(client, world, "t102").push(visit_with(world, ticket["id"]))
    family = Family(app, ticket["link"])
    if answered_before:
        family.answer(text="请多布置阅读")
    erase()
    if not answered_before:
        family.answer(text="请多布置阅读")
    Phone(client, world, "t101").push(visit_with(world, ticket["id"], "1/0/2"))
    assert [(each.text, each.student_id) for each in answers()] == [("请多布置阅读", world.students["1/0/2"])]


@pytest.mark.parametrize("login", ["t101", "t102"])
def test_the_code_of_whoever_went_along_ends_with_the_visit(app, client, world, erase, login):
    ticket = tickets_of(client, world, login)[0]
    visit = visit_with(world, ticket["id"], visitors=[world.staff["t101"], world.staff["t102"]])
    Phone(client, world, "t101").push(visit)
    for _ in range(2):  # an erasure done again changes nothing
        erase()
    assert "资料已删除" in Family(app, ticket["link"]).see().text


def test_an_answer_that_lost_its_child_as_it_went_to_another_school_goes_with_the_family(family, world, erase):
    family.answer(text="我家学生100想换座位")
    with transaction() as session:
        move_student(session, world.students["1/0/0"], world.classes["2/0"])
    assert [each.student_id for each in answers()] == [None]
    erase()
    assert [(each.state, each.text) for each in answers()] == [("erased", "")]


def test_an_answer_to_a_code_of_whoever_went_along_once_and_was_taken_out_goes_with_the_visit(
    app, client, world, erase
):
    ticket, phone = tickets_of(client, world, "t102")[0], Phone(client, world, "t101")
    visit = visit_with(world, ticket["id"], visitors=[world.staff["t101"], world.staff["t102"]])
    phone.push(visit)
    Family(app, ticket["link"]).answer(text="我家学生100想换座位")
    phone.push(edit(visit["record"], members={"visitors": {"add": [], "remove": [world.staff["t102"]]}}))
    assert [each.student_id for each in answers()] == [None]
    erase()
    assert [(each.state, each.text) for each in answers()] == [("erased", "")]
