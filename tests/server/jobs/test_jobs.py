"""What runs by itself runs in one process at a time, does its piece, and survives trouble."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.accounts.models import AccessLog, SignInFailure, SignInSession
from server.config import ROOT
from server.db import new_id, reading, transaction
from server.jobs import chores, lease
from server.jobs.chores import CHORES, Chore
from server.jobs.models import JobLease
from server.jobs.runner import Runner
from server.photos.models import PhotoBytes
from server.times import utc_now
from tests.server.photos.pictures import picture, sha256

DATA = picture(seed=5)
HASH = sha256(DATA)


@pytest.fixture
def desk(app):
    return app.extensions["jiafang.photos"]


def put(client, world, data: bytes = DATA) -> None:
    assert client.put(f"/api/v1/photos/{sha256(data)}", data=data, headers=world.headers("t101")).status_code == 201


def count(model) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_one_process_holds_the_lease_and_another_takes_a_stale_one(app):  # the empty store
    now = utc_now()
    assert lease.take("first", now)
    assert lease.take("first", now + timedelta(seconds=50))
    assert not lease.take("second", now + timedelta(seconds=100))
    assert lease.take("second", now + timedelta(seconds=50) + lease.LASTS + timedelta(seconds=1))
    assert not lease.take("first", now + timedelta(seconds=150))
    assert count(JobLease) == 1


def test_a_lease_given_back_is_free_at_once(app):  # the empty store
    assert lease.take("first", utc_now())
    lease.give_back("second")
    assert not lease.take("second", utc_now())
    lease.give_back("first")
    assert lease.take("second", utc_now())


def test_only_the_holder_works_and_the_start_comes_first(app):
    done = []
    first = Chore("start", 0, lambda *_: done.append("start") or 1)
    often = Chore("often", 5, lambda *_: done.append("often") or 1)
    one, two = Runner(app, (first, often)), Runner(app, (first, often))
    assert one.turn(often)
    assert one.turn(often)
    assert not two.turn(often)
    assert done == ["start", "often", "often"]
    one.give_back()
    assert two.turn(often)
    assert done[3:] == ["start", "often"]


def test_a_chore_in_trouble_does_not_end_the_others(app, caplog):
    def fail(*_):
        raise ValueError("张三的家访")

    runner = Runner(app, ())
    assert runner.turn(Chore("bad", 5, fail))
    assert runner.turn(Chore("good", 5, lambda *_: 3))
    assert '"job": "bad", "error": "ValueError"' in caplog.text
    assert '"job": "good", "done": 3' in caplog.text
    assert "张三" not in caplog.text


def test_every_chore_runs_on_an_empty_store(app):
    runner = Runner(app)
    for chore in CHORES:
        chore.work(app.extensions["jiafang.photos"], utc_now())
    assert runner.turn(CHORES[1])


def test_photos_get_their_small_picture_without_anybody_looking(client, world, desk):
    put(client, world)
    assert chores.look_at_photos(desk, utc_now()) == 1
    assert desk.store.thumb_path(HASH).is_file()
    assert chores.look_at_photos(desk, utc_now()) == 0


def test_a_photo_lost_on_the_disk_does_not_hold_up_the_others_and_heals(client, world, desk):
    put(client, world)
    desk.store.path(HASH).unlink()
    assert chores.look_at_photos(desk, utc_now()) == 1
    assert chores.look_at_photos(desk, utc_now()) == 0
    put(client, world)
    assert chores.look_at_photos(desk, utc_now()) == 1
    answer = client.get(f"/api/v1/photos/{HASH}?size=thumb", headers=world.headers("t101"))
    assert answer.status_code == 200


def test_bytes_that_nobody_names_go_after_30_days(client, world, desk):
    put(client, world)
    now = utc_now()
    assert chores.sweep_photos(desk, now + timedelta(days=29)) == 0
    assert chores.sweep_photos(desk, now + timedelta(days=31)) == 1
    assert count(PhotoBytes) == 0
    assert not desk.store.has(HASH)


def test_what_crashes_and_dead_uploads_left_goes_too(client, world, desk):
    now = time.time()
    put(client, world)
    half = picture(seed=6)
    headers = {**world.headers("t101"), "Upload-Offset": "0", "Upload-Length": str(len(half))}
    client.patch(f"/api/v1/photos/{sha256(half)}", data=half[:100], headers=headers)
    stray = desk.store.path("c" * 64)
    unfinished = desk.store.path(f"{HASH}.17.abcd")
    for path in (stray, unfinished):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left")
    assert chores.sweep_photos(desk, utc_now()) == 1  # the file without a row; the others are too young
    for path in (unfinished, *desk.store.partials.glob("*/*")):
        os.utime(path, (now - 31 * 86_400, now - 31 * 86_400))
    assert chores.sweep_photos(desk, utc_now()) == 2
    assert [path.name for path in desk.store.photos.glob("??/*")] == [HASH]
    assert not list(desk.store.partials.glob("*/*"))


def test_sessions_failures_and_old_reads_end(app, world, desk):  # the store
    now = utc_now()
    with transaction() as session:
        session.execute(
            update(SignInSession)
            .where(SignInSession.staff_id == world.staff["t101"])
            .values(expires_at=now - timedelta(days=1))
        )
        session.add(SignInFailure(id=new_id(), login="t101", address="::1", at=now - timedelta(hours=1)))
        for days in (10, 4 * 366):
            line = {"at": now - timedelta(days=days), "staff_id": world.staff["t101"], "action": "pull"}
            session.add(AccessLog(id=new_id(), subject="class:x", rows=1, **line))
    before = count(SignInSession)
    chores.sweep_sign_ins(desk, now)
    assert (count(SignInSession), count(SignInFailure)) == (before - 1, 0)
    assert chores.sweep_old_reads(desk, now) == 1
    assert count(AccessLog) == 1


def test_the_real_process_works_beside_the_server_and_stops_when_told(app, config, client, world, desk):
    put(client, world)
    environment = {**os.environ, "JIAFANG_DATA": str(config.data_dir), "DATABASE_URL": config.database_url}
    command = [sys.executable, "-m", "flask", "--app", "server.cli", "jobs"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not desk.store.thumb_path(HASH).is_file() and time.monotonic() < deadline:
            time.sleep(0.2)
        assert desk.store.thumb_path(HASH).is_file()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert count(JobLease) == 0
