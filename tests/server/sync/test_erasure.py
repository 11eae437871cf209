"""Erasing a family's records leaves ids, and not one word, anywhere."""

import pytest
from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.accounts.models import AccessLog
from server.db import Model, new_id, reading, transaction
from server.errors import NotFound
from server.photos.models import PhotoUse
from server.schools.models import Guardian, Student
from server.sync import erasure
from server.sync.models import Case
from server.visits.moving import move_student
from tests.server.photos.pictures import picture, sha256
from tests.server.sync.phone import edit, id_of, new_visit, resolve
from tests.server.sync.reader import Reader

SECRET = "不可留下"


@pytest.fixture
def erase(app, world):
    actor = actor_of_token(world.tokens["head1"])
    return lambda place="1/0/0": erasure.erase(app.extensions["jiafang.photos"], world.students[place], actor)


@pytest.fixture
def written(phone, other, stranger, client, world):
    """A visit with everything that can hang on it; every word of it is SECRET."""
    picture_bytes = picture()
    sha = sha256(picture_bytes)
    client.put(f"/api/v1/photos/{sha}", data=picture_bytes, headers=world.headers("t101"))
    made = new_visit(world, strengths=SECRET, photos=[sha], purpose_text=SECRET)
    visit = id_of(made)
    private = edit(f"visit_private:{visit}", {"child_voice": (None, SECRET)}, after=made["id"])
    own_words = {"visit_id": (None, visit), "reflection": (None, SECRET), "gift_declined": (None, SECRET)}
    reflection = edit(f"reflection:{new_id()}", own_words, after=made["id"])
    opinion = edit(f"opinion:{new_id()}", {"visit_id": (None, visit), "text": (None, SECRET)}, after=made["id"])
    outcomes = phone.push(
        made, private, reflection, opinion, edit(made["record"], {f"photos/{sha}/caption": (None, SECRET)})
    )
    assert {outcome["status"] for outcome in outcomes} == {"applied"}
    (clash,) = other.push(edit(made["record"], {"strengths": (None, f"{SECRET}二")}))
    phone.push(resolve(clash["conflicts"][0], clash["rev"], "written", f"{SECRET}三"))
    other.push(edit(made["record"], {"purpose_text": (None, f"{SECRET}四")}))
    # kept by the office: of this family, and another one's that must stay
    foreign = new_visit(world, at_home=SECRET)
    follows = edit(foreign["record"], {"issues": (None, SECRET)}, after=foreign["id"])
    held = edit(made["record"], {"issues": (None, SECRET)}, after=new_id())
    stranger.push(foreign, follows, held, new_visit(world, "1/0/2", at_home="别家的话"))
    return made


def everything(app):
    """All text in all tables, and all bytes of all photo files."""
    found = []
    with reading() as session:
        for table in Model.metadata.sorted_tables:
            found += [f"{table.name}: {row}" for row in session.execute(select(table)).all()]
    return found, list(app.config["JIAFANG"].data_dir.glob("photos/??/*"))


def test_not_one_word_stays_and_the_neighbours_keep_theirs(app, written, erase, world):
    rows, photos = everything(app)
    assert len([row for row in rows if SECRET in row]) > 15
    assert len(photos) == 1
    erase()
    rows, photos = everything(app)
    assert [row for row in rows if SECRET in row] == []
    assert [row for row in rows if "学生100" in row] == []
    assert photos == []
    assert any("别家的话" in row for row in rows)
    with reading() as session:
        student = session.get(Student, world.students["1/0/0"])
        assert (student.erased, student.name) == (True, "")
        assert session.scalars(select(Guardian.phone).where(Guardian.student_id == student.id)).all() == [None]
        assert sorted(session.scalars(select(Case.status))) == ["erased", "open"]
        assert session.scalars(select(PhotoUse.sha256)).all() == []


def test_every_phone_lets_it_go(written, erase, world):
    readers = {login: Reader(world.tokens[login]) for login in ("t101", "t102", "t103", "head1")}
    for reader in readers.values():
        reader.read_all()
    assert readers["t101"].ids("opinion")
    erase()
    for reader in readers.values():
        reader.read_all()
        assert SECRET not in str(reader.rows)
        assert not any(
            kind in ("visit", "visit_private", "reflection", "opinion", "conflict") for _, kind, _ in reader.rows
        )
        assert world.students["1/0/0"] not in reader.ids("student")
    stories = {key[2]: row["row"]["status"] for key, row in readers["t103"].rows.items() if key[1] == "edit"}
    assert sorted(stories.values()) == ["erased", "erased", "erased", "quarantined"]


def test_whoever_wrote_on_it_is_told_in_their_own_scope(written, erase, other, world):
    """Their phone may hold the visit in no scope, and lays what it sent on top of no row."""
    reader = Reader(world.tokens["t102"])
    reader.read_all()
    assert "edit" not in {kind for _, kind, _ in reader.rows}
    erase()
    reader.read_all()
    told = [row["row"] for (scope, kind, _), row in reader.rows.items() if kind == "edit" and scope.startswith("self:")]
    assert {(each["record"], each["status"]) for each in told} == {(written["record"], "erased")}
    assert len(told) == 2


def test_whoever_holds_the_class_is_told_that_the_child_did_not_only_leave_it(erase, world):
    """A draft about the child, by somebody who never wrote on its record, is told of in no other way."""
    reader = Reader(world.tokens["t102"])
    reader.read_all()
    student = world.students["1/0/0"]
    with transaction() as session:
        move_student(session, world.students["1/0/1"], world.classes["2/0"])
    erase()
    left = {each["id"]: each.get("row") for each in reader.ask()["changes"] if each["op"] == "remove"}
    assert left == {student: {"erased": True}, world.students["1/0/1"]: None}


def test_a_fresh_phone_reads_nothing_of_it(written, erase, world):
    erase()
    reader = Reader(world.tokens["t101"])
    reader.read_all(limit=3)
    assert SECRET not in str(reader.rows)
    assert len(reader.ids("student")) == 9


def test_late_edits_are_answered_erased_and_keep_no_word(app, written, erase, phone, other, world):
    erase()
    visit = id_of(written)
    late = [
        written,
        edit(written["record"], {"issues": (None, SECRET)}),
        edit(f"visit_private:{visit}", {"child_voice": (SECRET, f"{SECRET}！")}),
        edit(f"reflection:{new_id()}", {"visit_id": (None, visit), "reflection": (None, SECRET)}),
        new_visit(world, at_home=SECRET),
    ]
    outcomes = phone.push(*late)
    assert [(each["status"], each["custody"]) for each in outcomes] == [("erased", True)] * 5
    assert [row for row in everything(app)[0] if SECRET in row] == []


@pytest.mark.parametrize("together", [True, False])
def test_what_was_written_beside_a_visit_that_came_too_late_goes_with_it(app, phone, erase, world, together):
    erase()
    late = new_visit(world, at_home=SECRET)
    words = {"visit_id": (None, id_of(late)), "reflection": (None, SECRET)}
    beside = [
        edit(f"reflection:{new_id()}", words),  # it does not say that it follows the visit
        edit(f"visit_private:{id_of(late)}", {"child_voice": (None, SECRET)}),
    ]
    rounds = [[late, *beside]] if together else [[late], beside]
    assert [each["status"] for edits in rounds for each in phone.push(*edits)] == ["erased"] * 3
    assert [row for row in everything(app)[0] if SECRET in row] == []


def test_a_photo_that_another_record_shows_stays(app, phone, client, erase, world):
    data = picture()
    client.put(f"/api/v1/photos/{sha256(data)}", data=data, headers=world.headers("t101"))
    phone.push(new_visit(world, photos=[sha256(data)]), new_visit(world, "1/0/2", photos=[sha256(data)]))
    erase()
    assert len(everything(app)[1]) == 1
    erase("1/0/2")
    assert everything(app)[1] == []


def test_a_stray_edit_that_names_the_family_takes_no_other_family_along(app, phone, stranger, erase, world):
    theirs = new_visit(world, "1/0/2", at_home="留着")
    phone.push(theirs)
    wrong = edit(theirs["record"], {"student_id": (None, world.students["1/0/0"]), "issues": (None, "留着二")})
    waits = edit(theirs["record"], {"issues": (None, "留着三")}, after=new_id())
    unreadable = edit("", {"issues": (None, "留着四")})
    nameless = edit("", {"student_id": (None, world.students["1/0/0"])})
    stranger.push(wrong, waits, unreadable, nameless)
    erase()
    kept = "".join(everything(app)[0])
    for words in ("留着", "留着二", "留着三", "留着四"):
        assert words in kept


def test_it_is_written_down_who_did_it_and_may_be_done_again(written, erase, world):
    erase()
    erase()
    with reading() as session:
        logged = session.execute(select(AccessLog.staff_id, AccessLog.subject).where(AccessLog.action == "erase")).all()
    assert logged == [(world.staff["head1"], f"student:{world.students['1/0/0']}")] * 2


def test_nobody_is_not_erased(app, world):
    with pytest.raises(NotFound):
        erasure.erase(app.extensions["jiafang.photos"], new_id(), actor_of_token(world.tokens["head1"]))
