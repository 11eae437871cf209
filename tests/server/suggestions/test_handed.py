"""Whoever something was handed to learns on the phone that it waits, and until when; nobody else does, and never its words."""

from datetime import date

import pytest

from server.accounts.duties import actor_today
from server.db import reading
from server.suggestions import work
from server.suggestions.service import last_done
from tests.server.suggestions.told import tell
from tests.server.sync.phone import Phone

DUE = date(2026, 10, 30)


def actor(world, login):
    with reading() as session:
        return actor_today(session, world.staff[login])


@pytest.fixture
def office(app, world):
    return actor(world, "desk1")


def seen(id_):
    with reading() as session:
        return last_done(session, id_)


def hand_out(office, id_, owner_id):
    work.hand_out(office, id_, seen(id_), work.HandOut("总务处", owner_id, DUE))


def waiting(client, world, login):
    rows = Phone(client, world, login).rows()
    return [row for (kind, _), row in rows.items() if kind == "handed" and row["waits"]]


def test_it_waits_on_the_phone_of_whoever_it_was_handed_to_until_it_is_answered(client, world, office):
    id_ = tell(world, "食堂的菜有点凉").id
    assert waiting(client, world, "t101") == []
    hand_out(office, id_, world.staff["t101"])
    assert waiting(client, world, "t101") == [{"id": id_, "waits": True, "due": DUE.isoformat()}]
    assert waiting(client, world, "t102") == waiting(client, world, "t103") == []
    work.answer(actor(world, "t101"), id_, seen(id_), work.Reply("改了", "link"))
    assert waiting(client, world, "t101") == []


def test_handed_to_another_it_leaves_the_first_phone(client, world, office):
    id_ = tell(world, "食堂的菜有点凉").id
    hand_out(office, id_, world.staff["t101"])
    hand_out(office, id_, world.staff["t102"])
    rows = Phone(client, world, "t101").rows()
    assert ("handed", id_) not in rows
    assert len(waiting(client, world, "t102")) == 1


def test_given_to_the_ethics_officer_it_leaves_the_phone_too(client, world, office):
    id_ = tell(world, "有位老师批评人太凶", kind="problem").id
    hand_out(office, id_, world.staff["t101"])
    work.to_ethics(office, id_)
    assert ("handed", id_) not in Phone(client, world, "t101").rows()


def test_what_is_answered_with_another_does_not_wait_by_itself(client, world, office):
    first, second = (tell(world, "食堂的菜有点凉", ref=ref).id for ref in ("r1", "r2"))
    for id_ in (first, second):
        hand_out(office, id_, world.staff["t101"])
    work.tie(office, first, [second])
    assert [row["id"] for row in waiting(client, world, "t101")] == [first]
    work.untie(office, second)
    assert {row["id"] for row in waiting(client, world, "t101")} == {first, second}
