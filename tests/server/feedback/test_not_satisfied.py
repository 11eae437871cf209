"""不满意: the school does it once more, and the family's page goes on saying what was replied."""

import pytest
from sqlalchemy import select, update

from server.db import reading, transaction
from server.feedback.models import Feedback
from server.feedback.pages import china_day
from server.suggestions.models import Suggestion
from server.times import utc_now
from tests.server.feedback.families import Family, tickets_of
from tests.server.suggestions.test_work import Office


@pytest.fixture
def family(app, client, world):
    return Family(app, tickets_of(client, world)[0]["link"])


def test_a_dissatisfied_writer_has_it_opened_again_once(family):
    code = family.answer(text="放学门口车太多")
    with transaction() as session:
        session.execute(update(Suggestion).values(reply="知道了", replied_at=utc_now(), closed_at=utc_now()))
    family.post("/rate", code=code, rating="not")
    with reading() as session:
        assert session.scalars(select(Suggestion.reopened)).one()
    assert family.post("/rate", code=code, rating="not").status_code == 200


def test_the_reply_stays_on_the_page_while_the_school_does_it_once_more(app, family):
    code, office = family.answer(text="放学门口车太多"), Office(app, "desk1")
    with reading() as session:
        id_ = session.scalars(select(Suggestion.id)).one()
    office.do(id_, "reply", reply="请走东门", reply_way="page")
    family.post("/rate", code=code, rating="not")
    page, today = family.post("/answer", code=code).text, china_day(utc_now())
    assert "请走东门" in page
    assert f"第1中学　{today}" in page
    assert f"{today}您选了“不满意”，学校正在再办一次" in page
    assert "请走东门" not in family.see().text
    office.do(id_, "reply", reply="校车改停西门", reply_way="page")
    page = family.post("/answer", code=code).text
    assert "校车改停西门" in page
    assert "正在再办一次" not in page


def test_what_the_school_has_answered_is_not_replaced_after_it_was_opened_again(family):
    code = family.answer(text="第一版")
    assert "改一改" in family.post("/answer", code=code).text
    with transaction() as session:
        session.execute(update(Suggestion).values(reply="知道了", replied_at=utc_now(), begun_at=utc_now()))
    family.post("/rate", code=code, rating="not")
    assert "改一改" not in family.post("/answer", code=code).text
    late = family.post("/change", code=code, who="father", visit_happened="agreed", overall="mostly", text="第二版")
    assert (late.status_code, "第二版" in late.text) == (409, True)
    with reading() as session:
        assert session.scalars(select(Feedback.text)).one() == "第一版"
