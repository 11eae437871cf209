"""Statements that go straight to the driver: the same values, the same errors, and no way round the feed."""

from contextlib import ExitStack, closing
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import aliased

from server.accounts.models import AccessLog, Duty
from server.db import RowChange, ask, db, note_change, prepared_transaction, reading, savepoint, transaction
from server.prepared import Prepared
from server.records import feed
from server.records.models import Conflict, Feed, FeedCounter, FeedDigest, Record

AT = datetime(2026, 9, 30, 12, 5, 2, 7, tzinfo=UTC)
ADD = Prepared(insert(AccessLog))
FIND = Prepared(
    select(AccessLog.id, AccessLog.at, AccessLog.rows).where(AccessLog.id.in_(bindparam("ids", expanding=True)))
)

CHANGE = Prepared(
    update(AccessLog).where(AccessLog.id == bindparam("of")).values(at=AT.replace(year=2027)).returning(AccessLog.at)
)


def line(id_: str, **more) -> dict:
    empty = {"staff_id": "s", "school_id": None, "device_id": None, "action": "pull", "subject": "class:1", "rows": 3}
    return {"id": id_, "at": AT, **empty, **more}


def add_and_regret(statements) -> None:
    ADD.write(statements.connection(), line("c"))
    raise ValueError("changed my mind")


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
        changed = CHANGE.rows(session.connection(), {"of": "a"})
    assert changed == [(AT.replace(year=2027),)]


@pytest.mark.usefixtures("inside")
def test_days_are_compared_as_days():
    running = Prepared(select(Duty.from_on).where(Duty.from_on <= bindparam("day")))
    days = {day for (day,) in ask(running, {"day": date(2999, 1, 1)})}
    assert days
    assert all(isinstance(day, date) for day in days)
    assert ask(running, {"day": date(1999, 1, 1)}) == []


@pytest.mark.parametrize("table", [Record, Conflict, Feed, FeedCounter, FeedDigest])
@pytest.mark.parametrize("kind", [insert, update, delete])
def test_a_write_that_would_go_round_the_feed_cannot_be_prepared(table, kind):
    with pytest.raises(TypeError):
        Prepared(kind(table))


@pytest.mark.parametrize(
    "statement",
    [
        select(insert(Record).from_select(["id"], select(Record.id)).returning(Record.id).cte("hidden").c.id),
        select(AccessLog.id).add_cte(update(Feed).values(seq=0).cte("beside")),
        update(aliased(AccessLog)).values(rows=0),
        text("UPDATE records SET rev = 9"),
        text("DELETE FROM feed RETURNING id").columns(Feed.id),
    ],
    ids=["inside a question", "beside a question", "of an alias", "as text", "as text with columns"],
)
def test_nor_one_that_hides(statement):
    with pytest.raises(TypeError):
        Prepared(statement)


def test_only_the_stamp_has_statements_that_write_the_feed():
    assert {(kind.__module__, kind.__name__) for kind in Prepared.__subclasses__()} == {
        ("server.records.feed", "_Stamp")
    }


@pytest.mark.usefixtures("inside")
def test_a_write_that_nobody_would_commit_is_refused():
    with pytest.raises(TypeError), reading() as session:
        ADD.write(session.connection(), line("a"))
    with pytest.raises(TypeError):
        ask(ADD, line("a"))
    with pytest.raises(TypeError), reading() as session:
        CHANGE.rows(session.connection(), {"of": "a"})


@pytest.mark.usefixtures("inside")
def test_a_savepoint_that_is_undone_undoes_what_was_prepared_in_it_and_nothing_else():
    with transaction() as session:
        ADD.write(session.connection(), line("before"))
        with pytest.raises(IntegrityError), savepoint(session):
            ADD.write(session.connection(), line("inside"), line("before"))
        ADD.write(session.connection(), line("after"))
    found = ask(FIND, {"ids": ["before", "inside", "after"]})
    assert sorted(id_ for id_, *_ in found) == ["after", "before"]


@pytest.mark.usefixtures("inside")
def test_a_transaction_of_prepared_statements_keeps_all_or_nothing():
    with prepared_transaction() as statements:
        ADD.write(statements.connection(), line("a"))
    with pytest.raises(IntegrityError), prepared_transaction() as statements:
        ADD.write(statements.connection(), line("b"), line("a"))
    with pytest.raises(ValueError, match="changed my mind"), prepared_transaction() as statements:
        add_and_regret(statements)
    assert [id_ for id_, *_ in ask(FIND, {"ids": ["a", "b", "c"]})] == ["a"]
    with transaction() as session:  # and nothing is left open
        ADD.write(session.connection(), line("d"))


def test_a_transaction_of_prepared_statements_tells_the_phones_what_it_noted(app, world):
    with app.app_context():
        scope = f"class:{world.classes['1/0']}"
        with prepared_transaction() as statements:
            note_change(statements, RowChange(world.schools[1], "visit", "a-visit", 3, (scope,)))
        with reading() as session:
            place = feed.standings(session, [scope])[scope]
            assert [(entry.id, entry.rev) for entry in feed.after(session, scope, place.last_seq - 1, 9)] == [
                ("a-visit", 3)
            ]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("config", ["postgres"], indirect=True)
def test_a_database_that_hung_up_is_met_once_and_not_by_each_waiting_connection():
    with ExitStack() as many:
        pools = [many.enter_context(closing(db.engine.raw_connection())) for _ in range(3)]
        pids = [lent.cursor().execute("SELECT pg_backend_pid()").fetchone()[0] for lent in pools]
    with closing(db.engine.raw_connection()) as lent:
        for pid in set(pids) - {lent.cursor().execute("SELECT pg_backend_pid()").fetchone()[0]}:
            lent.cursor().execute("SELECT pg_terminate_backend(%s)", (pid,))
    failures = 0
    for _ in range(6):
        try:
            assert ask(FIND, {"ids": ["none"]}) == []
        except OperationalError:
            failures += 1
    assert failures <= 1
