"""What all pages share: style sheets, the policy against foreign code, and a page for what is not there."""

import re
from pathlib import Path

import pytest

from server import errors
from server.app import create_app
from server.web import public

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "server"


def test_pages_and_app_have_the_same_tokens():
    assert (SERVER / "static/tokens.css").read_text() == (ROOT / "pwa/src/styles/tokens.css").read_text()


def test_style_sheets_are_served_for_ever_under_the_name_of_their_words(client):
    page = client.get("/school/sign-in").text
    for href in re.findall(r'<link rel="stylesheet" href="([^"]+)"', page):
        assert re.search(r"\?v=[0-9a-f]{12}$", href)
        answer = client.get(href)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]


CARRIED_AWAY = {
    "family_copy.html"
}  # a file that a family takes home: its look must be in it, and no policy of ours is around it


def test_templates_hold_no_inline_script_or_style_and_name_no_other_host():
    for path in SERVER.rglob("templates/**/*.html"):
        text = path.read_text()
        if path.name in CARRIED_AWAY:
            text = text.replace("<style>", "", 1)
        text = re.sub(
            r"<script src=\"\{\{ static_url\('[\w.]+'\) \}\}\" defer></script>", "", text
        )  # ours, from a file of its own
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", text), path


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}
PROGRAM = {"Accept": "application/json"}


@pytest.mark.parametrize("accept", [BROWSER, {"Accept": "*/*"}])
@pytest.mark.parametrize(
    "path", ["/nowhere/at/all", "/office", "/school/xyz", "/centre/nope", "/f/x/y/z", "/box/x/y/z"]
)
def test_an_address_that_is_none_is_a_page_for_people(client, path, accept):
    for method, words in (("get", "这一页没有打开"), ("post", "这一步没有办成")):
        answer = getattr(client, method)(path, headers=accept)
        assert answer.status_code in (404, 405)
        assert answer.mimetype == "text/html"
        assert words in answer.text
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_programs_are_answered_in_json(client):
    assert client.get("/nowhere/at/all", headers=PROGRAM).json["error"] == "not_found"
    assert client.get("/nowhere/at/all").json["error"] == "not_found"
    assert client.get("/api/v1/nothing", headers=BROWSER).json["error"] == "not_found"


@pytest.mark.parametrize(
    ("path", "ways"),
    [
        ("/office", ["/"]),
        ("/school/xyz", ["/school/", "/"]),
        ("/centre/nope", ["/school/", "/"]),
        ("/f/abc-1/y", ["/f/abc-1"]),
        ("/box/abc/y/z", ["/box/abc"]),
        ('/f/"><b>/y', []),
    ],
)
def test_an_error_page_leads_on_and_no_family_into_the_teachers_app(client, path, ways):
    text = client.get(path, headers=BROWSER).text
    assert re.findall(r'<a class="button" href="([^"]*)"', text) == ways
    assert "<b>" not in text


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (errors.BadRequest(), 400, "返回上一页"),
        (errors.NotAllowed(), 403, "找学校德育处开通"),
        (errors.TooLarge(), 413, "删短一些"),
        (errors.TooManyTries(headers={"Retry-After": "600"}), 429, "过十分钟再试"),
        (errors.Unprocessable(message="请写一句。"), 422, "请写一句。"),
        (errors.Busy(), 503, "过一会儿"),
        (RuntimeError("secret"), 500, "没有办成"),
    ],
)
def test_each_error_has_its_page_and_no_page_speaks_of_what_a_phone_keeps(config, error, status, words):
    app = create_app(config)  # the others' app takes no view any more

    @app.get("/school/broken")
    @public
    def broken() -> str:
        raise error

    answer = app.test_client().get("/school/broken", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert words in answer.text
    assert not re.search("手机里|自动|没有丢|secret", answer.text)
    assert answer.headers.get("Retry-After") == (error.headers.get("Retry-After") if status == 429 else None)
