"""What taking an answer back takes away: all of it, but for words that somebody works on already."""

from datetime import date

import pytest
from sqlalchemy import delete, select

from server.accounts.devices import actor_of_token
from server.consents.models import Consent
from server.db import reading, transaction
from server.feedback.models import Feedback
from server.schools.models import Student
from server.suggestions import work
from server.suggestions.service import last_done
from tests.server.feedback.families import CHOSE, TOKEN, Family, tickets_of
from tests.server.office.asking import joined_family
from tests.server.suggestions.told import all_of
from tests.server.sync.phone import Phone


@pytest.fixture
def family(app, client, world):
    return Family(app, tickets_of(client, world)[0]["link"])


@pytest.mark.parametrize("begun", [False, True])
def test_what_is_taken_back_goes_as_the_page_said_and_the_number_at_once(world, family, begun):
    code = family.answer(text="我家孩子怕黑", contact="13912345678")
    (each,) = all_of()
    if begun:
        with reading() as session:
            seen = last_done(session, each.id)
        handed = work.HandOut("处", world.staff["t103"], date(2030, 1, 15))
        work.hand_out(actor_of_token(world.tokens["desk1"]), each.id, seen, handed)
    said = "已经有人在办的，办的人还看得到原话"
    assert said in family.post("/answer", code=code).text
    assert "办的人还看得到原话" in family.post("/take-back", code=code, sure="y").text
    (each,) = all_of()
    assert (each.content, each.contact) == ("我家孩子怕黑" if begun else "", None)
    with reading() as session:
        kept = session.scalars(select(Feedback)).one()
    assert (kept.state, kept.text, kept.contact) == ("withdrawn", "", None)


def test_consent_and_requests_are_the_familys_after_its_answer_was_taken_back(app, client, world):
    family, _ = joined_family(app, client, world, Phone(client, world, "t101"))
    with transaction() as session:
        student = world.students["1/0/0"]
        session.execute(delete(Consent).where(Consent.student_id == student))
    token = TOKEN.search(family.post("/consent", who="mother").text)[1]
    chosen = family.post("/consent/choice", token=token, who="mother", choice="agree", uses=["record"])
    code = family.answer(text="放学门口车太多", chose=CHOSE.search(chosen.text)[1])
    family.post("/take-back", code=code, sure="y")
    page = family.post("/answer", code=code)
    assert page.status_code == 200
    assert "这份反馈已经撤回" in page.text
    assert "放学门口" not in page.text
    assert family.post("/edit", code=code).status_code == 422
    assert "撤回同意" in page.text
    family.post("/consent/take-back", code=code)
    with reading() as session:
        assert session.get_one(Student, student).may_record == "no"
    asked = family.post("/ask", code=code, kind="delete")
    assert asked.status_code == 200
    assert TOKEN.search(asked.text)
