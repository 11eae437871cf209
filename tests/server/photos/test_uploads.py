"""Bytes reach the store whole or not at all, go on where they were cut, and are never sent twice in vain."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from server.accounts.devices import actor_of_token
from server.app import create_app
from server.photos.partials import Upload
from tests.server.photos.conftest import Sender
from tests.server.photos.pictures import SECRET, picture, sha256, talkative_jpeg

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # files are tried here, not tables


@pytest.fixture
def store(app):
    return app.extensions["jiafang.photos"].store


@pytest.fixture
def full_disk(monkeypatch):
    """Let the disk be full after so many bytes of one piece."""
    real = os.pwrite

    def fill(room: int) -> None:
        def write(handle, data, offset):
            if room <= 0 or offset >= room:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(handle, data[: room - offset], offset)

        monkeypatch.setattr(os, "pwrite", write)

    return fill


def test_a_whole_photo_is_stored_and_can_be_had(phone):
    data = picture()
    assert phone("t101").put(data).status_code == 201
    answer = phone("t101").head(sha256(data))
    assert answer.status_code == 200
    assert not answer.content_type.startswith("text/html")
    shown = phone("t101").get(sha256(data))
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "no-store"


def test_what_is_not_begun_is_not_found(phone):
    assert phone("t101").head("a" * 64).status_code == 404
    assert phone("t101").get("a" * 64).status_code == 404
    assert phone("t101").head("../../etc/passwd").status_code == 404
    assert phone("t101").head("A" * 64).status_code == 404


def test_a_photo_goes_on_where_it_was_cut(phone):
    data, sender = picture(size=(400, 300)), phone("t101")
    assert sender.patch(data, 0, 1000).status_code == 204
    half = sender.head(sha256(data))
    assert (half.status_code, half.headers["Upload-Offset"]) == (206, "1000")
    assert half.headers["Upload-Length"] == str(len(data))
    last = sender.patch(data, 1000)
    assert (last.status_code, last.headers["Upload-Offset"]) == (201, str(len(data)))
    assert sender.get(sha256(data)).data == data


def test_a_part_at_the_wrong_place_is_told_the_right_one(phone):
    data, sender = picture(), phone("t101")
    sender.patch(data, 0, 200)
    for wrong in (0, 100, 300):
        answer = sender.patch(data, wrong)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "200")
    assert phone("t101").patch(picture(seed=3), 50).headers["Upload-Offset"] == "0"


def test_a_part_belongs_to_its_phone(phone):
    data = picture()
    phone("t101").patch(data, 0, 200)
    assert phone("t102").head(sha256(data)).status_code == 404
    assert phone("t102").put(data).status_code == 201
    assert phone("t101").head(sha256(data)).headers["Upload-Offset"] == "200"


def test_the_first_part_names_the_whole_length_and_5_mib_are_the_limit(phone):
    data, sender = picture(), phone("t101")
    assert (
        sender.client.patch(
            f"/api/v1/photos/{sha256(data)}", data=data, headers={**sender.headers, "Upload-Offset": "0"}
        ).status_code
        == 400
    )
    assert sender.patch(data, 0, 10, **{"Upload-Length": str(5 * 1024 * 1024 + 1)}).status_code == 413
    big = picture() + bytes(5 * 1024 * 1024)
    refused = sender.put(big)
    assert (refused.status_code, refused.json["error"]) == (413, "photo_too_large")
    assert "5 MB" in refused.json["message"]
    for headers in ({}, {"Upload-Offset": "-1"}, {"Upload-Offset": "x"}, {"Upload-Offset": "0", "Upload-Length": "0"}):
        answer = sender.client.patch(f"/api/v1/photos/{sha256(data)}", data=b"", headers={**sender.headers, **headers})
        assert answer.status_code == 422


def test_more_bytes_than_were_named_are_refused(phone):
    data, sender = picture(), phone("t101")
    answer = sender.client.patch(
        f"/api/v1/photos/{sha256(data)}",
        data=data,
        headers={**sender.headers, "Upload-Offset": "0", "Upload-Length": "100"},
    )
    assert answer.status_code == 400


def test_other_bytes_than_the_address_says_are_wiped(phone, store):
    data, sender = picture(), phone("t101")
    refused = sender.put(data, name="b" * 64)
    assert (refused.status_code, refused.json["error"]) == (422, "photo_mismatch")
    assert sender.head("b" * 64).status_code == 404
    assert not list(store.partials.glob("*/*"))
    assert not list(store.names())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"Dear school, this is no picture at all. " * 20, "not_a_picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500), "not_a_picture"),
        (picture()[:100], "photo_broken"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_reason_and_not_kept(phone, store, data, code):
    refused = phone("t101").put(data)
    assert (refused.status_code, refused.json["error"]) == (422, code)
    assert refused.json["message"].endswith("。")
    assert not list(store.partials.glob("*/*"))
    assert phone("t101").patch(data, 0).json["error"] == code


def test_a_picture_of_more_pixels_than_can_be_decoded_is_refused(phone):
    data = bytearray(picture("PNG"))
    data[16:24] = (9000).to_bytes(4, "big") + (9000).to_bytes(4, "big")
    assert phone("t101").put(bytes(data)).json["error"] == "photo_too_many_pixels"


def test_only_the_cleaned_copy_is_kept_and_served(phone, store):
    data = talkative_jpeg(6)
    phone("t101").put(data)
    assert SECRET not in phone("t101").get(sha256(data)).data
    assert not [path for path in store.photos.rglob("*") if path.is_file() and SECRET in path.read_bytes()]
    assert not list(store.partials.glob("*/*"))


def test_sent_again_it_is_answered_as_stored(phone):
    data, sender = picture(), phone("t101")
    assert [sender.put(data).status_code for _ in range(3)] == [201] * 3
    assert sender.patch(data, 0).status_code == 201
    assert sender.patch(data, 70).status_code == 201


def test_a_whole_photo_replaces_a_damaged_half(phone):
    data, sender = picture(), phone("t101")
    half = bytearray(data)
    half[40] ^= 0xFF
    headers = {**sender.headers, "Upload-Offset": "0", "Upload-Length": str(len(data))}
    sender.client.patch(f"/api/v1/photos/{sha256(data)}", data=bytes(half[:300]), headers=headers)
    assert sender.put(data).status_code == 201


def test_a_damaged_half_is_wiped_at_the_end_so_that_the_next_try_starts_anew(phone):
    data, sender = picture(), phone("t101")
    half = bytearray(data)
    half[40] ^= 0xFF
    headers = {**sender.headers, "Upload-Offset": "0", "Upload-Length": str(len(data))}
    sender.client.patch(f"/api/v1/photos/{sha256(data)}", data=bytes(half[:300]), headers=headers)
    assert sender.patch(data, 300).json["error"] == "photo_mismatch"
    assert sender.head(sha256(data)).status_code == 404
    assert sender.patch(data, 0).status_code == 201


def test_page_and_worker_may_send_the_same_photo_side_by_side(app, phone):
    """Two uploads of one phone overlap in every way that pieces can; both end as stored."""
    data = picture(size=(300, 200))
    partials = app.extensions["jiafang.photos"].partials
    upload = Upload(_device(phone), sha256(data), len(data))
    partials.append(upload, 0, data[:700])
    partials.append(upload, 0, data[:400])
    partials.append(upload, 400, data[400:900])
    assert partials.find(upload.device_id, upload.sha256) == (upload, 900)
    assert phone("t101").patch(data, 900).status_code == 201
    assert phone("t101").patch(data, 900).status_code == 201


def _device(phone) -> str:
    return actor_of_token(phone("t101").headers["Authorization"].split()[1]).device_id


def test_a_full_disk_says_so_and_keeps_what_was_there(phone, full_disk, monkeypatch):
    data, sender = picture(), phone("t101")
    sender.patch(data, 0, 200)
    full_disk(250)
    answer = sender.patch(data, 200)
    assert (answer.status_code, answer.json["error"], answer.headers["Retry-After"]) == (503, "storage_full", "60")
    assert sender.head(sha256(data)).headers["Upload-Offset"] == "200"
    monkeypatch.undo()
    assert sender.patch(data, 200).status_code == 201


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_really_full_disk_keeps_the_half_and_takes_the_rest_later(phone, tmp_path, monkeypatch):
    monkeypatch.setattr("server.photos.held.HELD_SECONDS", -1)  # as over a slow line: each piece is written at once
    disk = tmp_path / "partials"
    disk.mkdir(exist_ok=True)
    if os.system(f"mount -t tmpfs -o size=64k tmpfs {disk} 2>/dev/null") != 0:
        pytest.skip("this machine mounts no small disk")
    try:
        data, sender = picture("PNG", (400, 300), compress_level=0), phone("t101")
        assert len(data) > 64 * 1024
        assert sender.put(data).json["error"] == "storage_full"
        kept = int(sender.head(sha256(data)).headers["Upload-Offset"])
        assert 0 < kept <= 64 * 1024
        os.system(f"mount -o remount,size=4m {disk}")
        assert sender.patch(data, kept).status_code == 201
    finally:
        os.system(f"umount {disk}")


def test_no_room_for_the_clean_copy_keeps_the_whole_upload_for_the_next_try(phone, store, monkeypatch):
    data, sender = picture(), phone("t101")

    def no_room(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("server.storage.write_whole", no_room)
    assert sender.put(data).status_code == 503
    assert not list(store.names())
    monkeypatch.undo()
    half = sender.head(sha256(data))
    assert (half.status_code, half.headers["Upload-Offset"]) == (206, str(len(data)))
    assert sender.patch(data, len(data)).status_code == 201


def test_bytes_that_got_lost_on_the_disk_are_taken_in_again(phone, store):
    data, sender = picture(), phone("t101")
    sender.put(data)
    store.path(sha256(data)).unlink()
    assert sender.head(sha256(data)).status_code == 404
    assert sender.get(sha256(data)).status_code == 404
    assert sender.put(data).status_code == 201
    assert sender.get(sha256(data)).status_code == 200


def test_an_upload_outlives_a_restart(config, phone, world):
    data = picture()
    phone("t101").patch(data, 0, 300)
    again = create_app(replace(config))
    assert Sender(again.test_client(), world.headers("t101")).patch(data, 300).status_code == 201


def test_nobody_without_a_phone_token_sends_or_asks(client):
    for method in ("head", "put", "patch", "get"):
        assert getattr(client, method)(f"/api/v1/photos/{'a' * 64}").status_code == 401


def test_files_are_readable_by_nobody_else(phone, store):
    data = picture()
    phone("t101").patch(data, 0, 300)
    partial: Path = next(store.partials.glob("*/*"))
    assert partial.stat().st_mode & 0o077 == 0


def test_eight_connections_with_the_same_photo_all_end_as_stored(app, world):
    data = picture(size=(300, 200), seed=8)

    def send(_):
        return Sender(app.test_client(), world.headers("t101")).put(data).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {201}
    assert Sender(app.test_client(), world.headers("t101")).get(sha256(data)).data == data
