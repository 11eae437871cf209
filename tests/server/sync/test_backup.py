"""A backup holds everything; put back, it is all there or nothing is, and the phones heal what it lacks."""

import io
import stat
import tarfile
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from server.accounts.devices import actor_of_token
from server.app import create_app
from server.cli import backup_store, restore_store
from server.db import Model, db, new_id, reading, whole_store
from server.records.models import Epoch, FeedCounter, Record
from server.schools.models import Student
from server.sync import backup, erased, erasure, restore
from server.sync.restore import BackupRefusedError, Restored
from tests.server.photos.pictures import picture, sha256
from tests.server.sync.phone import edit, id_of, new_visit
from tests.server.sync.reader import Reader
from tests.server.world import sign_in_again

UNLIKE = ("epoch", "feed_counters")  # what a restore changes on purpose
SIGN_INS = ("sign_in_sessions", "devices")  # and this: it signs everybody out (test_restored_rights.py)


@pytest.fixture
def desk(app):
    return app.extensions["jiafang.photos"]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "school.tar"


def contents():
    with reading() as session:
        return {
            table.name: sorted(map(str, session.execute(select(table)).all()))
            for table in Model.metadata.sorted_tables
            if table.name not in UNLIKE
        }


def without_sign_ins(found):
    return {name: rows for name, rows in found.items() if name not in SIGN_INS}


@pytest.fixture
def photo(client, world):
    data = picture()
    client.put(f"/api/v1/photos/{sha256(data)}", data=data, headers=world.headers("t101"))
    return sha256(data)


def test_everything_comes_back(phone, other, world, photo, desk, file):
    made = new_visit(world, photos=[photo], strengths="“引号”\n换行\t🙂")
    phone.push(made)
    other.push(edit(made["record"], {"strengths": ("别的", "二")}))
    before = contents()
    counts = backup.save(desk, file)
    phone.push(new_visit(world, "1/0/2"), edit(made["record"], {"issues": (None, "后来写的")}))
    desk.store.remove(photo)
    assert contents() != before
    assert restore.restore(desk, file) == Restored(counts, erased_again=0)
    assert without_sign_ins(contents()) == without_sign_ins(before)
    assert desk.store.path(photo).exists()
    assert counts["photos"] == 1


def test_the_file_is_for_its_owner_only_and_no_part_is_left(world, desk, file):
    backup.save(desk, file)
    backup.save(desk, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.glob("*.part")] == []


def test_phones_begin_afresh_and_send_again_what_the_backup_lacks(phone, world, desk, file):
    reader = Reader(world.tokens["t101"])
    backup.save(desk, file)
    made = new_visit(world)
    phone.push(made)
    reader.read_all()
    cursor = max(reader.cursors.values())
    restore.restore(desk, file)
    assert reader.ask()["pull"] == "restart"
    reader.take(reader.ask())
    assert reader.ask()["pull"] == "signed_out"
    (outcome,) = phone.push(made)
    assert (outcome["status"], outcome["replayed"]) == ("applied", False)
    sign_in_again(world, "t101")
    reader.read_all()
    assert id_of(made) in reader.ids("visit")
    assert max(reader.cursors.values()) > cursor + 10**6 - 100


def test_a_cursor_of_the_lost_time_is_never_taken_for_one_of_the_new(phone, world, desk, file):
    with reading() as session:
        before = dict(session.execute(select(FeedCounter.school_id, FeedCounter.seq)).all())
        epoch = session.scalar(select(Epoch.value))
    backup.save(desk, file)
    restore.restore(desk, file)
    with reading() as session:
        after = dict(session.execute(select(FeedCounter.school_id, FeedCounter.seq)).all())
        assert after == {school: seq + 10**6 for school, seq in before.items()}
        assert session.scalar(select(Epoch.value)) != epoch


def test_a_family_erased_since_stays_erased(phone, world, photo, desk, file):
    made = new_visit(world, photos=[photo], strengths="不可留下")
    own_words = {"visit_id": (None, id_of(made)), "gift_declined": (None, "不可留下：退回了一箱水果")}
    phone.push(made, edit(f"reflection:{new_id()}", own_words, after=made["id"]))
    backup.save(desk, file)
    assert str(contents()).count("退回了一箱水果") > 1
    erasure.erase(desk, world.students["1/0/0"], actor_of_token(world.tokens["head1"]))
    restore.restore(desk, file)
    assert "不可留下" not in str(contents())
    assert not desk.store.path(photo).exists()
    with reading() as session:
        assert session.get(Student, world.students["1/0/0"]).erased
        assert not session.get(Student, world.students["1/0/1"]).erased
    sign_in_again(world, "t101")
    reader = Reader(world.tokens["t101"])
    reader.read_all()
    assert len(reader.ids("student")) == 9


def empty_the_database():
    """Let it be as on a new machine, as far as a restore asks it: it knows of no erasure."""
    with whole_store() as connection:
        connection.execute(update(Student).values(erased=False))


@pytest.fixture
def written(phone, world):
    phone.push(new_visit(world, strengths="不可留下"))


@pytest.fixture
def erase(desk, world):
    return lambda: erasure.erase(desk, world.students["1/0/0"], actor_of_token(world.tokens["head1"]))


def stands_erased(world):
    with reading() as session:
        return session.get(Student, world.students["1/0/0"]).erased and "不可留下" not in str(contents())


def test_an_empty_machine_brings_no_family_back_that_its_list_names(written, erase, world, desk, file):
    backup.save(desk, file)
    erase()
    empty_the_database()
    assert restore.restore(desk, file).erased_again == 1
    assert stands_erased(world)


def test_nor_one_that_the_list_of_a_newer_backup_names(written, erase, world, desk, file):
    newer = file.with_name("newer.tar")
    backup.save(desk, file)
    erase()
    backup.save(desk, newer)
    empty_the_database()
    erased.path_of(desk.store).unlink()
    assert restore.restore(desk, file).erased_again == 0
    assert "不可留下" in str(contents())  # nothing here knows better
    assert restore.restore(desk, file, [file.with_name("newer.tar.erased")]).erased_again == 1
    assert stands_erased(world)
    assert erased.on_disk(desk.store) == {world.students["1/0/0"]}


def test_the_list_holds_ids_alone_and_is_made_whole_by_a_backup(written, erase, world, desk, file):
    erase()
    path, id_ = erased.path_of(desk.store), world.students["1/0/0"]
    assert path.read_text() == f"{id_}\n"
    path.write_text("0199-torn")  # the power went in the middle of a line
    backup.save(desk, file)
    assert path.read_text() == f"0199-torn\n{id_}\n"
    assert file.with_name("school.tar.erased").read_text() == f"{id_}\n"
    erase()
    assert path.read_text().count(id_) == 1


def test_what_is_no_list_stops_the_restore(written, world, desk, file):
    backup.save(desk, file)
    wrong = file.with_name("wrong.erased")
    wrong.write_text("学生100\n", encoding="utf-8")
    before = contents()
    with pytest.raises(BackupRefusedError, match=r"wrong\.erased"):
        restore.restore(desk, file, [wrong])
    assert contents() == before


def cut(data):
    return data[: len(data) // 2]


def without_end(data):
    return _again(data, lambda name, body: None if name == "end.json" else body)


def one_row_short(data):
    return _again(data, lambda name, body: body[body.index(b"\n") + 1 :] if name == "tables/guardians.jsonl" else body)


def another_format(data):
    return _again(data, lambda name, body: b'{"format": 99}' if name == "store.json" else body)


def another_revision(data):
    return _again(data, lambda name, body: b'{"format": 1, "revision": "x"}' if name == "store.json" else body)


def foreign_table(data):
    return _again(data, lambda _name, body: body, extra=("tables/secrets.jsonl", b"{}\n"))


def broken_row(data):
    return _again(data, lambda name, body: b'{"id": \n' if name == "tables/students.jsonl" else body)


def nothing(_data):
    return b""


def a_text(_data):
    return b"hello" * 1000


def _again(data, change, extra=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=out, mode="w") as new:
        members = [(member.name, old.extractfile(member).read()) for member in old]
        for name, body in [*members[:1], *([extra] if extra else []), *members[1:]]:
            changed = change(name, body)
            if changed is not None:
                info = tarfile.TarInfo(name)
                info.size = len(changed)
                new.addfile(info, io.BytesIO(changed))
    return out.getvalue()


BROKEN = [cut, without_end, one_row_short, another_format, another_revision, foreign_table, broken_row, nothing, a_text]


def test_a_restore_that_fails_leaves_the_store_as_it_was(phone, world, photo, desk, file):
    phone.push(new_visit(world, photos=[photo]))
    backup.save(desk, file)
    whole = file.read_bytes()
    phone.push(new_visit(world, "1/0/2", strengths="后来写的"))
    desk.store.remove(photo)
    before = contents()
    for harm in BROKEN:
        file.write_bytes(harm(whole))
        with pytest.raises(BackupRefusedError):
            restore.restore(desk, file)
        assert contents() == before, harm.__name__
    with pytest.raises(FileNotFoundError):
        restore.restore(desk, file.with_name("nowhere.tar"))


def test_a_backup_goes_from_one_database_to_the_other(phone, world, photo, desk, file, config):
    made = new_visit(world, photos=[photo], strengths="带走")
    phone.push(made)
    before = contents()
    backup.save(desk, file)
    (file.parent / "there").mkdir()
    there = create_app(replace(config, data_dir=file.parent / "there", database_url=""))
    with there.app_context():
        Model.metadata.create_all(db.engine)
        restore.restore(there.extensions["jiafang.photos"], file)
        assert without_sign_ins(contents()) == without_sign_ins(before)
        assert there.extensions["jiafang.photos"].store.path(photo).exists()
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(Record)) == 1
        db.engine.dispose()


def test_the_commands(app, world, desk, file):
    runner = app.test_cli_runner()
    app.cli.command("backup")(backup_store)
    app.cli.command("restore")(restore_store)
    assert "rows" in runner.invoke(args=["backup", str(file)]).output
    with whole_store() as connection:
        connection.execute(update(Student).values(name=new_id()))
    assert runner.invoke(args=["restore", str(file)], input="n\n").exit_code == 1
    (file.parent / "kept.erased").write_text(world.students["1/0/1"] + "\n")
    done = runner.invoke(args=["restore", "--yes", "--erased", str(file.parent / "kept.erased"), str(file)])
    assert (done.exit_code, "rows" in done.output) == (0, True)
    assert "1 families erased again" in done.output
    with reading() as session:
        assert session.get(Student, world.students["1/0/0"]).name == "学生100"
    file.write_bytes(b"no backup")
    refused = runner.invoke(args=["restore", "--yes", str(file)])
    assert refused.exit_code == 1
    assert "no backup" in refused.output
