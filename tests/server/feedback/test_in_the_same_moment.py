"""An answer that comes in the same moment as something else that is about it: whoever is second sees what the first did."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from server.confidence.models import Report
from server.consents.models import Consent
from server.db import reading, transaction
from server.errors import Clash
from server.feedback import saying, service
from server.feedback.models import Feedback
from server.suggestions import work
from server.suggestions.models import Suggestion
from server.sync import erasure
from tests.server.feedback.families import ANSWER, CHOSE, TOKEN, visit_with
from tests.server.feedback.moments import Held, beside
from tests.server.suggestions.told import by, seen
from tests.server.sync.phone import Phone


@pytest.fixture(params=["postgres"])
def config(config):
    """SQLite has one writer at a time."""
    return config


def kept():
    with reading() as session:
        return session.scalars(select(Feedback)).one()


def test_an_answer_beside_an_erasure_leaves_no_word(app, client, world, family, ticket, monkeypatch):
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    token = family.token()

    def erase():
        with transaction() as session:
            erasure.erase_student(session, world.students["1/0/0"], None)

    def send():
        family.send(token, text="我家学生100想换座位", contact="13912345678")

    with Held(app, monkeypatch, (service, "_take_up"), send):
        erasing = beside(app, erase)
    erasing.result(20)
    assert (kept().state, kept().text, kept().contact) == ("erased", "", None)
    with reading() as session:
        assert [each.content for each in session.scalars(select(Suggestion))] == [""]


def test_an_answer_beside_its_visit_is_joined(app, client, world, family, ticket, monkeypatch):
    phone, token = Phone(client, world, "t101"), family.token()
    with Held(app, monkeypatch, (service, "_take_up"), lambda: family.send(token, text="请多布置阅读")):
        pushing = beside(app, lambda: phone.push(visit_with(world, ticket["id"])))
    pushing.result(20)
    assert kept().student_id == world.students["1/0/0"]


def test_a_report_beside_its_visit_knows_who_went_along(app, client, world, family, ticket, monkeypatch):
    phone, token = Phone(client, world, "t101"), family.token()
    visit = visit_with(world, ticket["id"], visitors=[world.staff["t101"], world.staff["ethics1"]])

    def send():
        family.send(token, five_no=["1"], five_no_text="收了东西", five_no_to="ethics")

    with Held(app, monkeypatch, (service, "_take_up"), send):
        pushing = beside(app, lambda: phone.push(visit))
    pushing.result(20)
    with reading() as session:
        assert session.scalars(select(Report.circle)).one() == "centre"  # the 师德专员 went along


def test_a_choice_beside_an_erasure_waits_and_is_refused(app, client, world, family, ticket, monkeypatch):
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    token = TOKEN.search(family.post("/consent", who="mother").text)[1]
    errors = []

    def erase():
        try:
            with transaction() as session:
                erasure.erase_student(session, world.students["1/0/0"], None)
        except DBAPIError as error:
            errors.append(error)

    def choose():
        return family.post("/consent/choice", token=token, who="mother", choice="agree", uses=["record"])

    with Held(app, monkeypatch, (erasure.answered, "erase_family"), erase):
        choosing = beside(app, choose)
    assert choosing.result(20).status_code == 410
    assert errors == []


def test_an_answer_that_brings_its_choice_beside_an_erasure_is_kept_and_then_erased(
    app, client, world, family, ticket, monkeypatch
):
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    token = TOKEN.search(family.post("/consent", who="mother").text)[1]
    page = family.post("/consent/choice", token=token, who="mother", choice="agree", uses=["record"]).text
    errors = []

    def erase():
        with transaction() as session:
            erasure.erase_student(session, world.students["1/0/0"], None)

    def send():
        try:
            answer = family.send(TOKEN.search(page)[1], chose=CHOSE.search(page)[1])
            errors.extend([answer.status_code] if answer.status_code != 200 else [])
        except DBAPIError as error:
            errors.append(error)

    with Held(app, monkeypatch, (service, "hold_word"), send):
        erasing = beside(app, erase)
    erasing.result(20)
    assert errors == []
    assert kept().state == "erased"
    with reading() as session:
        assert session.scalars(select(Consent).where(Consent.student_id == world.students["1/0/0"])).all() == []


def test_a_reply_beside_a_change_waits_for_it_and_neither_is_ended(app, world, family, monkeypatch):
    code = family.answer(text="汤是凉的", contact="13912345678")
    with reading() as session:
        told = session.scalars(select(Suggestion.id)).one()
    errors = []

    def reply():
        try:
            work.answer(by(world, "desk1"), told, seen(told), work.Reply("换了保温桶", "page"))
        except (DBAPIError, Clash) as error:
            errors.append(type(error))

    def change():
        assert (
            family.post("/change", code=code, **ANSWER, text="汤和饭都是凉的", contact="13912345678").status_code == 200
        )

    with Held(app, monkeypatch, (saying, "take_up"), change):
        replying = beside(app, reply)
    replying.result(20)
    assert errors in ([], [Clash])  # the words that it answers have changed: it is told, and looks again
    assert kept().text == "汤和饭都是凉的"
