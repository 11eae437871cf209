"""A photo that went with an erased family is not taken in again from a phone that still had it on its way."""

import pytest

from server.accounts.devices import actor_of_token
from server.photos import metadata, receive
from server.sync import backup, erasure, restore
from tests.server.photos.pictures import picture, sha256
from tests.server.sync.phone import id_of, new_visit

DATA = picture(seed=3)
HASH = sha256(DATA)
STUDENT = "1/0/4"


@pytest.fixture
def desk(app):
    return app.extensions["jiafang.photos"]


@pytest.fixture
def erase(desk, world):
    actor = actor_of_token(world.tokens["head1"])
    return lambda place=STUDENT: erasure.erase(desk, world.students[place], actor)


@pytest.fixture
def call(client, world):
    """Send the photo, or ask for it, as one person's phone."""

    def send(method: str, login: str = "t101", data: bytes = b"", **headers: str):
        sent = {**world.headers(login), **headers}
        return client.open(f"/api/v1/photos/{HASH}", method=method, data=data, headers=sent)

    return send


def refused(answer):
    return (answer.status_code, answer.json["error"]) == (422, "photo_erased")


def nothing_is_here(desk):
    data = desk.store.folder
    return not [path for root in ("photos", "partials") for path in (data / root).glob("*/*") if path.is_file()]


def test_one_that_was_still_on_its_way_is_refused_for_good(desk, phone, world, erase, call):
    phone.push(new_visit(world, STUDENT, photos=[HASH]))
    call("PATCH", data=DATA[:100], **{"Upload-Offset": "0", "Upload-Length": str(len(DATA))})
    erase()
    assert call("HEAD").status_code == 404
    assert refused(call("PUT", data=DATA))
    assert refused(call("PATCH", data=DATA[:100], **{"Upload-Offset": "0", "Upload-Length": str(len(DATA))}))
    assert refused(call("PUT", "t103", DATA))
    assert nothing_is_here(desk)


def test_so_is_one_that_was_here_or_that_only_a_kept_edit_named(desk, phone, stranger, world, erase, call):
    assert call("PUT", "t103", DATA).status_code == 201
    assert stranger.push(new_visit(world, STUDENT, photos=[HASH]))[0]["status"] == "quarantined"
    erase()
    assert nothing_is_here(desk)
    assert refused(call("PUT", "t103", DATA))


def test_one_that_another_record_names_is_taken(desk, phone, world, erase, call):
    phone.push(new_visit(world, STUDENT, photos=[HASH]))
    erase()
    assert refused(call("PUT", data=DATA))
    other = new_visit(world, "1/0/2", photos=[HASH])
    phone.push(other)
    assert call("PUT", data=DATA).status_code == 201
    assert phone.row("visit", id_of(other))["missing_photos"] == []


def test_one_that_an_edit_names_which_may_still_be_applied_is_taken(phone, stranger, world, erase, call):
    phone.push(new_visit(world, STUDENT, photos=[HASH]))
    assert stranger.push(new_visit(world, "1/0/3", photos=[HASH]))[0]["status"] == "quarantined"
    erase()
    assert call("PUT", "t103", DATA).status_code == 201


def test_one_that_arrives_while_the_family_is_erased_does_not_stay(desk, phone, world, erase, call, monkeypatch):
    phone.push(new_visit(world, STUDENT, photos=[HASH]))
    clean = metadata.clean

    def slow(data):
        erase()
        return clean(data)

    monkeypatch.setattr(receive.metadata, "clean", slow)
    assert refused(call("PUT", data=DATA))
    assert nothing_is_here(desk)


def test_nor_one_that_was_stored_between_the_erasure_and_its_files(desk, phone, world, erase, call, monkeypatch):
    phone.push(new_visit(world, STUDENT, photos=[HASH]))
    discard = erasure.sweep.discard

    def late(here, hashes):
        with monkeypatch.context() as patch:
            patch.setattr(receive.erased, "refuse", lambda *_: None)  # it had asked before
            assert call("PUT", data=DATA).status_code == 201
        discard(here, hashes)

    monkeypatch.setattr(erasure.sweep, "discard", late)
    erase()
    assert nothing_is_here(desk)
    assert call("GET").status_code == 404


def test_nor_does_a_backup_from_before_the_visit_let_it_in(desk, phone, world, erase, call, tmp_path):
    backup.save(desk, tmp_path / "school.tar")
    phone.push(new_visit(world, STUDENT, photos=[HASH]))
    erase()
    restore.restore(desk, tmp_path / "school.tar")
    assert refused(call("PUT", data=DATA))
