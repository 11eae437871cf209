"""A family's photos are named and removed in the same moment: what another family agreed to is never lost by it."""

from datetime import timedelta

import pytest

from server.consents.service import Word, say
from server.db import new_id, transaction
from server.jobs import chores
from server.sync.run import case_rows
from server.times import utc_now
from tests.server.feedback.moments import Held, beside
from tests.server.photos.pictures import picture, sha256
from tests.server.sync.phone import Phone, id_of, new_visit

ASKED, NEVER_ASKED = "1/0/5", "1/0/3"
DATA = picture(seed=9)
HASH = sha256(DATA)


@pytest.fixture(params=["postgres"])
def config(config):
    """SQLite has one writer at a time."""
    return config


@pytest.fixture
def desk(app):
    return app.extensions["jiafang.photos"]


def test_a_photo_that_another_family_takes_up_in_that_moment_stays(app, client, world, desk, monkeypatch):
    phone = Phone(client, world, "t101")
    client.put(f"/api/v1/photos/{HASH}", data=DATA, headers=world.headers("t101"))
    phone.push(new_visit(world, NEVER_ASKED, photos=[HASH]))
    with transaction() as session:
        say(session, Word(world.students[ASKED], "mother", {"record": True, "photo_archive": True}, "page", new_id()))
    visit = new_visit(world, ASKED, photos=[HASH])
    with Held(app, monkeypatch, (case_rows, "open_all"), lambda: phone.push(visit)):
        removing = beside(app, lambda: chores.remove_lapsed_photos(desk, utc_now() + timedelta(days=31)))
    removing.result(20)
    assert desk.store.has(HASH)
    assert phone.row("visit", id_of(visit))["missing_photos"] == []
    assert client.get(f"/api/v1/photos/{HASH}", headers=world.headers("t101")).status_code == 200
