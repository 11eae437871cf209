"""A student changes class: everything of theirs goes along, and the old class keeps nothing."""

import pytest
from sqlalchemy import select, update

from server.db import RowChange, new_id, note_change, reading, transaction
from server.errors import NotFound
from server.records.models import Conflict, Record
from server.schools.models import Student
from server.visits.models import VisitFacts
from server.visits.moving import move_student
from tests.server.sync.phone import edit, id_of, new_visit
from tests.server.sync.reader import Reader

WORDS = "在家爱看书"


@pytest.fixture
def written(phone, other, world):
    """A visit by class 1's 班主任 with a private part and a conflict on each."""
    made = new_visit(world, at_home=WORDS)
    private = edit(f"visit_private:{id_of(made)}", {"child_voice": (None, "一")}, after=made["id"])
    phone.push(made, private, edit(made["record"], members={"visitors": {"add": [other.staff], "remove": []}}))
    other.push(
        edit(made["record"], {"at_home": ("别的", "爱画画")}), edit(private["record"], {"child_voice": (None, "二")})
    )
    return made


def move(world, class_key):
    with transaction() as session:
        move_student(session, world.students["1/0/0"], world.classes[class_key])


def test_the_new_class_gets_it_and_the_old_one_loses_it(written, world):
    old, new = Reader(world.tokens["t101"]), Reader(world.tokens["t103"])
    leader = Reader(world.tokens["head1"])
    for reader in (old, new, leader):
        reader.read_all()
    student, visit = world.students["1/0/0"], id_of(written)
    assert student in old.ids("student")
    assert student not in new.ids("student")
    assert visit in leader.ids("visit")
    move(world, "1/1")
    for reader in (old, new, leader):
        reader.read_all()
    for kind in ("student", "visit"):
        assert (student if kind == "student" else visit) in new.ids(kind)
    assert len(new.ids("guardian")) == 11
    assert new.ids("visit_private") == {visit}
    assert len(new.ids("conflict")) == 2
    assert student not in old.ids("student") | leader.ids("student")
    assert not leader.ids("visit") | leader.ids("conflict")
    # who wrote it keeps it in their own scope
    assert {scope for scope, kind, _ in old.rows if kind in ("visit", "visit_private")} == {
        f"self:{world.staff['t101']}"
    }
    assert len(old.ids("guardian")) == 9


def test_the_class_of_that_day_stays_in_the_visit(written, stranger, world):
    move(world, "1/1")
    row = stranger.row("visit", id_of(written))
    assert row["class_id"] == world.classes["1/0"]
    with reading() as session:
        assert session.scalar(select(VisitFacts.class_id)) == world.classes["1/1"]


def test_the_new_class_goes_on_writing(written, stranger, world):
    move(world, "1/1")
    (outcome,) = stranger.push(edit(written["record"], {"issues": (None, "字写得慢")}))
    assert outcome["status"] == "applied"
    assert stranger.row("visit", id_of(written))["issues"] == "字写得慢"


def test_to_another_school_and_back(written, phone, world):
    first = Reader(world.tokens["t101"])
    first.read_all()
    move(world, "2/0")
    there = Reader(world.tokens["t201"])
    there.read_all()
    assert id_of(written) in there.ids("visit")
    assert _schools() == {world.schools[2]}
    first.read_all()
    assert world.students["1/0/0"] not in first.ids("student")
    move(world, "1/0")
    first.read_all()
    there.read_all()
    assert world.students["1/0/0"] in first.ids("student")
    assert not there.ids("visit")
    assert phone.push(edit(written["record"], {"issues": (None, "字")}))[0]["status"] == "applied"


def _schools():
    with reading() as session:
        return {*session.scalars(select(Record.school_id)), *session.scalars(select(Conflict.school_id))}


def test_to_the_same_class_changes_nothing(written, world):
    reader = Reader(world.tokens["t101"])
    reader.read_all()
    move(world, "1/0")
    assert reader.ask()["changes"] == []


@pytest.mark.parametrize("case", ["student", "class", "erased"])
def test_what_is_not_there_is_not_moved(world, case):
    student, class_id = world.students["1/0/0"], world.classes["1/1"]
    if case == "erased":
        with transaction() as session:
            session.execute(update(Student).where(Student.id == student).values(erased=True))
            note_change(session, RowChange(world.schools[1], "student", student, 2, ()))
    with pytest.raises(NotFound), transaction() as session:
        move_student(session, new_id() if case == "student" else student, new_id() if case == "class" else class_id)
