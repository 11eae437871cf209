"""A password that the office gave opens nothing until its person has put their own in its place."""

import re
from datetime import timedelta

import pytest

from server.accounts.devices import actor_of_token
from server.accounts.entry import Credentials, change_password, give_password_once
from server.accounts.models import Staff
from server.db import transaction
from server.errors import PasswordWeak, WrongCredentials
from tests.server.accounts.conftest import PASSWORD
from tests.server.accounts.test_pages import TOKEN

NEW = "quiet-river-7"


@pytest.fixture
def given(app, world, tab):
    """Give t101 a password once; everybody else keeps theirs."""
    with transaction() as session:
        return give_password_once(session, app.extensions["jiafang.passwords"], world.staff["t101"])


def sign_in(tab, login, password, new=None):
    more = {} if new is None else {"new_password": new}
    return tab.client.post("/api/v1/session", json={"login": login, "password": password, **more})


def test_a_password_given_is_easy_to_read_out_and_the_old_one_is_dead(tab, given):
    assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){2}[a-hjkmnp-z2-9]{4}", given)
    assert sign_in(tab, "t101", PASSWORD).status_code == 401
    assert sign_in(tab, "t102", PASSWORD).status_code == 200


def test_it_signs_in_only_with_a_new_one_beside_it(tab, given):
    asked = sign_in(tab, "t101", given)
    assert (asked.status_code, asked.json["error"]) == (403, "password_once")
    assert "Set-Cookie" not in asked.headers
    assert sign_in(tab, "t101", given, NEW).status_code == 200
    assert sign_in(tab, "t101", given).status_code == 401
    assert sign_in(tab, "t101", given, "another-one").status_code == 401
    assert sign_in(tab, "t101", NEW).status_code == 200


def age(world, days):
    with transaction() as session:
        session.get_one(Staff, world.staff["t101"]).password_until -= timedelta(days=days)


def test_it_is_good_for_seven_days(tab, world, given):
    age(world, 6.9)
    assert sign_in(tab, "t101", given).json["error"] == "password_once"
    age(world, 0.2)
    for new in (None, NEW):
        over = sign_in(tab, "t101", given, new)
        assert (over.status_code, over.json["error"]) == (403, "password_over")
        assert "找德育处" in over.json["message"]
        assert "Set-Cookie" not in over.headers


def test_only_who_knows_it_learns_that_it_is_over(tab, world, given):
    age(world, 8)
    wrong, nobody = sign_in(tab, "t101", "wrong-one"), sign_in(tab, "nobody", "wrong-one")
    assert (wrong.status_code, wrong.json["error"]) == (nobody.status_code, nobody.json["error"])
    assert wrong.status_code == 401


def test_at_the_desk_the_same_is_said(tab, world, given):
    age(world, 8)
    page = tab.client.get("/school/sign-in").text
    said = {"csrf_token": TOKEN.search(page)[1], "login": "t101", "password": given}
    for more in ({}, {"new_password": NEW, "again": NEW}):
        over = tab.client.post("/school/sign-in", data={**said, **more})
        assert over.status_code == 403
        assert "已经过期" in over.text
        assert 'name="login"' in over.text
        assert 'name="new_password"' not in over.text


@pytest.mark.parametrize("weak", ["short", "        ", "aaaaaaaaaa", "same"])
def test_a_weak_new_one_changes_nothing(tab, given, weak):
    weak = given if weak == "same" else weak
    refused = sign_in(tab, "t101", given, weak)
    assert (refused.status_code, refused.json["error"]) == (422, "password_weak")
    assert sign_in(tab, "t101", given).json["error"] == "password_once"


def test_the_sign_in_name_is_no_password(app, world):
    from server.accounts.entry import _refuse_weak

    with pytest.raises(PasswordWeak):
        _refuse_weak(" Teacher-Li", "teacher-li", "old")


def test_it_ends_the_reading_of_every_browser_and_phone_and_no_delivery(world, given):
    actor = actor_of_token(world.tokens["t101"])
    assert actor is not None
    assert not actor.reads
    assert actor_of_token(world.tokens["t102"]).reads


def test_ones_own_change_signs_the_other_browsers_out_and_keeps_this_one(app, world, tab, another_tab):
    tab.sign_in("t101")
    another_tab.sign_in("t101")
    passwords = app.extensions["jiafang.passwords"]
    mine = tab.client.get("/api/v1/session")
    assert mine.status_code == 200
    with pytest.raises(WrongCredentials):
        change_password(passwords, Credentials("t101", "not it", "10.0.0.1", NEW), None)
    with pytest.raises(PasswordWeak):
        change_password(passwords, Credentials("t101", PASSWORD, "10.0.0.1", "short"), None)
    assert another_tab.client.get("/api/v1/session").status_code == 200
    change_password(passwords, Credentials(" T101", PASSWORD, "10.0.0.1", NEW), None)
    assert another_tab.client.get("/api/v1/session").status_code == 401
    assert sign_in(tab, "t101", PASSWORD).status_code == 401
    assert sign_in(tab, "t101", NEW).status_code == 200


def test_the_page_asks_for_a_new_one_and_goes_on_to_what_was_asked_for(app, world, given):
    client = app.test_client()
    form = {"csrf_token": TOKEN.search(client.get("/school/sign-in").text)[1], "login": "t101", "password": given}
    asked = client.post("/school/sign-in", data=form)
    assert asked.status_code == 403
    assert "换成自己的密码" in asked.text
    form |= {"csrf_token": TOKEN.search(asked.text)[1], "new_password": NEW, "again": NEW + "x"}
    assert "两遍写得不一样" in client.post("/school/sign-in", data=form).text
    weak = client.post("/school/sign-in", data=form | {"new_password": "short", "again": "short"})
    assert weak.status_code == 422
    assert "8 位以上" in weak.text
    answer = client.post("/school/sign-in", data=form | {"again": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
