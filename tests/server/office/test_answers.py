"""家长反馈: what the office reads of families' answers, and what it does not."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.accounts.models import AccessLog
from server.db import reading, transaction
from server.feedback import answers, contacts
from server.feedback.joining import audience, tell
from server.feedback.models import Feedback
from server.suggestions import work
from server.suggestions.models import Suggestion
from server.suggestions.service import last_done
from server.times import utc_now
from tests.server.feedback.families import Family, tickets_of, visit_with
from tests.server.sync.phone import Phone

PAGE = "/school/feedback"
NUMBER = "13912345678"


@pytest.fixture
def families(app, client, world):
    """Give eight families with a link each, all from one teacher's phone."""
    return [Family(app, each["link"]) for each in tickets_of(client, world)[:8]]


@pytest.fixture
def family(families):
    return families[0]


def answer_id() -> str:
    with reading() as session:
        return session.scalars(select(Feedback.id)).one()


def numbers() -> list[str | None]:
    with reading() as session:
        return [*session.scalars(select(Feedback.contact)), *session.scalars(select(Suggestion.contact))]


def test_an_answer_stands_there_before_and_after_its_visit(client, world, desk, family):
    family.answer(know_child="partly", next_form=["phone", "video"])
    assert "还没有对上家访" in desk.get(PAGE).text
    visit = visit_with(world, tickets_of(client, world)[0]["id"])
    Phone(client, world, "t101").push(visit)
    assert "学生100" in desk.get(PAGE).text
    of_visit = desk.get(f"/school/visits/{visit['record'].removeprefix('visit:')}").text
    assert f"{PAGE}/{answer_id()}" in of_visit
    page = desk.get(f"{PAGE}/{answer_id()}").text
    for words in ("来过，提前约好", "母亲", "部分", "电话、视频", "看这次家访"):
        assert words in page
    with reading() as session:
        seen = session.scalars(select(AccessLog.subject).where(AccessLog.subject.like("feedback:%"))).all()
    assert set(seen) == {f"feedback:{world.schools[1]}", f"feedback:{answer_id()}"}


def test_another_school_finds_nothing(desk, other_desk, family):
    family.answer()
    assert "还没有反馈" in other_desk.get(PAGE).text
    for method, path in (("get", ""), ("post", "/checked"), ("post", "/called")):
        assert getattr(other_desk, method)(f"{PAGE}/{answer_id()}{path}").status_code == 404


def test_that_the_teacher_did_not_come_waits_at_the_top_until_it_was_looked_into(desk, family):
    code = family.answer(visit_happened="not")
    assert "先核实，不要先问老师" in desk.get(PAGE).text
    desk.post(f"{PAGE}/{answer_id()}/checked")
    assert "先核实" not in desk.get(PAGE).text
    assert "核实过了" in desk.get(f"{PAGE}/{answer_id()}").text
    family.post("/change", code=code, who="mother", visit_happened="agreed", overall="not")
    family.post("/change", code=code, who="mother", visit_happened="not", overall="not")
    assert "先核实" in desk.get(PAGE).text


def test_a_report_in_confidence_changes_no_byte(app, client, world, desk, families):
    """The first family reports nothing, the second does and leaves a number for it: their answers read the same."""
    reported = {"five_no": ["1"], "five_no_text": "让我们开车去接", "contact": NUMBER}
    for family, more in zip(families, ({}, reported), strict=False):
        family.answer(**more)
    with reading() as session:
        first, second = session.scalars(select(Feedback.id).order_by(Feedback.id)).all()
    with transaction() as session:
        one, two = session.get_one(Feedback, first), session.get_one(Feedback, second)
        two.sent_at = one.sent_at
        two.rev += 1
        tell(session, two, audience(two))
    pages = [desk.get(f"{PAGE}/{id_}").text.replace(id_, "") for id_ in (first, second)]
    assert without_tokens(pages[0]) == without_tokens(pages[1])
    assert "接送" not in desk.get(PAGE).text


def without_tokens(page: str) -> str:
    return re.sub(r'value="[^"]+"', "", page)


@pytest.mark.parametrize(
    "said",
    [
        {"text": "学校的钟走得慢", "visible_to": "centre", "contact": NUMBER},
        {"text": "老师t_011老师总迟到", "text_kind": "problem", "contact": NUMBER},
    ],
)
def test_words_that_are_not_the_offices_are_not_even_mentioned(desk, family, said):
    family.answer(**said)
    for page in (desk.get(PAGE).text, desk.get(f"{PAGE}/{answer_id()}").text):
        assert "写了话" not in page
        assert "想对学校说的话" not in page
        assert NUMBER not in page


def test_words_lead_to_where_they_are_worked_on_and_the_reply_forgets_the_number(desk, world, family):
    family.answer(text="放学门口车太多", contact=NUMBER)
    page = desk.get(f"{PAGE}/{answer_id()}").text
    with reading() as session:
        suggestion = session.scalars(select(Suggestion.id)).one()
        seen = last_done(session, suggestion)
    assert f"/school/suggestions/{suggestion}" in page
    assert NUMBER in page
    work.answer(actor_of_token(world.tokens["desk1"]), suggestion, seen, work.Reply("已改走东门", "page"))
    assert numbers() == [None, None]
    assert NUMBER not in desk.get(f"{PAGE}/{answer_id()}").text


def test_a_number_without_words_goes_once_it_was_called_or_after_half_a_year(desk, families):
    families[0].answer(contact=NUMBER)
    assert NUMBER in desk.get(f"{PAGE}/{answer_id()}").text
    assert desk.post(f"{PAGE}/{answer_id()}/called").status_code == 303
    assert numbers() == [None]
    families[1].answer(contact=NUMBER)
    with transaction() as session:
        assert contacts.forget_old(session, utc_now() + timedelta(days=100)) == 0
        assert contacts.forget_old(session, utc_now() + timedelta(days=200)) == 1
    assert numbers() == [None, None]


def test_figures_are_the_schools_and_masked_while_they_are_few(desk, families):
    for family in families[:4]:
        family.answer()
    assert "100%" not in desk.get(PAGE).text
    families[4].answer(visit_happened="not", overall="not")
    assert desk.get(PAGE).text.count("80%") == 2


def test_the_list_is_narrowed_by_class_teacher_and_day(client, world, desk, families):
    ids = [each["id"] for each in tickets_of(client, world)]
    families[0].answer()
    Phone(client, world, "t101").push(visit_with(world, ids[0]))
    here, there = world.classes["1/0"], world.classes["1/1"]
    assert "学生100" in desk.get(f"{PAGE}?class={here}&teacher={world.staff['t101']}").text
    for asked in (f"class={there}", f"teacher={world.staff['t102']}", "from=2999-01-01", "to=2020-01-01"):
        assert "没有合这些条件的" in desk.get(f"{PAGE}?{asked}").text
    assert desk.get(f"{PAGE}?class=x&from=y").status_code == 200


def test_what_was_taken_back_is_gone(desk, family):
    code = family.answer()
    id_ = answer_id()
    family.post("/take-back", code=code, sure="y")
    assert "还没有反馈" in desk.get(PAGE).text
    assert desk.get(f"{PAGE}/{id_}").status_code == 404


def test_the_list_has_pages(desk, families, monkeypatch):
    monkeypatch.setattr(answers, "PAGE_ROWS", 3)
    for family in families[:5]:
        family.answer()
    first = desk.get(PAGE).text
    after = first.split("after=")[1].split('"')[0]
    rest = desk.get(f"{PAGE}?after={after}").text
    assert first.count('class="case"') == 3
    assert rest.count('class="case"') == 2
    assert "后面的" not in rest
