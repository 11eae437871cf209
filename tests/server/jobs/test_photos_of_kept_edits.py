"""Photos that only a kept edit names: they wait for it while it may be applied, and nobody looks at them where a family refuses."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from server.accounts.duties import actor_on
from server.consents.service import Word, say
from server.db import new_id, reading, transaction
from server.jobs import chores
from server.photos.models import PhotoBytes
from server.sync import cases, erasure
from server.sync.models import InboxEdit
from server.times import shanghai_day, utc_now
from tests.server.photos.pictures import picture, sha256
from tests.server.sync.phone import edit, new_visit

STUDENT = "1/0/3"
DATA = picture(seed=9)
HASH = sha256(DATA)


@pytest.fixture
def desk(app):
    return app.extensions["jiafang.photos"]


@pytest.fixture
def kept(client, stranger, world):
    """Give the case of a visit that another class's teacher wrote, with its photo."""
    client.put(f"/api/v1/photos/{HASH}", data=DATA, headers=world.headers("t103"))
    [said] = stranger.push(new_visit(world, STUDENT, photos=[HASH]))
    assert said["status"] == "quarantined"
    return said["case"]


def says(world, student=STUDENT, **uses):
    with transaction() as session:
        say(session, Word(world.students[student], "mother", uses, "page", new_id()))


def after(desk, **time):
    return chores.sweep_photos(desk, utc_now() + timedelta(**time))


def looks(client, world, login="t103"):
    return client.get(f"/api/v1/photos/{HASH}", headers=world.headers(login)).status_code


def test_without_consent_they_wait_for_30_days(desk, kept, client, world):
    assert after(desk, days=29) == 0
    assert looks(client, world) == 200
    assert after(desk, days=31) == 1
    assert not desk.store.has(HASH)


def test_with_consent_they_wait_as_long_as_the_office_decides_and_a_year_at_most(desk, kept, world):
    says(world, photo_archive=True)
    assert after(desk, days=364) == 0
    assert desk.store.has(HASH)
    assert after(desk, days=366) == 1


def given_back(world, kept):
    with reading() as session:
        by = actor_on(session, world.staff["desk1"], shanghai_day(utc_now()))
    cases.return_(by, kept, "不是您班的学生")


def came_before(**time):
    """Let the edit and its photo have come earlier."""
    with transaction() as session:
        session.execute(update(PhotoBytes).values(stored_at=utc_now() - timedelta(**time)))
        session.execute(update(InboxEdit).values(received_at=utc_now() - timedelta(**time)))


def test_once_the_office_has_returned_it_they_wait_30_days_for_its_rewriting(desk, kept, world):
    says(world, photo_archive=True)
    given_back(world, kept)
    assert after(desk, days=31) == 1


def test_the_30_days_count_from_the_return_however_long_the_case_was_open(desk, kept, world):
    came_before(days=40)
    says(world, photo_archive=True)
    given_back(world, kept)
    assert after(desk, days=29) == 0
    assert desk.store.has(HASH)
    assert after(desk, days=31) == 1


def test_they_do_not_where_the_family_refuses_photos(desk, kept, world):
    came_before(days=40)
    says(world, photo_archive=False)
    given_back(world, kept)
    assert after(desk, hours=6) == 1


def test_an_edit_that_waits_for_another_one_counts_as_well(desk, client, phone, world):
    client.put(f"/api/v1/photos/{HASH}", data=DATA, headers=world.headers("t101"))
    visit = new_visit(world, STUDENT)
    phone.push(visit)
    says(world, photo_archive=True)
    members = {"photos": {"add": [HASH], "remove": []}}
    assert phone.push(edit(visit["record"], members=members, after=new_id()))[0]["status"] == "held"
    assert after(desk, days=300) == 0
    says(world, photo_archive=False)
    assert looks(client, world, "t101") == 404
    assert after(desk, days=31) == 1


@pytest.mark.parametrize("refused", ["record", "photo_archive"])
def test_who_sent_them_looks_at_them_no_more_once_the_family_refuses(desk, client, kept, world, refused):
    says(world, **{refused: False})
    assert looks(client, world) == 404
    assert after(desk, days=31) == 1


def test_a_visit_to_a_refusing_family_leaves_no_photo_behind(desk, client, phone, world):
    says(world, record=False)
    visit = new_visit(world, STUDENT, photos=[HASH])
    [said] = phone.push(visit)
    assert said["reason"] == "no_consent"
    client.put(f"/api/v1/photos/{HASH}", data=DATA, headers=world.headers("t101"))
    assert looks(client, world, "t101") == 404
    assert after(desk, days=31) == 1
    assert not desk.store.has(HASH)


def test_what_leaves_one_familys_record_stays_for_an_edit_that_waits(desk, client, kept, phone, world):
    never_asked = "1/0/5"
    client.put(f"/api/v1/photos/{HASH}", data=DATA, headers=world.headers("t101"))
    phone.push(new_visit(world, never_asked, photos=[HASH]))
    says(world, photo_archive=True)
    assert chores.remove_lapsed_photos(desk, utc_now() + timedelta(days=31)) == 1
    assert desk.store.has(HASH)
    assert after(desk, days=366) == 1
    assert not desk.store.has(HASH)


def test_nor_does_an_erasure_take_it_from_an_edit_of_another_family(desk, client, kept, phone, world):
    client.put(f"/api/v1/photos/{HASH}", data=DATA, headers=world.headers("t101"))
    phone.push(new_visit(world, "1/0/5", photos=[HASH]))
    erasure.erase(desk, world.students["1/0/5"], None)
    assert desk.store.has(HASH)
    assert after(desk, days=31) == 1
