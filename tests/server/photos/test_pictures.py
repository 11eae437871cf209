"""The first look decodes, safely; what cannot be shown says so kindly."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from server.db import reading, transaction
from server.photos import pictures, service, sweep
from server.photos.models import PhotoBytes
from tests.server.photos.pictures import picture, sha256, talkative_jpeg, talkative_png, talkative_webp

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # files are tried here, not tables


@pytest.fixture
def office(app, world):  # the world holds the session
    """The desk's browser: signed in by the cookie, as its page is."""
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["sign_in"] = "session-desk1"
    return browser


def state(name: str) -> str:
    with reading() as session:
        return session.scalars(select(PhotoBytes.state).where(PhotoBytes.sha256 == name)).one()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_small_picture_is_a_small_jpeg(phone, kind):
    data = picture(kind, (1600, 1000))
    phone("t101").put(data)
    assert state(sha256(data)) == "stored"  # nothing was decoded while receiving
    small = phone("t101").get(sha256(data), "thumb")
    assert small.content_type == "image/jpeg"
    assert opened(small.data).size == (320, 200)
    assert len(small.data) < 12_000
    assert state(sha256(data)) == "decoded"


@pytest.mark.parametrize("make", [talkative_jpeg, talkative_png, talkative_webp])
def test_a_turned_picture_is_upright_small_and_whole(phone, make):
    data = make(6)  # 90 degrees: red, at the left of the file, belongs at the top
    phone("t101").put(data)
    small = opened(phone("t101").get(sha256(data), "thumb").data)
    assert small.size == (40, 64)
    assert small.getpixel((20, 5))[0] > 150
    assert small.getpixel((20, 60))[2] > 150
    assert opened(phone("t101").get(sha256(data)).data).getexif()[0x0112] == 6  # what a browser turns by


def test_a_see_through_picture_stands_on_white(phone):
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(out, "PNG")
    phone("t101").put(out.getvalue())
    small = opened(phone("t101").get(sha256(out.getvalue()), "thumb").data)
    assert min(small.getpixel((25, 25))) > 250


def test_a_truncated_jpeg_is_kept_and_said_to_be_unreadable(phone):
    whole = picture(size=(800, 600), quality=95)
    data = whole[: len(whole) * 2 // 3]
    assert phone("t101").put(data).status_code == 201
    for size in ("thumb", "full"):
        answer = phone("t101").get(sha256(data), size)
        assert (answer.status_code, answer.json["error"]) == (422, "photo_unreadable")
    assert state(sha256(data)) == "unreadable"
    assert phone("t101").head(sha256(data)).status_code == 200


def test_a_page_shows_a_kind_picture_for_an_unreadable_one(phone, office, visit_with):
    whole = picture(size=(800, 600), quality=95)
    data = whole[: len(whole) * 2 // 3]
    visit_with("t101", sha256(data))
    phone("t101").put(data)
    answer = office.get(f"/school/photos/{sha256(data)}?size=thumb")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert "打不开" in answer.text


def test_a_page_of_the_office_shows_photos_of_its_school_only(phone, office, visit_with):
    ours, theirs = picture(seed=1), picture(seed=2)
    visit_with("t101", sha256(ours))
    visit_with("t201", sha256(theirs), place="2/0")
    phone("t101").put(ours)
    phone("t201").put(theirs)
    assert office.get(f"/school/photos/{sha256(ours)}").data == ours
    assert office.get(f"/school/photos/{sha256(theirs)}").status_code == 404


def test_a_picture_of_fifty_megapixels_is_taken_in_and_shown_small(phone):
    data = picture("JPEG", (8660, 5774), quality=30)
    assert len(data) < 5 * 1024 * 1024
    assert phone("t101").put(data).status_code == 201
    assert max(opened(phone("t101").get(sha256(data), "thumb").data).size) == 320


def test_a_lost_small_picture_is_made_again(app, phone):
    data, store = picture(), app.extensions["jiafang.photos"].store
    phone("t101").put(data)
    phone("t101").get(sha256(data), "thumb")
    store.thumb_path(sha256(data)).unlink()
    assert phone("t101").get(sha256(data), "thumb").status_code == 200


def test_the_background_finds_what_nobody_has_looked_at(app, phone):
    first, second = picture(seed=1), picture(seed=2)
    phone("t101").put(first)
    phone("t101").put(second)
    phone("t101").get(sha256(second), "thumb")
    with reading() as session:
        assert service.not_looked_at(session, 10) == [sha256(first)]
    assert pictures.look(app.extensions["jiafang.photos"], sha256(first))
    with reading() as session:
        assert service.not_looked_at(session, 10) == []


def test_no_small_picture_is_left_of_a_photo_that_went_while_it_was_decoded(phone, app, monkeypatch):
    data, desk = picture(), app.extensions["jiafang.photos"]
    phone("t101").put(data)
    decode = pictures.small_picture

    def slow(path):
        small = decode(path)
        with transaction() as session:
            service.drop(session, [sha256(data)])
        sweep.discard(desk, [sha256(data)])
        return small

    monkeypatch.setattr(pictures, "small_picture", slow)
    assert pictures.look(desk, sha256(data)) is False
    assert not desk.store.thumb_path(sha256(data)).exists()


def test_a_small_picture_without_a_photo_is_swept(phone, app):
    data, desk = picture(), app.extensions["jiafang.photos"]
    phone("t101").put(data)
    pictures.look(desk, sha256(data))
    desk.store.put_thumb("ab" * 32, b"small")
    assert sweep.sweep_strays(desk) == 1
    assert not desk.store.thumb_path("ab" * 32).exists()
    assert desk.store.thumb_path(sha256(data)).exists()
