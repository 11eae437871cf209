"""No synced row can be written round the feed."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from server.db import Model, RowChange, db, new_id, note_change, reading, transaction
from server.records import guard
from server.records.guard import UnnotedWriteError
from server.records.models import Feed, FeedCounter, FeedDigest, Record
from server.schools.models import Guardian, Student
from server.times import utc_now

SERVER = Path(__file__).parents[3] / "server"


def student(world, place="1/0/0"):
    return RowChange(world.schools[1], "student", world.students[place], 2, (f"class:{world.classes['1/0']}",))


def by_orm(session, world):
    session.get(Student, world.students["1/0/0"]).name = "改"


def by_core(session, world):
    session.execute(update(Student).where(Student.id == world.students["1/0/0"]).values(name="改"))


def by_list(session, world):
    ids = [world.students["1/0/0"], world.students["1/0/1"]]
    session.execute(update(Student).where(Student.id.in_(ids)).values(name="改"))


def by_condition(session, world):
    session.execute(update(Student).where(Student.class_id == world.classes["1/0"]).values(name="改"))


def by_executemany(session, world):
    session.execute(update(Student), [{"id": world.students[f"1/0/{n}"], "name": "改"} for n in range(2)])


def by_delete(session, world):
    session.execute(delete(Guardian).where(Guardian.student_id == world.students["1/0/0"]))


def by_insert(session, world):
    session.execute(insert(Record.__table__), [a_visit(world)])


def by_text(session, world):
    session.execute(text("UPDATE students SET name = '改' WHERE id = :id"), {"id": world.students["1/0/0"]})


def run(do, *changes):
    with transaction() as session:
        do(session)
        for change in changes:
            note_change(session, change)


def a_visit(world):
    now = utc_now()
    return {
        "kind": "visit",
        "id": new_id(),
        "school_id": world.schools[1],
        "class_id": world.classes["1/0"],
        "student_id": world.students["1/0/0"],
        "author_id": world.staff["t101"],
        "rev": 1,
        "fields": {},
        "state": "live",
        "created_at": now,
        "updated_at": now,
    }


WAYS = [by_orm, by_core, by_list, by_condition, by_executemany, by_delete, by_insert, by_text]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_write_that_is_not_noted_is_not_committed(world, way):
    with reading() as session:
        before = session.execute(select(Student.name).order_by(Student.id)).all()
    with pytest.raises(UnnotedWriteError):
        run(lambda session: way(session, world))
    with reading() as session:
        assert session.execute(select(Student.name).order_by(Student.id)).all() == before
        assert session.scalar(select(Record.id)) is None


@pytest.mark.parametrize("way", [by_orm, by_core, by_condition, by_text], ids=lambda way: way.__name__)
def test_a_write_that_is_noted_is_committed(world, way):
    run(lambda session: way(session, world), student(world))
    with reading() as session:
        assert session.get(Student, world.students["1/0/0"]).name == "改"


@pytest.mark.parametrize("way", [by_list, by_executemany], ids=lambda way: way.__name__)
def test_every_row_of_many_must_be_noted(world, way):
    with pytest.raises(UnnotedWriteError):
        run(lambda session: way(session, world), student(world))
    run(lambda session: way(session, world), student(world), student(world, "1/0/1"))


def test_a_note_of_another_kind_with_the_same_id_does_not_count(world):
    visit = a_visit(world)
    private = RowChange(world.schools[1], "visit_private", visit["id"], 1, ("care:x",))
    with pytest.raises(UnnotedWriteError):
        run(lambda session: session.execute(insert(Record.__table__), [visit]), private)


@pytest.mark.usefixtures("world")
def test_nothing_synced_is_written_outside_a_transaction():
    with pytest.raises(UnnotedWriteError), db.engine.begin() as connection:
        connection.execute(update(Student).values(name="改"))


@pytest.mark.parametrize("model", [Feed, FeedDigest, FeedCounter])
def test_the_feed_is_written_by_its_stamp_only(world, model):
    with pytest.raises(UnnotedWriteError):
        run(lambda session: session.execute(delete(model)), student(world))


def test_every_versioned_table_has_a_kind():
    for name in guard.versioned_tables():
        assert name in guard.KIND_OF_TABLE or "kind" in Model.metadata.tables[name].columns


def test_only_the_feed_names_the_feeds_tables():
    allowed = {"records/models.py", "records/feed.py"}
    for path in SERVER.rglob("*.py"):
        if str(path.relative_to(SERVER)) in allowed or "migrations" in path.parts:
            continue
        names = {alias.name for node in ast.walk(ast.parse(path.read_text())) for alias in getattr(node, "names", [])
                 if isinstance(node, ast.ImportFrom)}  # fmt: skip
        assert not names & {"Feed", "FeedCounter", "FeedDigest"}, path
