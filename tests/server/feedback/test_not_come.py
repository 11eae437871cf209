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


def plain(page):
    return TOKEN.sub("", page)
