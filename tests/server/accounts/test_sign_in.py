"""Signing in and out, its limits, and what the cookie is worth."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.accounts import limits, sessions
from server.accounts.models import SignInFailure, SignInSession, Staff
from server.accounts.passwords import Passwords
from server.db import reading, transaction
from server.times import shanghai_day, utc_now


def failures():
    with reading() as session:
        return session.scalar(select(func.count()).select_from(SignInFailure))


def test_a_right_password_gives_the_person_a_cookie_and_a_csrf_token(tab, world):
    answer = tab.sign_in(" T101 ")
    assert answer.status_code == 200
    assert answer.json["staff"] == {
        "id": world.staff["t101"],
        "name": "老师t_011",
        "roles": ["homeroom"],
        "school_id": world.schools[1],
    }
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert tab.client.get("/api/v1/session").json["staff"]["id"] == world.staff["t101"]
    assert failures() == 0


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(tab):
    wrong, unknown = tab.sign_in("t101", "not it"), tab.sign_in("nobody", "not it")
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json, "request_id": ""} == {**unknown.json, "request_id": ""}
    assert wrong.json["error"] == "wrong_credentials"


def test_an_unknown_name_costs_a_hash_too(tab, monkeypatch):
    tried = []
    fits = Passwords.fits
    monkeypatch.setattr(Passwords, "fits", lambda self, kept, word: tried.append(kept) or fits(self, kept, word))
    tab.sign_in("nobody", "not it")
    assert tried == [None]


def test_ten_failures_shut_an_account_for_ten_minutes_even_for_the_right_password(tab):
    for _ in range(limits.PER_ACCOUNT):
        assert tab.sign_in("t101", "not it").status_code == 401
    shut = tab.sign_in("t101")
    assert shut.status_code == 429
    assert 1 <= int(shut.headers["Retry-After"]) <= 601
    assert tab.sign_in("t102").status_code == 200
    with transaction() as session:
        session.execute(update(SignInFailure).values(at=utc_now() - limits.WINDOW - timedelta(seconds=1)))
    assert tab.sign_in("t101").status_code == 200


def test_a_hundred_failures_shut_an_address_and_no_other(tab):
    now = utc_now()
    with transaction() as session:
        session.add_all(
            SignInFailure(id=str(place), login=f"n{place}", address="10.0.0.9", at=now)
            for place in range(limits.PER_ADDRESS)
        )
    assert tab.sign_in("t101", address="10.0.0.9").status_code == 429
    assert tab.sign_in("t101", address="10.0.0.1").status_code == 200


def test_success_does_not_count_however_often(tab):
    for _ in range(limits.PER_ACCOUNT + 2):
        assert tab.sign_in("t101").status_code == 200


def test_who_has_left_signs_in_no_more_and_is_signed_out(tab, world):
    tab.sign_in("t101")
    with transaction() as session:
        session.get_one(Staff, world.staff["t101"]).left_on = shanghai_day(utc_now()) - timedelta(days=1)
    assert tab.client.get("/api/v1/session").status_code == 401
    assert tab.sign_in("t101").json["error"] == "wrong_credentials"


def test_signing_out_ends_the_cookie_and_its_row(tab):
    tab.sign_in("t101")
    kept = tab.client.get_cookie("jiafang")
    assert tab.send("DELETE", "/api/v1/session").status_code == 204
    tab.client.set_cookie("jiafang", kept.value)
    assert tab.client.get("/api/v1/session").status_code == 401


def test_a_session_lasts_thirty_days_and_rolls_while_it_is_used(tab):
    tab.sign_in("t101")
    with transaction() as session:
        session.execute(update(SignInSession).values(expires_at=utc_now() + timedelta(days=3)))
    rolled = tab.client.get("/api/v1/session")
    assert "Expires" in rolled.headers["Set-Cookie"]
    with reading() as session:
        latest = session.scalar(select(func.max(SignInSession.expires_at)))
    assert latest > utc_now() + timedelta(days=29)
    with transaction() as session:
        session.execute(update(SignInSession).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert tab.client.get("/api/v1/session").status_code == 401
    with transaction() as session:
        sessions.sweep_sessions(session, utc_now())
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_a_call_without_the_csrf_token_changes_nothing(tab):
    tab.sign_in("t101")
    refused = tab.client.delete("/api/v1/session")
    assert (refused.status_code, refused.json["error"]) == (400, "csrf_failed")
    assert tab.client.get("/api/v1/session").status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": {"login": "t101", "password": "x"}}, 422),
        ({"json": {"login": "t101"}}, 422),
        ({"json": {"login": ["t101"], "password": 5}}, 422),
        ({"json": {"login": "x" * 65, "password": "x"}}, 422),
        ({"json": {"login": "a\x00b", "password": "x"}}, 422),
        ({"json": [1]}, 422),
        ({"data": b"\xff\xfe", "content_type": "application/json"}, 400),
        ({"data": "[" * 9000, "content_type": "application/json"}, 400),
        ({"data": "1" * 9000, "content_type": "application/json"}, 400),
        ({"data": '{"login": "\\ud800", "password": "x"}', "content_type": "application/json"}, 400),
        ({"data": b" " * 10_000_000, "content_type": "application/json"}, 413),
    ],
)
def test_what_is_no_sign_in_is_refused_in_chinese(tab, sent, status):
    answer = tab.client.post("/api/v1/session", **sent)
    assert answer.status_code == status
    assert answer.json["message"].endswith("。")


def test_a_password_hashed_with_old_parameters_is_hashed_anew(app, tab, world):
    old = Passwords(memory_kib=16, passes=2).make("another")
    with transaction() as session:
        session.get_one(Staff, world.staff["t101"]).password_hash = old
    assert tab.sign_in("t101", "another").status_code == 200
    with reading() as session:
        kept = session.get_one(Staff, world.staff["t101"]).password_hash
    assert kept != old
    assert not app.extensions["jiafang.passwords"].aged(kept)
