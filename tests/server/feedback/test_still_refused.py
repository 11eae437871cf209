"""Who has chosen reads at once how that word is changed; whether a refusal on another link counts, no link and no code is told."""

import re

import pytest

from server.consents import service as consents
from server.db import reading, transaction
from server.schools.models import School, Student
from tests.server.feedback.families import TOKEN, Family, code_in, tickets_of, visit_with
from tests.server.sync.phone import Phone

STUDENT = "1/0/0"
THANKS = "已记下您的同意，谢谢。以前在别的链接上点过“不同意”的，那边改了，这次才算数。"
CHANGED = "已记下，马上算数；在别的链接上点过“不同意”的，那边也要改。"


@pytest.fixture
def links(app, client, world):
    """Give two links of one child."""
    found = tickets_of(client, world)[:2]
    Phone(client, world, "t101").push(*(visit_with(world, each["id"]) for each in found))
    return [Family(app, each["link"]) for each in found]


def choose(family, choice, who="mother"):
    token = TOKEN.search(family.post("/consent", who=who).text)[1]
    return family.post("/consent/choice", who=who, choice=choice, uses=["record"], token=token)


def standing(world):
    with reading() as session:
        return session.get_one(Student, world.students[STUDENT]).may_record


def test_who_agrees_with_the_link_alone_is_not_told_whether_they_refused_on_another(links, world):
    first, second = links
    code = code_in(choose(first, "close", who="father"))
    page = choose(second, "agree", who="father").text  # whoever holds the link may say so
    assert standing(world) == "no"
    assert THANKS in page
    token = TOKEN.search(first.post("/consent/again", code=code).text)[1]
    said = {"who": "father", "choice": "agree", "uses": ["record"], "token": token, "code": code}
    assert "已记下，马上算数" in first.post("/consent/choice", **said).text
    assert standing(world) == "yes"


@pytest.mark.parametrize("who", ["father", "mother"])
def test_all_who_agree_read_the_same(links, who):
    first, second = links
    choose(first, "close", who="father")
    assert re.findall(r'role="status">(.*?)<', choose(second, "agree", who=who).text) == [
        THANKS + "以后想改主意：在下面填完提交，会给您查询码，凭码在这个链接里改。这次不想填，也可以告诉德育处。"
    ]


def test_also_where_somebody_has_answered_and_in_large_letters(links):
    first, second = links
    choose(first, "close")
    token = TOKEN.search(second.post("/consent", who="mother").text)[1]
    assert THANKS in second.post("/letters", head="yes", token=token).text
    second.answer(who="grandparent")
    said = {"who": "mother", "choice": "agree", "uses": ["record"], "token": token}
    closed = second.post("/consent/choice", **said).text
    assert THANKS in closed


@pytest.mark.parametrize("who", ["father", "mother"])
def test_with_the_code_of_a_link_nothing_is_compared_either(links, world, who):
    first, second = links
    choose(first, "close", who="father")
    code = code_in(choose(second, "close", who=who))  # whoever holds the link is given one
    token = TOKEN.search(second.post("/consent/again", code=code).text)[1]
    said = {"who": who, "choice": "agree", "uses": ["record"], "token": token, "code": code}
    page = second.post("/consent/choice", **said).text
    assert standing(world) == "no"
    assert re.findall(r'role="status">(.*?)<', page) == [CHANGED]


def test_what_another_guardian_said_is_told_to_nobody(links, world):
    with transaction() as session:
        refused = consents.Word(world.students[STUDENT], "father", {"record": False}, "page", "his", "his-link")
        consents.say(session, refused)
    page = choose(links[0], "agree").text
    assert standing(world) == "no"
    assert "已记下您的同意，谢谢。" in page


@pytest.mark.parametrize("choice", ["agree", "opinion"])
def test_who_goes_on_and_leaves_without_answering_was_told_how_to_change_their_word(links, world, choice):
    family, _ = links
    with transaction() as session:
        school = session.get_one(School, world.schools[1])
        school.settings = {**school.settings, "phone": "0888-1234567"}
    page = choose(family, choice).text
    assert "以后想改主意" in page
    assert "也可以告诉德育处 0888-1234567。" in page
    code = family.answer(who="mother")  # on another day, while the link is open
    token = TOKEN.search(family.post("/consent/again", code=code).text)[1]
    family.post("/consent/choice", who="mother", choice="close", token=token, code=code)
    assert standing(world) == "no"
