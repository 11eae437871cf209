"""A phone reads its person's scopes and nothing else, page by page, and misses nothing."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, update

from server.accounts.devices import actor_of_token
from server.accounts.models import AccessLog, SignInSession
from server.accounts.service import leave
from server.db import db, new_id, reading, transaction, whole_store
from server.records import epoch as epochs
from server.records.models import Feed, FeedDigest, Record
from server.sync import pull
from server.times import shanghai_day, utc_now
from tests.server.sync.reader import Reader, set_duty, write_visit

YESTERDAY = shanghai_day(utc_now()) - timedelta(days=1)


def reader(world, login="t101"):
    return Reader(world.tokens[login])


def test_a_first_pull_brings_every_scope_of_the_person(world):
    phone = reader(world)
    phone.read_all()
    school, class_, me = world.schools[1], world.classes["1/0"], world.staff["t101"]
    device = world.devices["t101"]
    assert set(phone.cursors) == {
        f"school:{school}",
        f"class:{class_}",
        f"care:{class_}",
        f"self:{me}",
        f"device:{device}",
    }
    assert phone.ids("student") == {world.students[f"1/0/{n}"] for n in range(10)}
    assert len(phone.ids("guardian")) == 10
    assert phone.ids("staff") == {world.staff[name] for name in ("head1", "desk1", "ethics1", "t101", "t102", "t103")}


def test_telephone_numbers_reach_the_homeroom_teacher_only(world):
    for login in ("t102", "head1", "desk1", "t103", "t201"):
        phone = reader(world, login)
        phone.read_all()
        held = json.dumps(list(phone.rows.values()), ensure_ascii=False)
        assert ("13800000000" in held) == (login in ("t103", "t201"))
        assert not phone.ids("student") & {world.students[f"1/0/{n}"] for n in range(10)} or login in ("t102", "head1")


def test_a_row_is_the_same_for_all_who_hold_its_scope(world):
    write_visit(world, new_id(), world.classes["1/0"], [world.staff["t101"]])
    one, two = reader(world), reader(world, "t102")
    one.read_all()
    two.read_all()
    shared = set(one.rows) & set(two.rows)
    assert any(kind == "visit" for _, kind, _ in shared)
    assert {key: json.dumps(one.rows[key]) for key in shared} == {key: json.dumps(two.rows[key]) for key in shared}


def test_only_what_changed_comes_again(world):
    phone, visit = reader(world), new_id()
    phone.read_all()
    assert phone.ask()["changes"] == []
    write_visit(world, visit, world.classes["1/0"])
    answer = phone.ask()
    assert [(change["kind"], change["id"], change["rev"], change["op"]) for change in answer["changes"]] == [
        ("visit", visit, 1, "put")
    ]
    assert answer["changes"][0]["row"]["at_home"] == "在家"


def test_the_limit_counts_the_rows_of_all_scopes_together(world):
    phone = reader(world)
    answer = phone.ask(limit=10)
    assert len(answer["changes"]) == 10
    school, class_ = (f"school:{world.schools[1]}", f"class:{world.classes['1/0']}")
    assert (answer["scopes"][school]["more"], "digest" in answer["scopes"][school]) == (False, True)
    assert (answer["scopes"][class_]["cursor"], answer["scopes"][class_]["more"]) == (
        answer["changes"][-1]["seq"],
        True,
    )
    assert "digest" not in answer["scopes"][class_]
    phone.take(answer)
    assert phone.read_all(limit=10) == 2
    assert len(phone.rows) == 28


def test_a_duty_that_ended_is_revoked_and_one_that_began_comes_from_nothing(world):
    phone = reader(world, "t102")
    phone.read_all()
    set_duty(world, "t102", "1/0", to_on=YESTERDAY)
    answer = phone.ask()
    assert answer["revoked"] == [f"class:{world.classes['1/0']}"]
    phone.take(answer)
    assert phone.ids("student") == {world.students[f"1/1/{n}"] for n in range(10)}
    set_duty(world, "t102", "1/0", to_on=None)
    phone.read_all()
    assert len(phone.ids("student")) == 20


def test_a_foreign_scope_is_revoked_and_never_read(world):
    phone = reader(world)
    foreign = [f"class:{world.classes['1/1']}", f"school:{world.schools[2]}", f"self:{world.staff['t102']}", "x"]
    phone.cursors = dict.fromkeys(foreign, 0)
    answer = phone.ask()
    assert answer["revoked"] == sorted(foreign)
    assert not {change["scope"] for change in answer["changes"]} & set(foreign)


def test_a_signed_out_phone_reads_nothing(world):
    with transaction() as session:
        session.execute(delete(SignInSession).where(SignInSession.staff_id == world.staff["t101"]))
    answer = reader(world).ask()
    assert (answer["pull"], answer["changes"], answer["scopes"]) == ("signed_out", [], {})


def test_a_phone_whose_session_ended_lets_go_of_what_is_no_longer_theirs_and_of_nothing_else(world):
    phone = reader(world, "t102")
    phone.read_all()
    with transaction() as session:
        session.execute(delete(SignInSession).where(SignInSession.staff_id == world.staff["t102"]))
    assert (phone.ask()["pull"], phone.ask()["revoked"]) == ("signed_out", [])
    set_duty(world, "t102", "1/0", to_on=YESTERDAY)
    assert phone.ask()["revoked"] == [f"class:{world.classes['1/0']}"]


def test_who_has_left_holds_nothing_and_their_phone_is_told_so(world):
    phone = reader(world, "t102")
    phone.read_all()
    with transaction() as session:
        leave(session, world.staff["t102"], YESTERDAY)
    answer = phone.ask()
    assert (answer["pull"], answer["changes"], answer["scopes"]) == ("signed_out", [], {})
    assert answer["revoked"] == sorted(phone.cursors)


def test_another_epoch_and_a_cursor_ahead_of_the_counter_restart(world):
    phone = reader(world)
    phone.read_all()
    phone.epoch = "another"
    assert phone.ask()["pull"] == "restart"
    phone.take(phone.ask())
    phone.read_all()
    phone.cursors[f"class:{world.classes['1/0']}"] = 10**7
    answer = phone.ask()
    assert (answer["pull"], answer["changes"]) == ("restart", [])


def test_a_round_without_a_pull_is_told_the_epoch(world):
    actor = actor_of_token(world.tokens["t101"])
    with reading() as session:
        ours = epochs.current(session)
    answer = pull.answer(actor, None, None)
    assert (answer["pull"], answer["epoch"], answer["changes"]) == ("ok", ours, [])
    assert pull.answer(actor, None, "another")["pull"] == "restart"


def test_a_store_without_an_epoch_gets_one(world):
    with whole_store() as connection:
        connection.exec_driver_sql("DELETE FROM epoch")
    phone = reader(world)
    phone.read_all()
    assert phone.epoch


@pytest.mark.parametrize("odd", [None, "7", -1, 1.5, True, [], {}])
def test_a_cursor_that_is_none_is_read_from_the_beginning(world, odd):
    phone = reader(world)
    scope = f"class:{world.classes['1/0']}"
    phone.read_all()
    phone.cursors[scope] = odd
    answer = phone.ask()
    assert answer["scopes"][scope]["reset"] is True
    assert len(answer["changes"]) == 10


@pytest.mark.parametrize("body", [{}, {"limit": "x", "scopes": []}, {"limit": -3}, {"limit": 10**9, "scopes": None}])
def test_a_body_that_makes_no_sense_is_a_first_pull(world, body):
    answer = pull.answer(actor_of_token(world.tokens["t101"]), body, None)
    assert len(answer["changes"]) == 28


def test_each_reading_is_logged_once_a_scope_and_an_empty_one_not(world):
    phone = reader(world)
    phone.read_all()
    phone.read_all()
    with reading() as session:
        logged = session.execute(select(AccessLog.subject, AccessLog.rows, AccessLog.action, AccessLog.staff_id)).all()
    me = world.staff["t101"]
    assert sorted(logged) == sorted(
        [
            (f"school:{world.schools[1]}", 8, "pull", me),
            (f"class:{world.classes['1/0']}", 10, "pull", me),
            (f"care:{world.classes['1/0']}", 10, "pull", me),
        ]
    )


def test_a_pull_asks_the_database_as_often_whatever_the_school_holds(world):
    phone = reader(world)
    phone.read_all()
    write_visit(world, new_id(), world.classes["1/0"])
    few = statements_of(phone.read_all)
    for _ in range(20):
        write_visit(world, new_id(), world.classes["1/0"])
    assert statements_of(phone.read_all) == few > 0


def statements_of(work):
    """Count what the database is asked while this is done."""
    statements = []

    def note(*args):
        statements.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    work()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


VISITS = [f"00000000-0000-7000-8000-00000000000{n}" for n in range(6)]
STEP = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(VISITS), st.sampled_from(["1/0", "1/1", None]), st.booleans()),
    st.tuples(st.just("pull"), st.integers(0, 1), st.integers(1, 7)),
    st.tuples(st.just("duty"), st.booleans()),
)


@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=3, max_size=25))
def test_phones_that_pull_small_pages_end_equal_to_a_plain_query(world, steps):
    wipe_visits(world)
    phones = [reader(world, "t102"), reader(world, "head1")]
    for step in steps:
        if step[0] == "write":
            write_somewhere(world, *step[1:])
        elif step[0] == "pull":
            phones[step[1]].take(phones[step[1]].ask(step[2]))
        else:
            set_duty(world, "t102", "1/1", to_on=YESTERDAY if step[1] else None)
    for phone, limit in zip(phones, (3, 5), strict=True):
        phone.read_all(limit)
        assert {key: row["row"]["at_home"] for key, row in phone.rows.items() if key[1] == "visit"} == plainly(phone)


def write_somewhere(world, visit, class_key, own):
    """Write a visit into one class and, or, one person's scope, out of all others."""
    class_id = world.classes[class_key] if class_key else None
    people = [world.staff["t102"]] if own else []
    scopes = {f"class:{world.classes[key]}" for key in ("1/0", "1/1")} | {f"self:{world.staff['t102']}"}
    kept = {f"class:{class_id}", *(f"self:{person}" for person in people)}
    write_visit(world, visit, class_id, people, leaves=sorted(scopes - kept), text=f"{class_key} {own}")


def plainly(phone):
    with reading() as session:
        query = select(Feed.scope, Feed.kind, Feed.id, Record.fields).join(
            Record, (Record.kind == Feed.kind) & (Record.id == Feed.id)
        )
        lines = session.execute(query.where(Feed.op == "put", Feed.scope.in_(phone.cursors))).all()
    return {(scope, kind, id_): fields["at_home"] for scope, kind, id_, fields in lines}


def wipe_visits(world):
    with whole_store() as connection:
        connection.execute(delete(Record))
        for scope in connection.scalars(select(Feed.scope).where(Feed.kind == "visit").distinct()).all():
            gone = connection.scalars(
                select(Feed.seq).where(Feed.scope == scope, Feed.kind == "visit", Feed.op == "put")
            )
            seqs = gone.all()
            less = {"live_rows": FeedDigest.live_rows - len(seqs), "seq_sum": FeedDigest.seq_sum - sum(seqs)}
            connection.execute(update(FeedDigest).where(FeedDigest.scope == scope).values(**less))
        connection.execute(delete(Feed).where(Feed.kind == "visit"))
    set_duty(world, "t102", "1/1", to_on=None)
