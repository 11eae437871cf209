"""Eight writers and a reader at once: with the counter the reader misses no row; with a plain sequence it does."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from server.db import RowChange, db, note_change, reading, transaction
from server.records import feed
from server.records.models import Feed, FeedDigest

WRITERS, TURNS = 8, 20
SCOPE = "class:shared"
DAWDLE_SECONDS = 0.004  # between the last statement and the commit, as on a busy disk
ON_POSTGRES = pytest.mark.parametrize("config", ["postgres"], indirect=True)


class Race:
    """Writers who change rows of one scope, and a reader who follows with one cursor."""

    def __init__(self, app, school):
        self.app, self.school = app, school
        self.writing = True
        self.read: dict[str, int] = {}  # id: seq that the reader has
        self.cursor = 0
        stamp = app.extensions["jiafang.stamp"]
        app.extensions["jiafang.stamp"] = lambda session, changes: (stamp(session, changes), self.dawdle())

    def dawdle(self):
        time.sleep(random.uniform(0, DAWDLE_SECONDS))

    def write(self, number):
        with self.app.app_context():
            for turn in range(TURNS):
                with transaction() as session:
                    for name in (f"own-{number}-{turn}", f"shared-{(number + turn) % 5}"):
                        note_change(session, RowChange(self.school, "visit", name, turn + 1, (SCOPE, f"self:{number}")))

    def follow(self):
        with self.app.app_context():
            while self.writing:
                self.step()
            self.step()

    def step(self):
        with reading() as session:
            lines = feed.after(session, SCOPE, self.cursor, 1000)
        for line in lines:
            assert line.seq > self.cursor
            self.cursor = line.seq
            self.read[line.id] = line.seq

    def run(self):
        with ThreadPoolExecutor(WRITERS) as writers:
            reader = threading.Thread(target=self.follow)
            reader.start()
            done = [writers.submit(self.write, number) for number in range(WRITERS)]
            for each in done:
                each.result(timeout=60)
            self.writing = False
            reader.join(timeout=60)
        with reading() as session:
            self.stored = dict(session.execute(select(Feed.id, Feed.seq).where(Feed.scope == SCOPE)).all())
        return {id_ for id_, seq in self.stored.items() if self.read.get(id_) != seq}


def by_sequence(session, changes):
    """Number the changes by a database sequence: the way that does not work."""
    for change in changes:
        for scope in change.scopes:
            session.execute(
                text(
                    "INSERT INTO feed (scope, kind, id, school_id, seq, rev, op)"
                    " VALUES (:scope, :kind, :id, :school_id, nextval('plain'), :rev, 'put')"
                    " ON CONFLICT (scope, kind, id) DO UPDATE SET seq = excluded.seq, rev = excluded.rev"
                ),
                {
                    "scope": scope,
                    "kind": change.kind,
                    "id": change.id,
                    "school_id": change.school_id,
                    "rev": change.rev,
                },
            )


def test_a_reader_misses_nothing_while_eight_write(app, world):
    race = Race(app, world.schools[1])
    assert race.run() == set()
    assert len(race.stored) == WRITERS * TURNS + 5
    with reading() as session:
        kept = session.get(FeedDigest, SCOPE)
        count, total = session.execute(
            select(func.count(), func.sum(Feed.seq)).where(Feed.scope == SCOPE, Feed.op == "put")
        ).one()
    assert (kept.live_rows, kept.seq_sum, kept.last_seq) == (count, total, max(race.stored.values()))


@ON_POSTGRES
def test_the_same_reader_misses_rows_that_a_sequence_numbers(app, world):
    with db.engine.begin() as connection:
        connection.execute(text("CREATE SEQUENCE plain"))
    app.extensions["jiafang.stamp"] = by_sequence
    assert Race(app, world.schools[1]).run() != set()


def test_two_schools_in_one_transaction_never_wait_for_each_other(app, world):
    one, two = world.schools[1], world.schools[2]

    def write(first, second):
        with app.app_context():
            for turn in range(TURNS):
                with transaction() as session:
                    note_change(session, RowChange(first, "visit", f"{first[-8:]}-{turn}", 1, (f"class:{first}",)))
                    note_change(session, RowChange(second, "visit", f"{second[-8:]}-{turn}", 1, (f"class:{second}",)))

    with ThreadPoolExecutor(2) as writers:
        for each in [writers.submit(write, one, two), writers.submit(write, two, one)]:
            each.result(timeout=60)
    with reading() as session:
        standings = feed.standings(session, [f"class:{one}", f"class:{two}"])
    assert {standing.live_rows for standing in standings.values()} == {TURNS}


def test_two_first_writers_agree_on_whose_counter_numbers_a_scope(app, world):
    ready = threading.Barrier(2)

    def write(school):
        with app.app_context():
            for turn in range(10):
                ready.wait(timeout=30)
                with transaction() as session:
                    note_change(session, RowChange(school, "visit", f"{school[-8:]}-{turn}", 1, (f"self:new{turn}",)))

    with ThreadPoolExecutor(2) as writers:
        for each in [writers.submit(write, world.schools[number]) for number in (1, 2)]:
            each.result(timeout=60)
    with reading() as session:
        for turn in range(10):
            assert len(feed.after(session, f"self:new{turn}", 0, 10)) == 2
