"""Signing in and out on the school's pages."""

import re

import pytest

from tests.server.accounts.conftest import PASSWORD

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def page(app, people_can_sign_in):
    return app.test_client()


@pytest.fixture
def people_can_sign_in(app, world):
    from server.accounts.service import set_password
    from server.db import transaction

    kept = app.extensions["jiafang.passwords"].make(PASSWORD)
    with transaction() as session:
        for person in world.staff.values():
            set_password(session, person, kept)


def sign_in(client, login="desk1", password=PASSWORD, asked=""):
    path = f"/school/sign-in{asked}"
    token = TOKEN.search(client.get(path).text)[1]
    return client.post(path, data={"csrf_token": token, "login": login, "password": password})


def test_a_page_asks_to_sign_in_and_then_shows_itself(page):
    asked = page.get("/school/conflicts")
    assert asked.status_code == 302
    answer = sign_in(page, asked=asked.headers["Location"].removeprefix("/school/sign-in"))
    assert answer.headers["Location"] == "/school/conflicts"
    assert page.get("/school/conflicts").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example/school/", "/school.evil", "/api/v1/session", "/school/\\evil", "/%0d%0ax"],
)
def test_nobody_is_led_to_another_site(page, elsewhere):
    assert sign_in(page, asked=f"?next={elsewhere}").headers["Location"] == "/school/today"


def test_a_teacher_without_a_desk_goes_to_the_app(page):
    assert sign_in(page, "t101").headers["Location"] == "/"
    refused = page.get("/school/today")
    assert refused.status_code == 403
    assert "换个账号登录" in refused.text


@pytest.mark.parametrize(("login", "password"), [("desk1", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_read_the_same(page, login, password):
    answer = sign_in(page, login, password)
    assert answer.status_code == 401
    assert "登录名或密码不对" in answer.text
    assert password not in answer.text


def test_empty_fields_are_named(page):
    answer = sign_in(page, "", "")
    assert answer.status_code == 422
    assert "请填登录名。" in answer.text
    assert "请填密码。" in answer.text


def test_signing_out_ends_the_session(page):
    sign_in(page)
    token = TOKEN.search(page.get("/school/today").text)[1]
    assert page.post("/school/sign-out", data={"csrf_token": token}).status_code == 303
    assert page.get("/school/today").status_code == 302
