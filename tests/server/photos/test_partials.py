"""What one device may leave half-way: its oldest uploads go first, and a phone whose upload went sends it anew."""

import os

import pytest

from server.photos import partials as limits
from server.photos.partials import Upload
from tests.server.photos.pictures import picture, sha256


@pytest.fixture
def partials(app):
    return app.extensions["jiafang.photos"].partials


def begin(partials, number: int, size: int = 10, device: str = "phone") -> Upload:
    upload = Upload(device, f"{number:064x}", 10**6)
    partials.append(upload, 0, bytes(size))
    os.utime(partials.path(upload), ns=(number, number))  # as old as its number says
    return upload


def here(partials, *uploads: Upload) -> list[bool]:
    return [partials.find(each.device_id, each.sha256) is not None for each in uploads]


def test_a_device_has_at_most_twenty_uploads_on_their_way(partials):
    other = begin(partials, 0, device="another phone")
    first, second, *others = [begin(partials, number) for number in range(1, limits.MOST_UPLOADS + 1)]
    assert all(here(partials, first, second, *others))
    one_more = begin(partials, 99)
    assert here(partials, first, second, one_more, other) == [False, True, True, True]


def test_a_device_holds_at_most_so_many_bytes(partials, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES", 100)
    first, second, third = (begin(partials, number, 30) for number in range(1, 4))
    partials.append(second, 30, bytes(20))
    assert here(partials, first, second, third) == [False, True, True]
    partials.append(first, 0, bytes(101))
    assert here(partials, first, second, third) == [True, False, False]  # what grows stays: it is being sent


def test_what_is_being_finished_is_not_taken_away_under_its_hands(partials, monkeypatch):
    monkeypatch.setattr(limits, "MOST_UPLOADS", 1)
    oldest, old = begin(partials, 1), Upload("phone", f"{2:064x}", 10**6)
    with partials.opened(oldest):
        newest = begin(partials, 3)
        assert here(partials, oldest, newest) == [True, True]
    partials.append(old, 0, bytes(10))
    assert here(partials, oldest, newest, old) == [False, False, True]


def test_two_requests_that_drop_the_same_upload_are_both_served(partials, monkeypatch):
    monkeypatch.setattr(limits, "MOST_UPLOADS", 2)
    gone, first, second = (begin(partials, number) for number in (1, 2, 3))
    listed = limits._held_in

    def meanwhile(folder):
        """Let the other request take what both have listed."""
        found = listed(folder)
        partials.wipe(first)
        return found

    monkeypatch.setattr(limits, "_held_in", meanwhile)
    third = begin(partials, 4)
    assert here(partials, gone, first, second, third) == [False, False, True, True]


def test_a_phone_whose_upload_was_dropped_sends_it_anew_and_loses_nothing(phone, monkeypatch):
    monkeypatch.setattr(limits, "MOST_UPLOADS", 1)
    old, new, sender = picture(seed=1), picture(seed=2), phone("t101")
    assert sender.patch(old, 0, 300).status_code == 204
    assert sender.patch(new, 0, 300).status_code == 204
    assert sender.head(sha256(old)).status_code == 404
    gone = sender.patch(old, 300, **{"Upload-Length": str(len(old))})
    assert (gone.status_code, gone.headers["Upload-Offset"]) == (409, "0")
    assert sender.put(old).status_code == 201
    assert sender.patch(new, 300).status_code == 201
    assert sender.get(sha256(old)).data == old
