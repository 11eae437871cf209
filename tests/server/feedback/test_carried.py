"""What a link cannot take any more is shown to its writer, and goes to the school's box at a tap."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from server.confidence.models import Report
from server.db import RowChange, note_change, reading, transaction
from server.feedback.opening import find_ticket
from server.suggestions.models import Suggestion
from tests.server.feedback.families import Family, tickets_of

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')


@pytest.fixture(params=["sqlite"])
def config(config):
    """What these pages stand on is tried on both databases by its own tests."""
    return config


@pytest.fixture
def family(app, client, world):
    return Family(app, tickets_of(client, world)[0]["link"])


def used_up(family):
    family.answer(text="父亲写的")


def run_out(family):
    with transaction() as session:
        ticket = find_ticket(session, family.link.rpartition("/")[2])
        ticket.expires_on = date(2020, 1, 1)
        note_change(session, RowChange(ticket.school_id, "ticket", ticket.id, 2, ()))


@pytest.mark.parametrize(("ended", "status"), [(used_up, 409), (run_out, 410)])
def test_words_and_a_report_that_came_too_late_are_shown_and_carried_to_the_box(client, world, family, ended, status):
    token = family.token()  # two of the family opened the link before either had sent
    ended(family)
    late = family.send(
        token,
        text="食堂的汤常是凉的",
        topic="safety",
        five_no=["3"],
        five_no_text="体育老师收了烟",
        five_no_to="centre",
    )
    assert late.status_code == status
    assert "食堂的汤常是凉的" in late.text
    assert "看查询码" not in late.text
    carried = dict(HIDDEN.findall(late.text))
    box = f"/box/{world.schools[1]}"
    form = client.post(f"{box}/carry", data=carried)
    assert form.status_code == 200
    assert "食堂的汤常是凉的" in form.text
    assert "体育老师收了烟" in form.text
    with reading() as session:
        assert not session.scalar(select(Suggestion).where(Suggestion.source == "box"))  # not before its writer says so
    assert client.post(box, data={**carried, "token": TOKEN.search(form.text)[1]}).status_code == 200
    with reading() as session:
        words = session.scalars(select(Suggestion).where(Suggestion.source == "box")).one()
        report = session.scalars(select(Report).where(Report.source == "box")).one()
    assert (words.content, words.topic) == ("家访：来过，提前约好，满意。\n食堂的汤常是凉的", "safety")
    assert (report.text, report.circle, report.reasons) == ("体育老师收了烟", "centre", ["3"])


def test_a_late_answer_of_ticks_alone_is_put_into_words_to_carry(family):
    token = family.token()
    used_up(family)
    late = family.send(token, visit_happened="not", overall="not")
    assert dict(HIDDEN.findall(late.text))["text"] == "家访：没来，不满意。"
    assert "没有收在这个链接里" in late.text
