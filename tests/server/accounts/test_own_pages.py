"""Everybody keeps their own account: another password, and a lost phone shut out."""

import pytest

from server.accounts.devices import actor_of_token
from server.db import new_id
from tests.server.accounts.conftest import PASSWORD
from tests.server.accounts.test_pages import TOKEN

NEW = "quiet-river-7"


@pytest.fixture
def mine(tab):
    tab.sign_in("t101")
    return tab


def send(tab, path, **said):
    token = TOKEN.search(tab.client.get("/school/me").text)[1]
    return tab.client.post(path, data={"csrf_token": token, **said})


def register(tab, name):
    device_id = new_id()
    answer = tab.send("POST", "/api/v1/devices", json={"id": device_id, "name": name})
    return device_id, answer.json["token"]


def test_a_teacher_without_a_desk_has_the_page_and_a_way_back_to_the_app(mine):
    page = mine.client.get("/school/me").text
    assert "老师t_011的账号" in page
    assert 'href="/app/me"' in page
    assert "回学校的页面" not in page


def test_a_desk_has_a_way_back_to_its_pages(tab):
    tab.sign_in("desk1")
    assert 'href="/school/today"' in tab.client.get("/school/me").text
    assert 'href="/school/me"' in tab.client.get("/school/today").text


def test_another_password_keeps_this_browser_and_signs_the_others_out(mine, another_tab, world):
    another_tab.sign_in("t101")
    _, here = register(mine, "这里")
    _, there = register(another_tab, "那里")
    answer = send(mine, "/school/me", password=PASSWORD, new_password=NEW, again=NEW)
    assert answer.status_code == 303
    assert "密码已换好" in mine.client.get("/school/me").text
    assert another_tab.client.get("/api/v1/session").status_code == 401
    assert [actor_of_token(token).reads for token in (here, there)] == [True, False]
    assert another_tab.sign_in("t101").status_code == 401
    assert another_tab.sign_in("t101", NEW).status_code == 200


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"password": "not it"}, 401, "现在的密码不对"),
        ({"again": "another"}, 422, "两遍写得不一样"),
        ({"new_password": "short", "again": "short"}, 422, "8 位以上"),
        ({"new_password": PASSWORD, "again": PASSWORD}, 422, "不要和登录名、原来的密码一样"),
        ({"password": ""}, 422, "请填现在的密码"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(mine, another_tab, said, status, words):
    answer = send(mine, "/school/me", **{"password": PASSWORD, "new_password": NEW, "again": NEW, **said})
    assert (answer.status_code, words in answer.text) == (status, True)
    assert another_tab.sign_in("t101").status_code == 200


def test_guessing_the_password_from_a_browser_left_open_is_stopped(mine):
    for _ in range(10):
        send(mine, "/school/me", password="a guess", new_password=NEW, again=NEW)
    stopped = send(mine, "/school/me", password=PASSWORD, new_password=NEW, again=NEW)
    assert (stopped.status_code, "试的次数太多" in stopped.text) == (429, True)


def test_a_lost_phone_is_shut_out_by_its_owner_only(mine, another_tab):
    another_tab.sign_in("t102")
    device, token = register(another_tab, "红米")
    assert send(mine, f"/school/me/devices/{device}").status_code == 404
    assert actor_of_token(token) is not None
    other_browser, theirs = register(mine, "华为")
    assert "就是这一台" in mine.client.get(f"/school/me/devices/{other_browser}").text
    assert send(another_tab, f"/school/me/devices/{device}").status_code == 303
    assert actor_of_token(token) is None
    assert another_tab.client.get("/school/me").status_code == 302  # it was this very browser
    assert actor_of_token(theirs).reads
