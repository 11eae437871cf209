"""Photos without a family's consent go after 30 days, and all of them after a year: bytes, small pictures, claims, names."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.consents.service import Word, say
from server.db import new_id, reading, transaction
from server.jobs import chores
from server.photos.models import PhotoBytes, PhotoClaim, PhotoUse
from server.times import utc_now
from server.visits import photo_lapses
from server.visits.moving import move_student
from tests.server.photos.pictures import picture, sha256
from tests.server.sync.phone import edit, id_of, new_visit, resolve

STUDENT = "1/0/3"
DATA = picture(seed=9)
HASH = sha256(DATA)


@pytest.fixture
def desk(app):
    return app.extensions["jiafang.photos"]


@pytest.fixture
def taken(client, phone, world):
    """A visit whose photo has come, was captioned and put in a place, and was looked at."""
    client.put(f"/api/v1/photos/{HASH}", data=DATA, headers=world.headers("t101"))
    visit = new_visit(world, STUDENT, strengths="爱画画", photos=[HASH], photo_order=None)
    more = {f"photos/{HASH}/caption": (None, "书桌"), "photo_order": (None, [{"photo": HASH}])}
    phone.push(visit, edit(visit["record"], more, after=visit["id"]))
    assert client.get(f"/api/v1/photos/{HASH}?size=thumb", headers=world.headers("t101")).status_code == 200
    return id_of(visit)


def says(world, student=STUDENT, **uses):
    with transaction() as session:
        say(session, Word(world.students[student], "mother", uses, "page", new_id()))


def after(desk, **time):
    return chores.remove_lapsed_photos(desk, utc_now() + timedelta(**time))


def rows():
    with reading() as session:
        return [session.scalar(select(func.count()).select_from(each)) for each in (PhotoBytes, PhotoClaim, PhotoUse)]


def test_a_photo_that_nobody_was_asked_about_stays_for_30_days(desk, phone, taken):
    assert after(desk, days=29) == 0
    assert phone.row("visit", taken)["photos"] == [HASH]
    assert after(desk, days=31) == 1
    row = phone.row("visit", taken)
    assert row["photos"] == []
    assert not [path for path in row if path.startswith("photos/")]
    assert row["photo_order"] == []
    assert row["strengths"] == "爱画画"
    assert rows() == [0, 0, 0]
    assert not desk.store.has(HASH)
    assert not desk.store.thumb_path(HASH).exists()
    assert after(desk, days=31) == 0


def test_consent_that_is_taken_back_leaves_30_days_from_then(desk, phone, taken, world, monkeypatch):
    says(world, photo_archive=True)
    assert after(desk, days=300) == 0
    later = utc_now() + timedelta(days=100)
    with monkeypatch.context() as clock:
        clock.setattr("server.consents.service.utc_now", lambda: later)
        says(world, photo_archive=False)
    assert after(desk, days=129) == 0
    assert after(desk, days=131) == 1
    assert phone.row("visit", taken).get("photos", []) == []
    assert not desk.store.has(HASH)


def test_a_word_taken_back_in_time_keeps_the_photo(desk, phone, taken, world):
    says(world, record=False)
    says(world, record=True, photo_archive=True)
    assert after(desk, days=60) == 0
    assert phone.row("visit", taken)["photos"] == [HASH]


def test_a_photo_lives_for_a_year_at_most(desk, taken, world):
    says(world, photo_archive=True, photo_school=True)
    assert after(desk, days=364) == 0
    assert after(desk, days=366) == 1
    assert not desk.store.has(HASH)


def test_bytes_stay_for_another_family_that_agreed(desk, phone, taken, world):
    phone.push(new_visit(world, "1/0/5", photos=[HASH]))
    says(world, "1/0/5", photo_archive=True)
    assert after(desk, days=31) == 1
    assert desk.store.has(HASH)
    assert rows() == [1, 1, 1]
    assert phone.row("visit", taken)["photos"] == []


def test_a_photo_that_was_taken_out_before_goes_with_the_others(desk, phone, taken):
    phone.push(edit(f"visit:{taken}", members={"photos": {"add": [], "remove": [HASH]}}))
    assert after(desk, days=31) == 1
    assert rows() == [0, 0, 0]


def test_a_photo_that_the_phone_names_again_is_sent_again_and_waits_anew(client, desk, phone, taken, world):
    after(desk, days=31)
    back = {"photos": {"add": [HASH], "remove": []}}
    phone.push(edit(f"visit:{taken}", members=back))
    assert phone.row("visit", taken)["missing_photos"] == [HASH]
    assert client.put(f"/api/v1/photos/{HASH}", data=DATA, headers=world.headers("t101")).status_code == 201
    assert phone.row("visit", taken)["missing_photos"] == []
    assert after(desk, days=29) == 0


def test_another_school_asks_anew_and_has_30_days_for_it(desk, taken, world):
    says(world, photo_archive=True)
    with transaction() as session:
        move_student(session, world.students[STUDENT], world.classes["2/0"])
    assert after(desk, days=29) == 0
    assert after(desk, days=31) == 1


@pytest.mark.parametrize("days", [30, 365])
def test_the_days_count_from_when_the_visit_named_it_not_from_when_the_bytes_first_came(
    desk, phone, taken, world, monkeypatch, days
):
    student = "1/0/5"
    for each in (STUDENT, student):
        says(world, each, photo_archive=True)
    with monkeypatch.context() as clock:
        clock.setattr("server.photos.uses.utc_now", lambda: utc_now() + timedelta(days=100))
        phone.push(new_visit(world, student, photos=[HASH]))
    if days == 30:
        with transaction() as session:
            move_student(session, world.students[student], world.classes["2/0"])  # nobody has been asked there
    before = after(desk, days=99 + days)
    assert before == (0 if days < 265 else 1)  # the other family's is a year old
    assert desk.store.has(HASH)
    assert after(desk, days=101 + days) == 1


def test_what_differed_about_a_photo_that_is_gone_is_decided_no_more(desk, phone, other, taken):
    path = f"photos/{HASH}/caption"
    [kept, stays] = other.push(
        edit(f"visit:{taken}", {path: (None, "阳台")}), edit(f"visit:{taken}", {"strengths": (None, "爱唱歌")})
    )
    assert after(desk, days=31) == 1
    row = phone.row("conflict", kept["conflicts"][0])
    assert (row["status"], row["head"]["value"], row["settled_by"]) == ("settled", None, None)
    assert phone.row("conflict", stays["conflicts"][0])["status"] == "open"
    assert phone.push(resolve(row["id"], row["head"]["rev"], "alternative"))[0]["status"] == "applied"
    assert path not in phone.row("visit", taken)


def test_one_familys_trouble_does_not_keep_the_photos_of_the_others(desk, phone, taken, world, monkeypatch, caplog):
    phone.push(new_visit(world, "1/0/5", photos=[HASH]))
    real = photo_lapses.lock_family

    def lock(context, student_id):
        if student_id == world.students[STUDENT]:
            raise ValueError("学生103的照片")
        return real(context, student_id)

    monkeypatch.setattr(photo_lapses, "lock_family", lock)
    monkeypatch.setattr(photo_lapses, "FAMILIES_AT_ONCE", 2)
    assert after(desk, days=31) == 1
    assert phone.row("visit", taken)["photos"] == [HASH]
    assert world.students[STUDENT] in caplog.text
    assert "学生103" not in caplog.text


def test_many_families_take_their_turns(desk, phone, taken, world, monkeypatch):
    monkeypatch.setattr(photo_lapses, "FAMILIES_AT_ONCE", 1)
    phone.push(new_visit(world, "1/0/5", photos=[HASH]))
    assert [after(desk, days=31) for _ in range(3)] == [1, 1, 0]
    assert not desk.store.has(HASH)


@pytest.mark.parametrize("asked", [True, False])
def test_a_visit_that_tells_of_a_sibling_keeps_photos_as_long_as_both_families_agree(client, desk, phone, world, asked):
    client.put(f"/api/v1/photos/{HASH}", data=DATA, headers=world.headers("t101"))
    own, beside, stranger = "1/0/0", "1/0/1", "1/0/5"
    visit = new_visit(world, own, photos=[HASH], also_for=[world.students[beside], world.students[stranger]])
    alone = new_visit(world, own, visit_date="2026-09-20", photos=[HASH])
    phone.push(visit, alone)
    says(world, own, photo_archive=True)
    says(world, stranger, photo_archive=False)  # of another household: named by mistake
    if asked:
        says(world, beside, photo_archive=True)
        assert after(desk, days=60) == 0
        says(world, beside, photo_archive=False)
    assert after(desk, days=29) == 0
    assert after(desk, days=31) == 1
    assert phone.row("visit", id_of(visit)).get("photos", []) == []
    assert phone.row("visit", id_of(alone))["photos"] == [HASH]  # that one tells of no other child
