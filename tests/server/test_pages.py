"""What all pages share: style sheets, the policy against foreign code, and a page for what is not there."""

import re
from pathlib import Path

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


def test_an_address_that_is_none_is_a_page_for_people_and_json_for_programs(client):
    person = client.get("/nowhere/at/all", headers={"Accept": "text/html,*/*;q=0.8"})
    program = client.get("/nowhere/at/all", headers={"Accept": "*/*"})
    assert (person.status_code, program.status_code) == (404, 404)
    assert "没有找到要看的内容" in person.text
    assert program.json["error"] == "not_found"
    assert client.get("/api/v1/nothing", headers={"Accept": "text/html"}).json["error"] == "not_found"
