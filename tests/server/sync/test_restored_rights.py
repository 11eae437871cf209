"""A backup that is put back lets nobody in who was shut out since, and signs everybody out."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from server.accounts import devices, service
from server.accounts.models import AccessLog, Device, Duty, SignInSession, Staff
from server.db import new_id, reading, transaction, whole_store
from server.schools.models import Student
from server.sync import backup, erased, erasure, restore
from server.sync.models import InboxEdit
from server.times import shanghai_day, utc_now
from tests.server.sync.phone import new_visit


@pytest.fixture
def desk(app):
    return app.extensions["jiafang.photos"]


@pytest.fixture
def saved(phone, world, desk, tmp_path):
    phone.push(new_visit(world, at_home="一个家的事"))
    backup.save(desk, tmp_path / "school.tar")
    return tmp_path / "school.tar"


def asked(phone):
    return phone.post({"pull": {"limit": 500, "scopes": {}}})


def test_a_phone_shut_out_since_stays_shut_out(phone, world, desk, saved):
    with transaction() as session:
        devices.revoke(session, world.devices["t101"])
    assert restore.restore(desk, saved).rights_since == 1
    assert asked(phone).status_code == 401


def test_nobody_is_signed_in_and_phones_go_on_delivering(phone, other, world, desk, saved):
    restore.restore(desk, saved)
    answer = other.round(new_visit(world, "1/0/2"), pull={"limit": 500, "scopes": {}})
    assert (answer["pull"], answer["changes"], answer["outcomes"][0]["status"]) == ("signed_out", [], "applied")
    with reading() as session:
        assert session.scalars(select(SignInSession.id)).all() == []


def test_who_is_signed_out_sends_again_what_the_backup_lacks(phone, world, desk, saved):
    epoch = phone.round()["epoch"]
    restore.restore(desk, saved)
    answer = phone.round(pull={"limit": 500, "scopes": {}}, epoch=epoch)
    assert (answer["pull"], answer["changes"]) == ("restart", [])


def test_who_left_and_whose_duty_ended_since_has_neither_back(world, desk, saved):
    today = shanghai_day(utc_now())
    with transaction() as session:
        service.leave(session, world.staff["t101"], today - timedelta(days=1))
        taken_back, ended = session.scalars(select(Duty.id).where(Duty.staff_id == world.staff["t102"])).all()
        service.end_duty(session, ended, today)
        session.execute(delete(Duty).where(Duty.id == taken_back))
    assert restore.restore(desk, saved).rights_since == 4
    with reading() as session:
        assert session.get_one(Staff, world.staff["t101"]).left_on == today - timedelta(days=1)
        duties = session.execute(select(Duty.id, Duty.to_on).where(Duty.staff_id == world.staff["t102"])).all()
        assert duties == [(ended, today)]


def test_a_password_given_since_is_the_one_that_counts(world, desk, saved):
    with transaction() as session:
        service.set_password(session, world.staff["t103"], "another", once=True)
    restore.restore(desk, saved)
    with reading() as session:
        person = session.get_one(Staff, world.staff["t103"])
        assert (person.password_hash, person.password_until is None) == ("another", False)


def test_a_phone_that_came_or_got_another_token_since_goes_on_delivering(client, world, desk, saved):
    with transaction() as session:
        new = Device(id=new_id(), staff_id=world.staff["t103"], name="新", token_hash="n", created_at=utc_now())
        session.add(new)
        session.execute(update(Device).where(Device.id == world.devices["t102"]).values(token_hash="f" * 64))
    restore.restore(desk, saved)
    with reading() as session:
        assert session.get_one(Device, new.id).token_hash == "n"
        assert session.get_one(Device, world.devices["t102"]).token_hash == "f" * 64


def test_an_older_backup_put_back_first_by_mistake_changes_nothing_of_the_newer_one(
    phone, world, desk, saved, tmp_path
):
    today = shanghai_day(utc_now())
    with transaction() as session:
        service.leave(session, world.staff["t103"], today)
        devices.revoke(session, world.devices["t101"])
        duty = Duty(id=new_id(), staff_id=world.staff["t102"], kind="desk", from_on=today)
        session.add(duty)
        log_deed(session, world.staff["t102"])
    backup.save(desk, tmp_path / "newer.tar")
    with whole_store() as connection:  # another machine
        restore._empty(connection)
    restore.restore(desk, saved)
    restore.restore(desk, tmp_path / "newer.tar")
    assert asked(phone).status_code == 401
    with reading() as session:
        assert session.get_one(Staff, world.staff["t103"]).left_on == today
        assert session.get(Duty, duty.id) is not None


def log_deed(session, staff_id):
    row = {
        "id": new_id(),
        "at": utc_now() + timedelta(seconds=1),
        "staff_id": staff_id,
        "action": "page",
        "subject": "x",
    }
    session.add(AccessLog(**row))


def test_where_nothing_can_be_known_it_is_said(app, world, desk, saved):
    from server.cli import restore_store

    app.cli.command("restore")(restore_store)
    runner = app.test_cli_runner()
    assert "CHECK BY HAND" not in runner.invoke(args=["restore", "--yes", str(saved)]).output
    with whole_store() as connection:  # another machine, on which nobody is known
        restore._empty(connection)
    said = runner.invoke(args=["restore", "--yes", str(saved)]).output
    assert "备份里有 13 位老师" in said
    assert "CHECK BY HAND" in said


def test_what_is_erased_while_a_restore_begins_stays_erased(phone, world, desk, saved, monkeypatch):
    """On PostgreSQL others write until the tables are locked: nothing may be read before."""
    locked = restore._lock

    def late(connection):
        if connection.dialect.name == "postgresql":
            erasure.erase(desk, world.students["1/0/0"], None)
            erased.path_of(desk.store).unlink()
        locked(connection)

    monkeypatch.setattr(restore, "_lock", late)
    done = restore.restore(desk, saved)
    with reading() as session:
        gone = session.get_one(Student, world.students["1/0/0"]).erased
        assert (
            gone == ("一个家的事" not in str(session.execute(select(InboxEdit.body)).all())) == (done.erased_again == 1)
        )
        assert gone or session.get_bind().dialect.name == "sqlite"
