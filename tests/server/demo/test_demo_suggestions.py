"""The demo's suggestions stand in every state, through the real services; nothing of them is wrong to show."""

import pytest
from sqlalchemy import select

from server.accounts.duties import actor_today
from server.accounts.models import Duty, Staff
from server.db import reading
from server.schools.models import School
from server.suggestions import board
from server.suggestions.models import Suggestion


@pytest.fixture(params=["sqlite"])
def config(config):
    """The services are tried on both databases: one is enough for what the demo says with them."""
    return config


def test_there_are_some_in_every_state_and_circle(demo):
    with reading() as session:
        for school_id in session.scalars(select(School.id)):
            desk = _desk_of(session, school_id)
            counted = board.counts(session, desk)
            assert set(counted) == {"new", "working", "late", "answered", "closed"}
            assert len(board.urgent_lines(session, desk)) == 1
            rows = session.scalars(select(Suggestion).where(Suggestion.school_id == school_id)).all()
            assert {each.circle for each in rows} == {"school", "ethics", "centre"}
            assert sum(each.up_since is not None for each in rows) == 1
            assert {"visit", "box", "link"} <= {each.source for each in rows}


def _desk_of(session, school_id):
    at_desk = select(Staff.id).join(Duty, Duty.staff_id == Staff.id).where(Duty.kind == "desk")
    return actor_today(session, session.scalars(at_desk.where(Staff.school_id == school_id)).first())
