"""Who has chosen reads at once how that word is changed, and whether a refusal of their own on another link still counts."""

import pytest

from server.consents import service as consents
from server.db import reading, transaction
from server.schools.models import School, Student
from tests.server.feedback.families import TOKEN, Family, code_in, tickets_of, visit_with
from tests.server.sync.phone import Phone

STUDENT = "1/0/0"
STILL = "在另一个链接上点的“不同意”还算数"


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


def test_the_same_guardian_is_not_thanked_for_what_does_not_count_and_reads_how_to_change_it(links, world):
    first, second = links
    code = code_in(choose(first, "close"))
    page = choose(second, "agree").text
    assert standing(world) == "no"
    assert STILL in page
    assert "凭查询码改，或者找德育处" in page
    assert "谢谢" not in page
    assert STILL not in second.see().text  # whoever opens the link later is not told
    token = TOKEN.search(first.post("/consent/again", code=code).text)[1]
    said = {"who": "mother", "choice": "agree", "uses": ["record"], "token": token, "code": code}
    assert "已记下，马上算数" in first.post("/consent/choice", **said).text
    assert standing(world) == "yes"


def test_with_the_code_of_the_second_link_it_is_said_as_well(links, world):
    first, second = links
    choose(first, "close")
    code = code_in(choose(second, "close"))
    token = TOKEN.search(second.post("/consent/again", code=code).text)[1]
    said = {"who": "mother", "choice": "agree", "uses": ["record"], "token": token, "code": code}
    page = second.post("/consent/choice", **said).text
    assert STILL in page
    assert "马上算数。" not in page.partition("<h2")[0]


def test_what_another_guardian_said_is_told_to_nobody(links, world):
    with transaction() as session:
        refused = consents.Word(world.students[STUDENT], "father", {"record": False}, "page", "his", "his-link")
        consents.say(session, refused)
    page = choose(links[0], "agree").text
    assert standing(world) == "no"
    assert "已记下您的同意，谢谢。" in page
    assert STILL not in page


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
