"""The consent's step on a family's page: real refusals, asked of a parent alone, once it is known whose link it is."""

import re

import pytest
from sqlalchemy import delete, select

from server.accounts.gate import COOKIE_KEY
from server.accounts.sessions import open_session
from server.campaign.consent import consent_text
from server.consents import service as consents
from server.consents.models import Consent
from server.db import RowChange, note_change, reading, transaction
from server.feedback.models import Ticket
from server.schools.models import Student
from tests.server.consents.in_force import words_in_force
from tests.server.feedback.families import CHOSE, TOKEN, Family, code_in, tickets_of, visit_with
from tests.server.sync.phone import Phone

TICK = re.compile(r'<input[^>]*name="uses"[^>]*>')
STUDENT = "1/0/0"


@pytest.fixture
def family(app, client, world):
    """Give a family that nobody has asked yet, with the link that was shown at its visit."""
    with transaction() as session:
        session.execute(delete(Consent).where(Consent.student_id == world.students[STUDENT]))
        consents.settle(session, consents.lock(session, world.students[STUDENT]))
    ticket = tickets_of(client, world)[0]
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    return Family(app, ticket["link"])


def standing(world):
    with reading() as session:
        return session.get_one(Student, world.students[STUDENT]).may_record


def ask(family, who="mother"):
    return family.post("/consent", who=who)


def choose(family, choice, *uses, who="mother", **more):
    if "token" not in more:
        more["token"] = TOKEN.search(ask(family, who).text)[1]
    return family.post("/consent/choice", who=who, choice=choice, uses=list(uses), **more)


def answer(family, response, **said):
    """Go on from the consent's step to one's own words; gives the code."""
    return code_in(family.send(TOKEN.search(response.text)[1], chose=CHOSE.search(response.text)[1], **said))


def test_before_the_visit_arrives_nobody_is_asked_to_agree_for_nobody(app, client, world):
    family = Family(app, tickets_of(client, world)[0]["link"])
    assert "同意书" not in family.see().text
    assert family.see("/consent").status_code == 303
    assert family.post("/consent/choice", who="mother", choice="agree", uses=["record"]).status_code in (400, 404)
    with reading() as session:
        assert session.scalar(select(Consent.id).where(Consent.channel == "page")) is None


def test_a_link_that_was_printed_for_a_child_asks_before_any_visit(app, client, world):
    ticket = tickets_of(client, world)[0]
    with transaction() as session:
        printed = session.get_one(Ticket, ticket["id"])
        printed.student_id = world.students[STUDENT]
        note_change(session, RowChange(printed.school_id, "ticket", printed.id, printed.rev, ()))
    family = Family(app, ticket["link"])
    assert "同意书" in family.see().text
    assert choose(family, "close").status_code == 200
    assert standing(world) == "no"


def test_a_parent_is_shown_the_text_with_nothing_ticked_and_real_refusals(family, world):
    assert "我是孩子的" in family.see().text
    page = ask(family).text
    assert "第1中学想记录家访" in page
    assert "找德育处。" in page
    assert consent_text().from_14 in page
    ticks = TICK.findall(page)
    assert len(ticks) == 1  # no photo was taken, so none is asked about
    assert "checked" not in ticks[0]
    for words in ("同意，继续", "只提意见，不同意记录", "都不同意，关闭"):
        assert words in page
    assert standing(world) == "unknown"  # looking changes nothing


def test_a_grandparent_gives_an_opinion_and_is_shown_no_tick(family, world):
    response = ask(family, "grandparent")
    page = family.client.get(response.headers["Location"]).text
    assert consent_text().for_others in page
    assert "下面的同意书" not in page  # none stands there
    assert not TICK.search(page)
    assert family.post("/consent/choice", who="grandparent", choice="agree", uses=["record"]).status_code in (400, 422)
    token = TOKEN.search(ask(family, "mother").text)[1]
    forged = {"who": "grandparent", "choice": "agree", "uses": ["record"], "token": token}
    assert family.post("/consent/choice", **forged).status_code == 422
    assert standing(world) == "unknown"


def test_agreeing_goes_on_to_the_words_and_counts_at_once(family, world):
    assert choose(family, "agree").status_code == 422  # nothing ticked: that is no consent
    assert standing(world) == "unknown"
    response = choose(family, "agree", "record")
    assert response.status_code == 200
    assert standing(world) == "yes"
    assert consent_text().agreed in response.text
    assert re.search(r'<input checked[^>]*value="mother"', response.text)
    with reading() as session:
        (word,) = words_in_force(session, world.students[STUDENT])
        assert (word.who, word.channel, word.text_version, word.by) == ("mother", "page", consent_text().version, None)
        assert word.photo_archive is None


@pytest.mark.parametrize("choice", ["opinion", "close"])
def test_a_refusal_is_kept_and_said_back_and_costs_nothing(family, world, choice):
    response = choose(family, choice, "record")  # what was ticked by mistake does not count
    assert consent_text().refused in response.text
    assert standing(world) == "no"
    if choice == "opinion":
        assert answer(family, response, text="食堂的汤常是凉的")
    else:
        assert "同意书" not in family.see().text
        assert family.send(text="食堂的汤常是凉的").status_code == 200


def test_the_link_alone_neither_shows_nor_changes_what_was_chosen(family, world):
    token = TOKEN.search(ask(family).text)[1]
    assert choose(family, "close", token=token).status_code == 200
    assert choose(family, "close", token=token).status_code == 200  # a second tap
    spare = consents_token(family)
    response = family.post("/consent/choice", who="mother", choice="agree", uses=["record"], token=spare)
    assert response.status_code == 303
    assert standing(world) == "no"
    for page in (family.see(), family.see("/answer"), ask(family)):
        assert "不同意" not in page.text
        assert consent_text().refused not in page.text


def consents_token(family):
    """Make a token of the consent's page, as a second browser with the page still open has one."""
    from server.feedback.consent_pages import TOKENS
    from server.feedback.opening import find_ticket

    with reading() as session:
        return TOKENS.make(find_ticket(session, family.link.removeprefix("/f/")).id)


def test_with_the_code_it_is_read_taken_back_and_given_again(family, world):
    code = answer(family, choose(family, "agree", "record"))
    page = family.post("/answer", code=code).text
    assert "记录家访内容：同意" in page
    assert family.post("/consent/take-back", code="00000000").status_code == 422
    assert standing(world) == "yes"
    page = family.post("/consent/take-back", code=code).text
    assert "从现在起不再记录" in page
    assert standing(world) == "no"
    assert "记录家访内容：不同意" in page
    assert "撤回同意" not in page
    again = family.post("/consent/again", code=code).text
    token = TOKEN.search(again)[1]
    said = {"who": "mother", "choice": "agree", "uses": ["record"], "token": token}
    assert family.post("/consent/choice", **said, code="00000000").status_code == 422
    assert standing(world) == "no"
    assert "已记下，马上算数" in family.post("/consent/choice", **said, code=code).text
    assert standing(world) == "yes"


def test_an_old_page_sent_once_more_undoes_nothing_that_was_changed_with_the_code(family, world):
    token = TOKEN.search(ask(family).text)[1]
    code = code_in(choose(family, "close", token=token))
    anew = TOKEN.search(family.post("/consent/again", code=code).text)[1]
    said = {"who": "mother", "choice": "agree", "uses": ["record"], "token": anew, "code": code}
    assert family.post("/consent/choice", **said).status_code == 200
    choose(family, "close", token=token)
    assert standing(world) == "yes"


def test_a_parent_may_still_choose_after_a_grandparent_has_answered(family, world):
    family.answer(who="grandparent")
    assert "看同意书" in family.see().text
    chosen = choose(family, "agree", "record")
    assert standing(world) == "yes"
    assert "看同意书" not in family.see().text
    assert consent_text().agreed in chosen.text
    assert "打开同一个链接就能写" not in chosen.text  # it has its answer
    code = code_in(chosen)  # no answer follows that could bring one
    assert "记录家访内容：同意" in family.post("/answer", code=code).text


def test_photos_are_asked_about_with_their_number_and_captions(app, client, world):
    ticket, sha256 = tickets_of(client, world)[0], "a" * 64
    visit = visit_with(world, ticket["id"], photos=[sha256], **{f"photos/{sha256}/caption": "书桌一角"})
    Phone(client, world, "t101").push(visit)
    family = Family(app, ticket["link"])
    assert "同意照片仅存档（不展示、不转发，存1年）：老师拍了1张：书桌一角" in ask(family).text
    choose(family, "agree", "record")
    with reading() as session:
        word = session.scalars(select(Consent).where(Consent.channel == "page")).one()
        assert (word.record, word.photo_archive) == (True, False)


@pytest.mark.parametrize("refused", ["record", "photo_archive"])
def test_after_a_refusal_no_link_of_the_child_says_a_caption(app, client, world, refused):
    one, two = tickets_of(client, world)[:2]
    for ticket in (one, two):
        visit = visit_with(world, ticket["id"], photos=["a" * 64], **{f"photos/{'a' * 64}/caption": "书桌一角"})
        Phone(client, world, "t101").push(visit)
    family = Family(app, two["link"])
    assert "书桌一角" in ask(family).text
    word = consents.Word(world.students[STUDENT], "father", {refused: False}, "page", "form", ticket_id=one["id"])
    with transaction() as session:
        consents.say(session, word)
    page = ask(family).text
    assert "老师拍了1张" in page
    assert "书桌一角" not in page


def test_a_browser_of_the_school_agrees_to_nothing_and_a_dead_link_takes_nothing(app, client, world, family):
    spare = consents_token(family)
    said = {"who": "mother", "choice": "agree", "uses": ["record"]}
    assert family.post("/consent/choice", **said, token="x").status_code == 400
    other = Family(app, "/f/" + "A" * 22)
    assert other.post("/consent/choice", **said, token=spare).status_code == 404
    elsewhere = Family(app, tickets_of(client, world)[1]["link"])
    assert elsewhere.post("/consent/choice", **said, token=spare).status_code in (400, 404)
    assert standing(world) == "unknown"
    with transaction() as session:
        signed_in = open_session(session, world.staff["t101"], days=1)
    family.client = app.test_client()
    with family.client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = signed_in
    assert family.post("/consent/choice", **said, token=spare).status_code == 409
    assert standing(world) == "unknown"


def test_the_holder_of_a_code_speaks_for_nobody_else(family, world):
    refused = {"record": False}
    with transaction() as session:
        consents.say(session, consents.Word(world.students[STUDENT], "mother", refused, "page", "her-form", "her-link"))
    code = code_in(family.send(who="father"))
    token = TOKEN.search(family.post("/consent/again", code=code).text)[1]
    family.post("/consent/choice", token=token, code=code, who="mother", choice="agree", uses=["record"])
    assert standing(world) == "no"
    with reading() as session:
        theirs = select(Consent.who).where(Consent.student_id == world.students[STUDENT], Consent.record.is_(True))
        assert session.scalars(theirs).all() == ["father"]


def test_a_refusal_on_one_link_is_not_ended_on_another(family, world):
    with transaction() as session:
        word = consents.Word(world.students[STUDENT], "other_guardian", {"record": False}, "page", "a", "her-link")
        consents.say(session, word)
    choose(family, "agree", "record", who="other_guardian")
    assert standing(world) == "no"
    with transaction() as session:
        again = consents.Word(world.students[STUDENT], "other_guardian", {"record": True}, "page", "b", "her-link")
        consents.say(session, again)
    assert standing(world) == "yes"
