"""A form of the box that somebody else has drawn, and lets another site send from a writer's browser, opens nothing of the writer's."""

import pytest

from tests.server.box.test_box import CODE, TOKEN, WORDS, all_of, code_of

MINE = "体育老师总是骂人"


@pytest.fixture
def drawn(client, path):
    return TOKEN.search(client.get(path).text)[1]


@pytest.mark.parametrize("way", ["", "/letters", "/carry"])
@pytest.mark.parametrize("was_sent", [True, False])
def test_a_page_that_comes_back_to_be_mended_is_a_form_of_its_own(client, path, drawn, way, was_sent):
    if was_sent:
        client.post(path, data={**WORDS, "token": drawn})
    page = client.post(f"{path}{way}", data={"token": drawn, "asker": "family"})
    code = code_of(client.post(path, data={**WORDS, "text": MINE, "token": TOKEN.search(page.text)[1]}))
    theirs = CODE.search(client.post(path, data={"token": drawn, "again": "1"}).text)
    assert not theirs or "".join(theirs.groups()) != code
    client.post(path, data={**WORDS, "text": "都很好", "token": drawn})
    assert MINE in [each.content for each in all_of()]


def test_another_sites_form_is_not_taken_and_its_words_stand_on_our_page(client, path, drawn):
    for more in ({}, {"again": "1"}):
        sent = {**WORDS, "token": drawn, **more}
        page = client.post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
        assert (page.status_code, WORDS["text"] in page.text, all_of()) == (400, True, [])
    assert TOKEN.search(page.text)[1] != drawn
    assert code_of(client.post(path, data={**WORDS, "token": drawn}, headers={"Sec-Fetch-Site": "same-origin"}))


def test_what_a_link_could_not_take_is_carried_here_from_its_page(client, path):
    page = client.post(f"{path}/carry", data=WORDS, headers={"Sec-Fetch-Site": "same-origin"})
    assert WORDS["text"] in page.text
