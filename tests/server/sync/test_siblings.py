"""One visit, two children: the teachers of both classes hold it, and nobody else comes to read it by that."""

import pytest
from sqlalchemy import select

from server.accounts.duties import actor_on
from server.accounts.models import AccessLog
from server.db import reading, transaction
from server.records.models import Record, RecordVersion
from server.times import shanghai_day, utc_now
from server.visits.moving import move_student
from server.visits.reading import may_read_record
from server.visits.service import photo_arrived
from tests.server.sync.phone import edit, id_of, new_visit, resolve
from tests.server.sync.reader import Reader
from tests.server.sync.test_erasure import erase, everything

__all__ = ["erase"]


def move(world, student, class_key):
    with transaction() as session:
        move_student(session, world.students[student], world.classes[class_key])


@pytest.fixture
def apart(world):
    """Let the second child of class 1 sit in class 2, where `t103` is the 班主任: brother and sister of 1/0/0."""
    move(world, "1/0/1", "1/1")


@pytest.fixture
def visit(apart, phone, world):
    made = new_visit(world, also_for=[world.students["1/0/1"]], at_home="一起写作业", visit_result="done")
    phone.push(made, edit(f"visit_private:{id_of(made)}", {"child_voice": (None, "怕黑")}, after=made["id"]))
    return made


def ids(world, login, kind):
    reader = Reader(world.tokens[login])
    reader.read_all()
    return reader.ids(kind)


def test_the_other_childs_class_holds_the_visit_and_not_its_private_part(visit, world):
    assert ids(world, "t103", "visit") == {id_of(visit)}
    assert ids(world, "t103", "visit_private") == set()
    assert world.students["1/0/0"] not in ids(world, "t103", "student")


def test_who_comes_to_the_set_later_or_leaves_it_brings_the_class_along(apart, phone, world):
    made = new_visit(world)
    phone.push(made)
    reader = Reader(world.tokens["t103"])
    reader.read_all()
    other = {"also_for": {"add": [world.students["1/0/1"]], "remove": []}}
    phone.push(edit(made["record"], members=other, after=made["id"]))
    reader.read_all()
    assert reader.ids("visit") == {id_of(made)}
    phone.push(edit(made["record"], members={"also_for": {"add": [], "remove": [world.students["1/0/1"]]}}))
    reader.read_all()
    assert reader.ids("visit") == set()


@pytest.mark.parametrize("stranger_child", ["1/1/3", "1/0/1"])
def test_a_child_of_another_family_opens_nothing(apart, phone, world, stranger_child):
    main = "1/0/0" if stranger_child == "1/1/3" else "1/0/4"
    made = new_visit(world, main, also_for=[world.students[stranger_child]])
    assert phone.push(made)[0]["status"] == "applied"
    assert ids(world, "t103", "visit") == set()
    with reading() as session:
        actor = actor_on(session, world.staff["t103"], shanghai_day(utc_now()))
        assert not may_read_record(session, actor, "visit", id_of(made))


def test_its_conflicts_and_its_photos_go_to_both_classes(visit, phone, other, stranger, world):
    (said,) = other.push(edit(visit["record"], {"at_home": ("别的", "一起看书")}))
    reader = Reader(world.tokens["t103"])
    reader.read_all()
    assert reader.ids("conflict") == set(said["conflicts"])
    sha = "a" * 64
    phone.push(edit(visit["record"], members={"photos": {"add": [sha], "remove": []}}))
    reader.read_all()
    before = reader.cursors[f"class:{world.classes['1/1']}"]
    with transaction() as session:
        photo_arrived(session, sha)
    reader.read_all()
    assert reader.cursors[f"class:{world.classes['1/1']}"] > before
    with reading() as session:
        actor = actor_on(session, world.staff["t103"], shanghai_day(utc_now()))
        assert may_read_record(session, actor, "visit", id_of(visit))
        assert not may_read_record(session, actor, "visit_private", id_of(visit))
    (settled,) = stranger.push(resolve(said["conflicts"][0], 9, "alternative"))
    assert settled["status"] == "applied"


def test_whoever_holds_it_may_write_it_and_lets_nobody_in(visit, stranger, world):
    assert stranger.push(edit(visit["record"], {"issues": (None, "睡得晚")}))[0]["status"] == "applied"
    joins = {"visitors": {"add": [stranger.staff], "remove": []}}
    assert stranger.push(edit(visit["record"], members=joins))[0]["reason"] == "adds_visitors"
    private = edit(f"visit_private:{id_of(visit)}", {"growth_env": (None, "祖辈带")})
    assert stranger.push(private)[0]["reason"] == "not_yours"


def test_naming_a_child_of_ones_own_class_begins_no_visit_elsewhere(apart, stranger, world):
    made = new_visit(world, also_for=[world.students["1/0/1"]])
    assert stranger.push(made)[0]["reason"] == "not_yours"


def test_a_sibling_who_changes_class_takes_the_visit_into_the_new_one(visit, world):
    first, second = Reader(world.tokens["t101"]), Reader(world.tokens["t103"])
    for reader in (first, second):
        reader.read_all()
    move(world, "1/0/1", "1/0")
    for reader in (first, second):
        reader.read_all()
    assert second.ids("visit") == set()
    assert first.ids("visit") == {id_of(visit)}
    move(world, "1/0/1", "1/1")
    second.read_all()
    assert second.ids("visit") == {id_of(visit)}
    assert second.ids("visit_private") == set()


def test_a_sibling_at_another_school_takes_no_visit_there(visit, world):
    move(world, "1/0/1", "2/0")
    assert ids(world, "t103", "visit") == set()
    assert ids(world, "t201", "visit") == set()
    assert ids(world, "t101", "visit") == {id_of(visit)}


def test_the_visits_own_child_changes_class_and_the_siblings_class_keeps_it(visit, world):
    reader = Reader(world.tokens["t103"])
    reader.read_all()
    move(world, "1/0/0", "1/1")
    reader.read_all()
    assert (reader.ids("visit"), reader.ids("visit_private")) == ({id_of(visit)}, {id_of(visit)})
    move(world, "1/0/0", "1/0")
    reader.read_all()
    assert (reader.ids("visit"), reader.ids("visit_private")) == ({id_of(visit)}, set())


def test_an_erased_child_leaves_the_visit_of_the_other_one(app, visit, phone, erase, world):
    gone, reader = world.students["1/0/1"], Reader(world.tokens["t103"])
    reader.read_all()
    shared = erase("1/0/1")
    assert shared == [id_of(visit)]
    reader.read_all()
    assert reader.ids("visit") == set()
    row = phone.row("visit", id_of(visit))
    assert (row.get("also_for", []), row["at_home"]) == ([], "一起写作业")
    with reading() as session:
        assert session.get(Record, ("visit", id_of(visit))).rev == 2
        versions = session.scalars(select(RecordVersion).where(RecordVersion.record_id == id_of(visit))).all()
        assert gone not in str([(each.before, each.after) for each in versions])
        assert [each.staff_id for each in versions if each.kind == "visit"] == [world.staff["t101"], None]
        logged = session.scalars(select(AccessLog.subject).where(AccessLog.action == "erase_shared")).all()
    assert logged == [f"visit:{id_of(visit)}"]
    assert erase("1/0/1") == []


def test_a_late_edit_does_not_bring_an_erased_child_back_into_it(visit, phone, erase, world):
    erase("1/0/1")
    late = edit(
        visit["record"],
        {"issues": (None, "睡得晚")},
        members={"also_for": {"add": [world.students["1/0/1"]], "remove": []}},
        after=visit["id"],
    )
    assert phone.push(late)[0]["status"] == "applied"
    row = phone.row("visit", id_of(visit))
    assert (row.get("also_for", []), row["issues"]) == ([], "睡得晚")


def test_who_was_only_named_once_is_forgotten_by_the_history_too(visit, phone, erase, world):
    phone.push(edit(visit["record"], members={"also_for": {"add": [], "remove": [world.students["1/0/1"]]}}))
    assert erase("1/0/1") == []
    with reading() as session:
        versions = session.scalars(select(RecordVersion).where(RecordVersion.record_id == id_of(visit))).all()
        assert world.students["1/0/1"] not in str([(each.before, each.after) for each in versions])


def test_the_family_that_is_erased_takes_its_own_visit_from_the_siblings_class(app, visit, erase, world):
    reader = Reader(world.tokens["t103"])
    reader.read_all()
    assert erase() == []
    reader.read_all()
    assert reader.ids("visit") == set()
    assert [row for row in everything(app)[0] if "一起写作业" in row] == []
