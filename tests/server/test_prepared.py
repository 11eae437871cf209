"""Statements that go straight to the driver: the same values, the same errors, and no way round the feed."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.accounts.models import AccessLog, Duty
from server.db import ask, reading, transaction
from server.prepared import Prepared
from server.records.models import Record

AT = datetime(2026, 9, 30, 12, 5, 2, 7, tzinfo=UTC)
ADD = Prepared(insert(AccessLog))
FIND = Prepared(
    select(AccessLog.id, AccessLog.at, AccessLog.rows).where(AccessLog.id.in_(bindparam("ids", expanding=True)))
)


def line(id_: str, **more) -> dict:
    empty = {"staff_id": "s", "school_id": None, "device_id": None, "action": "pull", "subject": "class:1", "rows": 3}
    return {"id": id_, "at": AT, **empty, **more}


@pytest.fixture
def inside(app, world):
    with app.app_context():
        yield


@pytest.mark.usefixtures("inside")
def test_values_come_back_as_their_columns_say():
    with transaction() as session:
        ADD.write(session.connection(), line("a"), line("b", rows=4))
    assert sorted(ask(FIND, {"ids": ["a", "b", "none"]})) == [("a", AT, 3), ("b", AT, 4)]
    assert ask(FIND, {"ids": []}) == []
    with reading() as session:
        assert FIND.rows(session.connection(), {"ids": ["b"]}) == [("b", AT, 4)]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("many", [1, 2, 3, 5, 200])
def test_a_list_of_any_length_asks_for_each_of_its_elements_once(many):
    with transaction() as session:
        ADD.write(session.connection(), *(line(str(place)) for place in range(many + 1)))
    found = ask(FIND, {"ids": [str(place) for place in range(many)]})
    assert sorted(id_ for id_, *_ in found) == sorted(str(place) for place in range(many))


@pytest.mark.usefixtures("inside")
def test_a_refused_row_raises_what_sqlalchemy_raises_and_nothing_is_kept():
    with pytest.raises(IntegrityError), transaction() as session:
        ADD.write(session.connection(), line("a"), line("a"))
    assert ask(FIND, {"ids": ["a"]}) == []


@pytest.mark.usefixtures("inside")
def test_what_stands_in_the_statement_itself_and_what_an_update_returns_are_turned_too():
    with transaction() as session:
        ADD.write(session.connection(), line("a"))
        again = update(AccessLog).where(AccessLog.id == bindparam("of")).values(at=AT.replace(year=2027))
        changed = Prepared(again.returning(AccessLog.at)).rows(session.connection(), {"of": "a"})
    assert changed == [(AT.replace(year=2027),)]


@pytest.mark.usefixtures("inside")
def test_days_are_compared_as_days():
    running = Prepared(select(Duty.from_on).where(Duty.from_on <= bindparam("day")))
    days = {day for (day,) in ask(running, {"day": date(2999, 1, 1)})}
    assert days
    assert all(isinstance(day, date) for day in days)
    assert ask(running, {"day": date(1999, 1, 1)}) == []


@pytest.mark.parametrize("write", [insert(Record), update(Record)])
def test_a_synced_row_is_not_written_so_the_guard_would_not_see_it(write):
    with pytest.raises(TypeError):
        Prepared(write)
