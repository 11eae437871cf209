"""The demo's families have answered: each about a visit that there is, and one of a school says that nobody came."""

import pytest
from sqlalchemy import select

from server.accounts.duties import actor_today
from server.accounts.models import Staff
from server.db import reading
from server.demo.answers import A_SCHOOL, NOT_COME
from server.feedback import answers
from server.feedback.answers import Wanted


@pytest.fixture(params=["sqlite"])
def config(config):
    """The services are tried on both databases: one is enough for what the demo says with them."""
    return config


def test_every_school_has_answers_of_its_own_children(demo):
    with reading() as session:
        for login in ("desk1", "desk2"):
            desk = actor_today(session, session.scalars(select(Staff.id).where(Staff.login == login)).one())
            lines = answers.page_of(session, desk, desk.school_id, Wanted()).lines
            assert len(lines) == A_SCHOOL
            assert all(each.joined and each.child and each.class_name for each in lines)
            assert len(answers.to_check(session, desk, desk.school_id)) == NOT_COME
            assert answers.figures_of(session, desk, desk.school_id, Wanted()).confirmed is not None
