"""电话代填: kept once, marked wherever it is shown, read by the family with its code."""

import re

import pytest
from sqlalchemy import select

from server.accounts.models import AccessLog
from server.confidence.models import Report
from server.db import reading
from server.feedback.models import Feedback, Ticket
from server.suggestions.models import Suggestion
from tests.server.feedback.families import Family

PAGE = "/school/feedback/phone"
TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')
SAID = {"who": "grandparent", "visit_happened": "agreed", "overall": "satisfied", "visible_to": "school"}


@pytest.fixture
def call(desk, world):
    """Give a way to fill the form in: `call(…)`, for a child of class 1/0 and its 班主任."""
    here = f"{PAGE}?class={world.classes['1/0']}"

    def send(token=None, **said):
        token = TOKEN.search(desk.get(here).text)[1] if token is None else token
        whom = {"student_id": world.students["1/0/3"], "staff_id": world.staff["t101"]}
        return desk.post(here, **{**SAID, **whom, **said, "token": token})

    return send


def kept() -> list[Feedback]:
    with reading() as session:
        return list(session.scalars(select(Feedback)))


def test_the_class_is_asked_first_and_then_its_children_and_teachers(desk, world):
    assert "七年级1班" in desk.get(PAGE).text
    page = desk.get(f"{PAGE}?class={world.classes['1/0']}").text
    assert "学生103" in page
    assert "学生110" not in page
    assert page.index("老师t_011（班主任）") < page.index("老师t_021")
    assert "five_no" not in page


def test_it_is_kept_for_the_child_and_marked_wherever_it_is_shown(app, desk, world, call):
    done = call(text="接送的车太多")
    assert done.status_code == 200
    (each,) = kept()
    assert (each.student_id, each.entered_by) == (world.students["1/0/3"], world.staff["desk1"])
    with reading() as session:
        told = session.scalars(select(Suggestion.id)).one()
        logged = session.scalars(select(AccessLog.subject).where(AccessLog.action == "answer_by_phone")).all()
    assert logged == [f"student:{world.students['1/0/3']}"]
    code = re.search(r'class="key"[^>]*>(\d{4} \d{4})<', done.text)[1]
    family = Family(app, re.search(r"/f/[A-Za-z0-9_-]{22}", done.text)[0])
    own = family.post("/answer", code=code).text
    assert "接送的车太多" in own
    for page in (own, desk.get("/school/feedback").text, desk.get(f"/school/feedback/{each.id}").text):
        assert "电话代填" in page.replace('href="/school/feedback/phone">电话代填', "")
    assert "电话代填" in desk.get(f"/school/suggestions/{told}").text


def test_the_same_form_sent_twice_is_one_answer(desk, world, call):
    token = TOKEN.search(desk.get(f"{PAGE}?class={world.classes['1/0']}").text)[1]
    codes = {re.search(r"\d{4} \d{4}", call(token).text)[0] for _ in range(2)}
    assert len(codes) == len(kept()) == 1


@pytest.mark.parametrize(
    "wrong", [{"student_id": ""}, {"who": ""}, {"overall": "x"}, {"text": "长" * 301}, {"staff_id": "x"}]
)
def test_what_is_missing_is_said_and_nothing_is_lost(call, wrong):
    page = call(**{"text": "写了很久", **wrong})
    assert page.status_code == 422
    assert wrong.get("text", "写了很久") in page.text
    with reading() as session:
        assert session.scalars(select(Ticket)).all() == []


def test_a_form_without_its_token_comes_back_with_a_fresh_one(call):
    page = call("forged", text="写了很久")
    assert page.status_code == 400
    assert "写了很久" in page.text
    assert kept() == []


def test_another_schools_child_teacher_or_class_is_not_taken(desk, other_desk, world, call):
    assert call(student_id=world.students["2/0/0"]).status_code == 422
    assert call(staff_id=world.staff["t201"]).status_code == 422
    assert other_desk.get(f"{PAGE}?class={world.classes['1/0']}").status_code == 404
    assert kept() == []


def test_words_of_danger_show_the_numbers_at_once(call):
    assert "12356" in call(text="孩子说不想活了").text


def test_what_breaks_the_five_cannot_be_reported_through_somebody_else(call):
    call(five_no=["1"], five_no_text="让我们开车去接")
    with reading() as session:
        assert session.scalars(select(Report)).all() == []
