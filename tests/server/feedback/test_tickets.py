"""A phone carries parents' codes ahead of time; what it learns of them never tells whether a family has written."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.accounts.devices import revoke
from server.db import RowChange, new_id, note_change, reading, transaction
from server.feedback import links
from server.feedback.models import Ticket
from server.feedback.tickets import STOCK, sweep_tickets
from server.times import shanghai_day, utc_now
from server.visits.models import VisitTicket
from tests.server.feedback.families import Family, tickets_of
from tests.server.sync.phone import Phone, new_visit


def pull(client, world, login="t101", *, cursors=None, shown=None):
    said = {"tickets_shown": shown} if shown is not None else {}
    body = {"epoch": None, "pull": {"limit": 500, "scopes": cursors or {}, **said}}
    answer = Phone(client, world, login).post(body).get_json()
    return answer, [each["row"] for each in answer["changes"] if each["kind"] == "ticket" and each["op"] == "put"]


def test_a_phone_is_stocked_at_its_first_pull_and_not_again(client, world):
    answer, rows = pull(client, world)
    assert len(rows) == STOCK
    assert all(re.fullmatch(r"/f/[A-Za-z0-9_-]{22}", row["link"]) for row in rows)
    assert len({row["link"] for row in rows}) == STOCK
    cursors = {scope: told["cursor"] for scope, told in answer["scopes"].items()}
    assert pull(client, world, cursors=cursors)[1] == []
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == STOCK


def test_what_was_shown_is_replaced_and_says_so_once(client, world):
    answer, rows = pull(client, world)
    cursors = {scope: told["cursor"] for scope, told in answer["scopes"].items()}
    shown = [rows[0]["id"], rows[1]["id"]]
    _, news = pull(client, world, cursors=cursors, shown=shown)
    assert {row["id"] for row in news if row["shown"]} == set(shown)
    assert len([row for row in news if not row["shown"]]) == 2
    assert len(pull(client, world, shown=shown)[1]) == STOCK + 2  # said again, as after a lost answer


def test_a_shown_code_is_good_for_thirty_days(client, world):
    _, rows = pull(client, world)
    _, news = pull(client, world, shown=[rows[0]["id"]])
    in_thirty_days = (shanghai_day(utc_now()) + timedelta(days=30)).isoformat()
    assert {row["expires_on"] for row in news if row["shown"]} == {in_thirty_days}


def test_two_phones_never_carry_the_same_code(client, world):
    links_of = [{row["link"] for row in pull(client, world, login)[1]} for login in ("t101", "t102")]
    assert not links_of[0] & links_of[1]


@pytest.mark.parametrize("said", [["x"], [7, None], "no list", {"a": 1}])
def test_nonsense_about_what_was_shown_changes_nothing(client, world, said):
    assert len(pull(client, world, shown=said)[1]) == STOCK


def test_another_phones_codes_cannot_be_used_up(client, world):
    _, rows = pull(client, world, "t102")
    pull(client, world, "t101", shown=[rows[0]["id"]])
    with reading() as session:
        assert session.get(Ticket, rows[0]["id"]).shown_at is None


def test_who_has_no_school_or_only_delivers_is_given_none(client, world):
    assert pull(client, world, "centre")[1] == []
    Phone(client, world, "t101").round()
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_the_table_alone_opens_nothing(client, world):
    _, rows = pull(client, world)
    secret = rows[0]["link"].removeprefix(links.PATH)
    with reading() as session:
        ticket = session.get(Ticket, rows[0]["id"])
        values = {column.name: getattr(ticket, column.name) for column in Ticket.__table__.columns}
    assert ticket.link_hash == links.hash_of(secret)
    assert secret not in str(values)


def test_another_server_key_makes_other_links(app):
    ticket_id = new_id()
    mine = links.secret_of(ticket_id)
    app.config["SECRET_KEY"] = "another" * 8
    assert links.secret_of(ticket_id) != mine


def test_a_code_whose_day_has_passed_leaves_the_phone(client, world):
    answer, rows = pull(client, world)
    cursors = {scope: told["cursor"] for scope, told in answer["scopes"].items()}
    late = utc_now() + timedelta(days=200)
    with transaction() as session:
        assert sweep_tickets(session, late) == STOCK
        assert sweep_tickets(session, late) == 0
    news, _ = pull(client, world, cursors=cursors)
    gone = {each["id"] for each in news["changes"] if each["op"] == "remove"}
    assert gone == {row["id"] for row in rows}


def test_a_code_that_would_leave_a_family_less_than_a_month_is_replaced(client, world):
    _, rows = pull(client, world)
    assert all(row["show_until"] >= shanghai_day(utc_now()).isoformat() for row in rows)
    with transaction() as session:
        ticket = session.get(Ticket, rows[0]["id"])
        session.execute(
            update(Ticket).where(Ticket.id == ticket.id).values(show_until=shanghai_day(utc_now()) - timedelta(days=1))
        )
        note_change(session, RowChange(ticket.school_id, "ticket", ticket.id, 1, (f"device:{ticket.device_id}",)))
    _, again = pull(client, world)
    assert len(again) == STOCK + 1


def test_a_visit_says_which_codes_it_showed(client, world):
    _, rows = pull(client, world)
    visit = new_visit(world, tickets=[rows[0]["id"]])
    assert Phone(client, world, "t101").push(visit)[0]["status"] == "applied"
    with reading() as session:
        named = session.scalars(select(VisitTicket)).all()
    assert [(each.ticket_id, f"visit:{each.visit_id}") for each in named] == [(rows[0]["id"], visit["record"])]


def test_a_code_that_lies_unshown_on_a_lost_phone_opens_nothing_and_one_that_was_shown_still_does(app, client, world):
    shown, unshown = tickets_of(client, world)[:2]
    with transaction() as session:
        ticket = session.get_one(Ticket, shown["id"])
        ticket.shown_at = utc_now()
        note_change(session, RowChange(ticket.school_id, "ticket", ticket.id, 2, ()))
        revoke(session, ticket.device_id)
    found = Family(app, unshown["link"])
    assert found.see().status_code == 410
    assert Family(app, shown["link"]).see().status_code == 200
