"""Who may write a visit: by today's duty, by the duty around its day, and by having taken part."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from server.accounts.duties import actor_on
from server.accounts.models import Duty
from server.db import reading, transaction
from server.times import shanghai_day, utc_now
from server.visits.consenting import KEPT
from server.visits.kinds import KINDS, incomplete
from server.visits.models import VisitFacts
from server.visits.reading import may_read_record
from server.visits.service import photo_arrived
from tests.server.sync.phone import Phone, edit, id_of, new_visit

FORM = Path(__file__).parents[2] / "contract" / "form"
MISSING, FIELDS, KEPT_ON_PHONES = (
    json.loads((FORM / f"{name}.json").read_text(encoding="utf-8")) for name in ("missing", "fields", "kept")
)


@pytest.fixture
def phone(client, world):
    return Phone(client, world, "t101")


@pytest.fixture
def other(client, world):
    return Phone(client, world, "t102")


def end_duties(staff_id, last_day):
    with transaction() as session:
        for duty in session.scalars(select(Duty).where(Duty.staff_id == staff_id)):
            duty.to_on = last_day


@pytest.mark.parametrize(
    ("days_after_the_end", "status"), [(0, "applied"), (7, "applied"), (8, "quarantined"), (400, "quarantined")]
)
def test_a_duty_that_ended_lets_visits_of_its_days_through(other, world, days_after_the_end, status):
    last_day = shanghai_day(utc_now()) - timedelta(days=500)
    end_duties(other.staff, last_day)
    day = last_day + timedelta(days=days_after_the_end)
    assert other.push(new_visit(world, visit_date=day.isoformat()))[0]["status"] == status


@pytest.mark.parametrize("day", ["", "yesterday", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_opens_nothing(other, world, day):
    end_duties(other.staff, date(2021, 1, 1))
    assert other.push(new_visit(world, visit_date=day))[0]["reason"] == "not_yours"


def test_whoever_took_part_goes_on_writing_after_their_duty(other, phone, world):
    made = new_visit(world)
    other.push(made)
    end_duties(other.staff, date(2021, 1, 1))
    assert other.push(edit(made["record"], {"issues": (None, "慢")}))[0]["status"] == "applied"
    private = edit(f"visit_private:{id_of(made)}", {"child_voice": (None, "一")})
    assert other.push(private)[0]["status"] == "applied"
    theirs = new_visit(world, "1/0/2")
    phone.push(theirs)
    assert other.push(edit(theirs["record"], {"issues": (None, "慢")}))[0]["reason"] == "not_yours"


def test_reading_follows_the_circles(phone, client, world):
    made = new_visit(world)
    private = edit(f"visit_private:{id_of(made)}", {"child_voice": (None, "一")}, after=made["id"])
    note = edit(f"reflection:{new_visit(world)['id']}", {"visit_id": (None, id_of(made))}, after=made["id"])
    phone.push(made, private, note)
    expected = {
        "visit": {"t101", "t102", "head1", "desk1"},
        "visit_private": {"t101", "head1", "desk1"},
        "reflection": {"t101", "head1", "desk1"},
    }
    with reading() as session:
        for kind, readers in expected.items():
            id_ = id_of(note) if kind == "reflection" else id_of(made)
            people = {login: actor_on(session, staff, shanghai_day(utc_now())) for login, staff in world.staff.items()}
            assert {login for login, actor in people.items() if may_read_record(session, actor, kind, id_)} == readers
        assert not may_read_record(session, people["t101"], "visit", world.schools[1])


@pytest.mark.parametrize(
    ("said", "readers"),
    [
        ({"pass_on": "anonymous"}, {"t101", "head1", "desk1"}),
        ({"pass_on": "withheld"}, {"t101"}),
        ({"about_staff": True}, {"t101", "ethics1"}),
        ({"about_staff": True, "pass_on": "withheld"}, {"t101"}),
    ],
)
def test_an_opinion_is_read_by_those_whom_its_writer_let(phone, world, said, readers):
    visit = new_visit(world)
    words = {name: (None, value) for name, value in {"visit_id": id_of(visit), "text": "一", **said}.items()}
    opinion = edit(f"opinion:{visit['id']}", words, after=visit["id"])
    phone.push(visit, opinion)
    with reading() as session:
        people = {login: actor_on(session, staff, shanghai_day(utc_now())) for login, staff in world.staff.items()}
        assert {
            login for login, actor in people.items() if may_read_record(session, actor, "opinion", id_of(opinion))
        } == readers


def test_an_arriving_photo_renews_the_rows_that_name_it(phone, world):
    sha = "c" * 64
    made = new_visit(world, photos=[sha])
    phone.push(made)
    cursors = {
        scope: each["cursor"] for scope, each in phone.round(pull={"limit": 500, "scopes": {}})["scopes"].items()
    }
    with transaction() as session:
        photo_arrived(session, sha)
    changes = phone.round(pull={"limit": 500, "scopes": cursors})["changes"]
    assert {(each["kind"], each["id"], each["rev"]) for each in changes} == {("visit", id_of(made), 1)}
    assert {each["scope"].partition(":")[0] for each in changes} == {"class", "self"}


def test_facts_follow_the_record(phone, world):
    made = new_visit(world, visit_date="2026-09-28", visit_result="done")
    phone.push(made)
    with reading() as session:
        facts = session.get(VisitFacts, id_of(made))
        assert (facts.visit_date, facts.visit_result, facts.counts) == (date(2026, 9, 28), "done", True)
        assert (facts.written_on, facts.late_entry) == (date(2026, 9, 30), True)
    phone.push(edit(made["record"], {"void_reason": (None, "写错了"), "visit_date": ("2026-09-28", "2026-09-30")}))
    with reading() as session:
        facts = session.get(VisitFacts, id_of(made))
        assert (facts.counts, facts.late_entry) == (False, False)


@pytest.mark.parametrize("case", MISSING, ids=[case["name"] for case in MISSING])
def test_what_is_missing_is_what_the_phone_says(case):
    assert sorted(incomplete("visit", case["visit"])) == sorted(case["missing"])


def test_every_field_is_merged_as_the_phone_takes_it_to_be():
    assert {
        kind: {name: "once" if each.write_once else "set" if each.shape == "set" else "value" for name, each in known}
        for kind, known in ((name, of.fields.items()) for name, of in KINDS.items())
    } == {**FIELDS, "visit": {**FIELDS["visit"], "class_id": "once"}}  # the class is the server's to say


def test_what_is_kept_without_consent_is_what_the_phone_hands_in():
    assert {kind: set(names) for kind, names in KEPT_ON_PHONES.items()} == {kind: set(of) for kind, of in KEPT.items()}
    assert all(names <= KINDS[kind].fields.keys() for kind, names in KEPT.items())
