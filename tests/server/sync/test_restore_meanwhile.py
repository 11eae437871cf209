"""A restore and a phone that sends a photo at the same time: each waits for the other once, and neither for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text

from server.db import db
from server.storage import PhotoStore
from server.sync import backup, restore
from tests.server.photos.pictures import picture, sha256

SECONDS = 60  # more than any machine needs


@pytest.fixture
def desk(app):
    return app.extensions["jiafang.photos"]


@pytest.fixture
def moments(monkeypatch):
    """Let a photo that lies in its locked folder wait for the restore's table locks, if these can be had meanwhile."""
    storing, locked = Event(), Event()
    put, lock = PhotoStore.put, restore._lock

    def put_and_wait(*args):
        put(*args)
        if not storing.is_set():
            storing.set()
            locked.wait(timeout=2)

    def lock_and_tell(connection):
        lock(connection)
        locked.set()

    monkeypatch.setattr(PhotoStore, "put", put_and_wait)
    monkeypatch.setattr(restore, "_lock", lock_and_tell)
    return storing


def free_who_waits():
    """End every other connection: the threads of a test that fails must not outlive it."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))


def test_both_come_to_their_end(app, world, client, desk, tmp_path, request):
    data = picture()
    address = f"/api/v1/photos/{sha256(data)}"
    client.put(address, data=data, headers=world.headers("t101"))
    saved = backup.save(desk, tmp_path / "school.tar")
    storing = request.getfixturevalue("moments")

    def send():
        return app.test_client().put(address, data=data, headers=world.headers("t102")).status_code

    def put_back():
        with app.app_context():
            return restore.restore(desk, tmp_path / "school.tar")

    with ThreadPoolExecutor(2) as pool:
        try:
            sent = pool.submit(send)
            assert storing.wait(timeout=SECONDS)
            restored = pool.submit(put_back)
            assert sent.result(timeout=SECONDS) in {201, 503}
            assert restored.result(timeout=SECONDS).counts == saved
        finally:
            free_who_waits()
    assert send() == 201  # the phone sends again what the restore took away
    assert desk.store.path(sha256(data)).read_bytes() == data
