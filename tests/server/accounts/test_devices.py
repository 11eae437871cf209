"""A phone's token: shown once, one a (browser, person), reading only while its person is signed in."""

from datetime import timedelta

from sqlalchemy import update

from server.accounts import devices
from server.accounts.models import Device, SignInSession, Staff
from server.accounts.tokens import token_hash
from server.db import new_id, reading, transaction
from server.times import shanghai_day, utc_now


def phone(tab, device_id, name="红米"):
    return tab.send("POST", "/api/v1/devices", json={"id": device_id, "name": name})


def test_a_token_is_shown_once_and_kept_as_a_hash(tab, world):
    tab.sign_in("t101")
    device_id = new_id()
    answer = phone(tab, device_id)
    assert answer.status_code == 201
    token = answer.json["token"]
    with reading() as session:
        assert session.get_one(Device, device_id).token_hash == token_hash(token)
    actor = devices.actor_of_token(token)
    assert (actor.staff_id, actor.device_id, actor.reads) == (world.staff["t101"], device_id, True)
    assert actor.classes == {world.classes["1/0"]: frozenset({"homeroom"})}


def test_the_same_phone_asking_again_gets_another_token_and_the_old_one_dies(tab):
    tab.sign_in("t101")
    device_id = new_id()
    old, new = phone(tab, device_id).json["token"], phone(tab, device_id).json["token"]
    assert devices.actor_of_token(old) is None
    assert devices.actor_of_token(new).device_id == device_id


def test_another_persons_phone_is_refused_and_stays_theirs(tab, another_tab):
    tab.sign_in("t101")
    another_tab.sign_in("t102")
    device_id = new_id()
    token = phone(tab, device_id).json["token"]
    refused = phone(another_tab, device_id)
    assert (refused.status_code, refused.json["error"]) == (409, "device_taken")
    assert devices.actor_of_token(token).reads


def test_signing_out_ends_the_reading_and_not_the_delivery(tab):
    tab.sign_in("t101")
    token = phone(tab, new_id()).json["token"]
    tab.send("DELETE", "/api/v1/session")
    actor = devices.actor_of_token(token)
    assert actor is not None
    assert not actor.reads


def test_an_expired_session_ends_the_reading_and_not_the_delivery(tab):
    tab.sign_in("t101")
    token = phone(tab, new_id()).json["token"]
    with transaction() as session:
        session.execute(update(SignInSession).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert not devices.actor_of_token(token).reads


def test_signing_in_again_in_the_same_browser_keeps_the_phone_reading(tab):
    tab.sign_in("t101")
    token = phone(tab, new_id()).json["token"]
    tab.sign_in("t101")
    assert devices.actor_of_token(token).reads


def test_the_next_person_in_the_same_browser_ends_the_first_ones_reading(tab):
    tab.sign_in("t101")
    token = phone(tab, new_id()).json["token"]
    tab.sign_in("t102")
    assert not devices.actor_of_token(token).reads


def test_a_revoked_phone_is_shut_out(app, tab):
    tab.sign_in("t101")
    device_id = new_id()
    token = phone(tab, device_id).json["token"]
    with transaction() as session:
        devices.revoke(session, device_id)
    assert devices.actor_of_token(token) is None
    answer = app.test_client().get("/api/v1/session", headers={"Authorization": f"Device {token}"})
    assert (answer.status_code, answer.json["error"]) == (401, "phone_shut_out")
    unknown = app.test_client().get("/api/v1/session", headers={"Authorization": "Device nobody"})
    assert (unknown.status_code, unknown.json["error"]) == (401, "sign_in_needed")


def test_who_has_left_still_delivers_and_reads_nothing(tab, world):
    tab.sign_in("t101")
    token = phone(tab, new_id()).json["token"]
    with transaction() as session:
        session.get_one(Staff, world.staff["t101"]).left_on = shanghai_day(utc_now()) - timedelta(days=1)
    assert not devices.actor_of_token(token).reads


def test_a_phone_needs_a_signed_in_person_and_an_id_we_can_read(tab):
    assert phone(tab, new_id()).status_code == 401
    tab.sign_in("t101")
    for bad in ("", "x", new_id().upper(), 5, None):
        assert phone(tab, bad).status_code == 422
    assert phone(tab, new_id(), name="").status_code == 422


def test_a_phones_token_is_no_cookie(app, world):
    answer = app.test_client().get("/api/v1/session", headers=world.headers("t101"))
    assert answer.status_code == 401


def test_a_phone_shut_out_does_not_let_itself_in_again(tab):
    tab.sign_in("t101")
    device_id = new_id()
    token = phone(tab, device_id).json["token"]
    with transaction() as session:
        devices.revoke(session, device_id)
    assert devices.actor_of_token(token) is None
    assert phone(tab, device_id).status_code == 401  # its browser is signed out too: only the password opens it again
