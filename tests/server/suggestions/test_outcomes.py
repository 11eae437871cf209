"""The teacher who wrote an opinion down learns what became of it; nobody else's phone does."""

from sqlalchemy import select, update

from server.accounts.devices import actor_of_token
from server.db import transaction
from server.suggestions.models import Suggestion
from server.suggestions.service import note
from server.sync import erasure
from server.times import utc_now
from tests.server.sync.phone import Phone, edit, new_visit


def told(client, world, login="t101"):
    return [row for (kind, _), row in Phone(client, world, login).rows().items() if kind == "outcome"]


def write_opinion(client, world, text, **fields):
    visit = new_visit(world)
    visit_id = visit["record"].removeprefix("visit:")
    opinion = "0199aaaa-0000-7000-8000-000000000001"
    said = {"visit_id": (None, visit_id), "text": (None, text), "from": (None, "family"), "kind": (None, "suggestion")}
    said |= {name: (None, value) for name, value in fields.items()}
    Phone(client, world, "t101").push(visit, edit(f"opinion:{opinion}", said, after=visit["id"]))
    return visit_id


def answer(reply):
    with transaction() as session:
        session.execute(update(Suggestion).values(reply=reply, replied_at=utc_now(), begun_at=utc_now()))
        note(session, session.scalars(select(Suggestion)).one(), "answered", None)


def test_its_author_reads_how_far_it_is_and_the_reply(client, world):
    visit = write_opinion(client, world, "放学门口车太多")
    assert [(row["visit_id"], row["status"], row["reply"]) for row in told(client, world)] == [(visit, "received", "")]
    answer("已改走东门")
    assert [(row["status"], row["reply"]) for row in told(client, world)] == [("answered", "已改走东门")]
    assert told(client, world, "t102") == told(client, world, "t103") == []


def test_what_the_office_does_not_handle_tells_nothing(client, world):
    write_opinion(client, world, "有位老师批评人太凶", kind="problem", about_staff=True)
    answer("已谈话")
    assert [(row["status"], row["reply"], row["replied_on"]) for row in told(client, world)] == [("", "", None)]


def test_of_an_erased_family_no_reply_stays_on_the_phone(app, client, world):
    write_opinion(client, world, "放学门口车太多")
    answer("已改走东门")
    erasure.erase(app.extensions["jiafang.photos"], world.students["1/0/0"], actor_of_token(world.tokens["head1"]))
    assert [(row["status"], row["reply"]) for row in told(client, world)] == [("", "")]
