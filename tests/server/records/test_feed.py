"""The feed numbers every change in the order of the commits, and its digests add up."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from server.db import RowChange, note_change, reading, savepoint, transaction, whole_store
from server.records import feed
from server.records.models import Feed, FeedCounter, FeedDigest

SCOPES = ("class:a", "class:b", "self:x")


def note(school, *changes):
    with transaction() as session:
        for change in changes:
            note_change(session, RowChange(school, "visit", *change))


def lines(scope):
    with reading() as session:
        return feed.after(session, scope, 0, 1000)


def fail_after_noting(session, change):
    note_change(session, change)
    raise KeyError


def test_one_record_has_one_line_with_its_latest_number(world):
    school = world.schools[1]
    note(school, ("v1", 1, ("class:a",)), ("v2", 1, ("class:a",)))
    note(school, ("v1", 2, ("class:a",)))
    first, second = lines("class:a")
    assert (first.id, second.id, second.rev) == ("v2", "v1", 2)
    assert second.seq > first.seq


def test_noted_twice_in_one_transaction_counts_once_and_the_last_word_stands(world):
    note(world.schools[1], ("v1", 1, ("class:a",)), ("v1", 2, ("class:b",), ("class:a",)))
    assert lines("class:a") == []
    assert [(line.id, line.rev, line.op) for line in lines("class:b")] == [("v1", 2, "put")]


def test_a_removal_is_a_line_of_its_own_and_leaves_the_digest(world):
    note(world.schools[1], ("v1", 1, ("class:a",)), ("v2", 1, ("class:a",)))
    note(world.schools[1], ("v1", 2, (), ("class:a", "class:never")))
    assert [(line.id, line.op) for line in lines("class:a")] == [("v2", "put"), ("v1", "remove")]
    with reading() as session:
        standing = feed.standings(session, ["class:a", "class:never"])
    assert (standing["class:a"].live_rows, standing["class:a"].last_seq) == (1, lines("class:a")[-1].seq)
    assert standing["class:never"] == (0, 0, 0, 0)


def test_a_block_that_raises_leaves_no_line_and_no_number(world):
    before = counter(world.schools[1])
    with pytest.raises(KeyError), transaction() as session:
        fail_after_noting(session, RowChange(world.schools[1], "visit", "v1", 1, ("class:a",)))
    assert lines("class:a") == []
    assert counter(world.schools[1]) == before


def test_an_undone_part_takes_its_notes_with_it(world):
    with transaction() as session:
        note_change(session, RowChange(world.schools[1], "visit", "kept", 1, ("class:a",)))
        with pytest.raises(KeyError), savepoint(session):
            fail_after_noting(session, RowChange(world.schools[1], "visit", "undone", 1, ("class:a",)))
    assert [line.id for line in lines("class:a")] == ["kept"]


def test_a_school_without_a_counter_gets_one(world):
    with transaction() as session:
        note_change(session, RowChange(world.schools[1], "visit", "v1", 1, ("class:a",)))
    assert counter(world.schools[1]) > 0


def test_a_person_who_changes_schools_keeps_one_order(world):
    one, two = world.schools[1], world.schools[2]
    for turn in range(5):
        note(one, *((f"one{turn}{n}", 1, ("class:a",)) for n in range(turn)), (f"mine{turn}", 1, ("self:x",)))
        note(two, (f"theirs{turn}", 1, ("self:x",)))
    got = lines("self:x")
    assert [line.id for line in got] == [f"{whose}{turn}" for turn in range(5) for whose in ("mine", "theirs")]


def test_who_holds_a_record_now(world):
    note(world.schools[1], ("v1", 1, ("class:a", "self:x")), ("v2", 1, ("class:a",)))
    note(world.schools[1], ("v1", 2, (), ("class:a",)))
    with reading() as session:
        assert feed.holders(session, "visit", ["v1", "v2", "v3"]) == {
            "v1": ("self:x",),
            "v2": ("class:a",),
            "v3": (),
        }


def counter(school):
    with reading() as session:
        return session.scalar(select(FeedCounter.seq).where(FeedCounter.school_id == school)) or 0


CHANGES = st.lists(
    st.tuples(st.sampled_from("rstuv"), st.sets(st.sampled_from(SCOPES)), st.sets(st.sampled_from(SCOPES))),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGES, min_size=1, max_size=8))
def test_digests_equal_the_plain_sum_of_the_live_rows(world, batches):
    wipe()
    told: dict[tuple[str, str], str] = {}
    for batch in batches:
        note(world.schools[1], *((id_, 1, tuple(put), tuple(gone - put)) for id_, put, gone in batch))
        for id_, put, gone in batch:
            told |= {(scope, id_): "put" for scope in put} | {(scope, id_): "remove" for scope in gone - put}
    with reading() as session:
        live = session.execute(select(Feed.scope, Feed.id, Feed.seq).where(Feed.op == "put")).all()
        kept = {row.scope: (row.live_rows, row.seq_sum) for row in session.scalars(select(FeedDigest))}
    assert {(scope, id_) for scope, id_, _ in live} == {place for place, op in told.items() if op == "put"}
    counts, sums = Counter(scope for scope, _, _ in live), Counter()
    for scope, _, seq in live:
        sums[scope] += seq
    assert {scope: pair for scope, pair in kept.items() if pair != (0, 0)} == {s: (counts[s], sums[s]) for s in counts}


def wipe():
    with whole_store() as connection:
        connection.execute(delete(Feed))
        connection.execute(delete(FeedDigest))
