"""五不准 on a family's page: told to whoever handles it, shown to its writer alone, and nowhere a trace for anybody else."""

import re

import pytest
from sqlalchemy import select

from server.confidence.models import Report
from server.db import RowChange, note_change, reading, transaction
from server.feedback.models import Feedback
from server.suggestions.models import Suggestion
from server.times import utc_now
from tests.server.feedback.families import Family, code_in, tickets_of


@pytest.fixture
def family(app, client, world):
    return Family(app, tickets_of(client, world)[0]["link"])


def reports() -> list[Report]:
    with reading() as session:
        return list(session.scalars(select(Report)))


def test_a_report_is_kept_once_and_nothing_else_tells_of_it(family, world):
    token = family.token()
    said = {"five_no": ["1", "3"], "five_no_text": "让我们开车去接", "text": "谢谢老师"}
    first, again = family.send(token, **said), family.send(token, **said)
    assert "保密反映已收到" in first.text
    assert code_in(first) == code_in(again)
    (kept,) = reports()
    assert (kept.reasons, kept.text) == (["1", "3"], "让我们开车去接")
    assert world.staff["t101"] in kept.about_staff
    with reading() as session:
        others = [str(vars(row)) for model in (Feedback, Suggestion) for row in session.scalars(select(model))]
    assert not any("开车" in row or kept.id in row for row in others)


def test_a_number_left_with_a_report_alone_reaches_its_handler_and_not_the_office(family):
    token, said = family.token(), {"five_no": ["3"], "five_no_text": "收了红包", "text": " ", "contact": "13912345678"}
    code = code_in(family.send(token, **said))
    assert code_in(family.send(token, **said)) == code
    assert reports()[0].text == "收了红包\n电话：13912345678"
    with reading() as session:
        each = session.scalars(select(Feedback)).one()
        assert (each.contact, each.contact_forgotten, each.rev) == (None, False, 1)
    assert "139" not in family.post("/edit", code=code).text


def test_a_number_is_the_handlers_also_where_nothing_was_written_beside_the_ticks(family):
    family.answer(five_no=["3"], contact="13912345678")
    assert reports()[0].text == "电话：13912345678"


def test_a_number_left_with_words_or_without_a_report_stays_the_offices(family):
    token = family.token()
    for said in ({"text": ""}, {"text": "谢谢", "five_no": ["3"], "five_no_text": "收了红包"}):
        code_in(family.send(token, contact="13912345678", **said))
        with reading() as session:
            assert session.scalars(select(Feedback.contact)).one() == "13912345678"
    assert reports()[0].text == "收了红包"


def test_a_report_added_when_the_form_is_sent_again_takes_the_number_from_the_office(family):
    token = family.token()
    code_in(family.send(token, contact="13912345678"))
    code_in(family.send(token, contact="13912345678", five_no=["3"], five_no_text="收了红包"))
    with reading() as session:
        assert session.scalars(select(Feedback.contact)).one() is None
    assert reports()[0].text.endswith("电话：13912345678")


@pytest.mark.parametrize(("to", "circle"), [("ethics", "ethics"), ("centre", "centre")])
def test_the_family_says_who_reads_it(family, to, circle):
    family.answer(five_no=["3"], five_no_text="收了红包", five_no_to=to)
    assert reports()[0].circle == circle


@pytest.mark.parametrize("ticked", [{}, {"five_no_reply": "y"}])
def test_a_reply_is_wanted_only_where_it_is_asked_for(family, ticked):
    family.answer(five_no=["3"], **ticked)
    assert reports()[0].reply_wanted is bool(ticked)


def test_without_a_report_nothing_is_kept_and_nothing_said(family):
    assert "保密" not in family.send(text="谢谢").text
    assert reports() == []


def test_the_page_never_shows_a_report_again(family):
    code = family.answer(five_no=["3"], five_no_text="收了红包")
    for page in (family.see(), family.post("/answer", code=code), family.post("/edit", code=code)):
        assert "红包" not in page.text


def test_its_handler_asks_one_question_and_the_writer_answers_with_the_code(family):
    code = family.answer(five_no=["3"], five_no_text="收了红包")
    with transaction() as session:
        session.scalars(select(Report)).one().question = "大概是哪一天？"
    asked = family.post("/answer", code=code).text
    assert "大概是哪一天" in asked
    assert re.search(r"<textarea[^>]*></textarea>", asked)
    assert "大概是哪一天" not in family.see().text
    assert "收到了" in family.post("/question", code=code, words="上周三").text
    assert reports()[0].answer == "上周三"
    assert "大概是哪一天" not in family.post("/answer", code=code).text


def test_the_handlers_reply_is_read_with_the_code_alone(family):
    code = family.answer(five_no=["3"], five_no_text="收了红包")
    with transaction() as session:
        session.scalars(select(Report)).one().reply = "已退还并谈话"
    assert "已退还并谈话" in family.post("/answer", code=code).text
    assert "已退还并谈话" not in family.see().text


@pytest.mark.parametrize("gone", ["taken_back", "erased"])
def test_a_report_goes_its_way_when_the_answer_is_gone_and_its_writer_reads_on_with_the_code(family, gone):
    code = family.answer(five_no=["3"], five_no_text="收了红包", text="谢谢老师")
    if gone == "taken_back":
        assert family.post("/take-back", code=code, sure="y").status_code == 200
    else:
        with transaction() as session:
            each = session.scalars(select(Feedback)).one()
            each.state, each.text, each.answers, each.code_hash = "erased", "", {}, ""
            note_change(session, RowChange(each.school_id, "feedback", each.id, each.rev, ()))
    with transaction() as session:
        session.scalars(select(Report)).one().question = "大概是哪一天？"
    page = family.post("/answer", code=code).text
    assert "大概是哪一天" in page
    assert "谢谢老师" not in page
    assert "撤回以后" not in page
    assert "收到了" in family.post("/question", code=code, words="上周三").text
    assert reports()[0].answer == "上周三"
    assert family.post("/answer", code="00000000").status_code == 422
    assert family.post("/edit", code=code).status_code == 422


def test_once_a_report_is_handled_the_page_of_an_erased_answer_does_not_say_that_it_goes_on(family):
    code = family.answer(five_no=["3"], five_no_text="收了红包", text="谢谢老师")
    with transaction() as session:
        each = session.scalars(select(Feedback)).one()
        each.state, each.text, each.answers, each.code_hash = "erased", "", {}, ""
        note_change(session, RowChange(each.school_id, "feedback", each.id, each.rev, ()))
    page = family.post("/answer", code=code).text
    assert "保密反映还在办理" in page
    assert "<b>已收到</b>" in page
    with transaction() as session:
        session.scalars(select(Report)).one().done_at = utc_now()
    page = family.post("/answer", code=code).text
    assert "日已处理" in page
    assert "还在办理" not in page
    assert "<b>已收到</b>" not in page
