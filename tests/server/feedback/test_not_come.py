"""没来 goes to the office first: neither the phone that carries the link nor the link itself tells the teacher of it."""

from datetime import date

import pytest
from sqlalchemy import select, update

from server.accounts.devices import actor_of_token
from server.db import RowChange, note_change, reading, transaction
from server.feedback import answers
from server.feedback.models import Feedback, Ticket
from server.feedback.pages import TOKENS
from tests.server.feedback.families import TOKEN, Family, code_in, tickets_of, visit_with
from tests.server.sync.phone import Phone


@pytest.fixture
def ticket(client, world):
    return tickets_of(client, world)[0]


def test_a_link_does_not_tell_that_a_family_says_the_teacher_did_not_come_until_the_office_has_looked(
    app, client, world, ticket
):
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    family = Family(app, ticket["link"])
    pages = ("", "/answer", "?who=grandparent")
    token, open_ = family.token(), [plain(family.see(path).text) for path in pages]
    code = code_in(family.send(token, visit_happened="not", overall="not"))
    assert [plain(family.see(path).text) for path in pages] == open_
    assert "没来" in family.post("/edit", code=code).text
    assert family.send(TOKENS.make(ticket["id"])).status_code == 409
    assert not [kind for kind, _ in Phone(client, world, "t101").rows() if kind == "feedback"]
    with transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == ticket["id"]).values(expires_on=date(2020, 1, 1)))
        note_change(session, RowChange(world.schools[1], "ticket", ticket["id"], 2, ()))
    assert family.see().status_code == 410
    assert "没来" in family.post("/edit", code=code).text
    with reading() as session:
        sent = session.scalars(select(Feedback.id)).one()
    answers.check_off(actor_of_token(world.tokens["desk1"]), world.schools[1], sent)
    assert "学校已经收到了" in family.see().text


@pytest.mark.parametrize("before", ["agreed", "unsure"])
def test_said_in_place_of_something_else_it_changes_nothing_that_a_teacher_sees_until_the_office_has_looked(
    app, client, world, ticket, before
):
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    family = Family(app, ticket["link"])

    def on_phone():
        rows = Phone(client, world, "t101").rows().items()
        return [(row["visit_id"], row["confirmed"], row["text"]) for (kind, _), row in rows if kind == "feedback"]

    said = {"who": "mother", "overall": "satisfied", "visible_to": "teacher_and_school", "text": "谢谢老师"}
    code = family.answer(visit_happened=before, **said)
    seen, link = on_phone(), plain(family.see().text)
    assert [each[1:] for each in seen] == [(before == "agreed", "谢谢老师")]
    said["text"] = "其实老师没有来"
    assert family.post("/change", code=code, visit_happened="not", **said).status_code == 200
    assert [each[:2] for each in on_phone()] == [each[:2] for each in seen]
    assert "没有来" not in str(on_phone())
    assert plain(family.see().text) == link
    desk = actor_of_token(world.tokens["desk1"])
    with reading() as session:
        (line,) = answers.to_check(session, desk, world.schools[1])
        assert [each.not_come for each in answers.of_visit(session, desk, world.schools[1], line.visit_id)] == [True]
    answers.check_off(desk, world.schools[1], line.id)
    assert on_phone() == []
    family.post("/change", code=code, visit_happened="agreed", **said)
    family.post("/change", code=code, visit_happened="not", **said)
    assert [each[1] for each in on_phone()] == [True]
    assert family.post("/take-back", code=code, sure="y").status_code == 200
    assert on_phone() == []


def plain(page):
    return TOKEN.sub("", page)
