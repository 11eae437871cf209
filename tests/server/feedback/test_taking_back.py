"""What taking an answer back takes away: all of it, but for words that somebody works on already."""

from datetime import date

import pytest
from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.db import reading
from server.feedback.models import Feedback
from server.suggestions import work
from server.suggestions.service import last_done
from tests.server.feedback.families import Family, tickets_of
from tests.server.suggestions.told import all_of


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
