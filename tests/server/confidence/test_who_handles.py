"""A report goes to nobody whom it may be about, goes up when it lies, and comes back only to who may have it."""

from datetime import datetime

import pytest
from sqlalchemy import delete, select, update

from server.accounts.devices import actor_of_token
from server.accounts.models import Duty
from server.confidence import clock, handling
from server.confidence.models import Report
from server.db import new_id, reading, transaction
from server.times import SHANGHAI, shanghai_day, utc_now
from tests.server.confidence.reports import events, one, put_on_duty, seen_by, send, wait
from tests.server.sync.phone import Phone, edit, id_of, new_visit

ENOUGH = 12  # days: more than one working day, whatever the holidays


def test_it_is_the_ethics_officers_and_nobody_elses(world):
    ref = send(world)
    kept = one(ref)
    assert (kept.circle, kept.state, kept.reasons, kept.about_staff) == ("ethics", "new", ["1"], [world.staff["t101"]])
    assert seen_by(world, ref) == {"ethics1"}
    assert events(ref) == ["received"]


def test_its_writer_may_keep_it_from_the_school(world):
    ref = send(world, to="centre")
    assert seen_by(world, ref) == {"centre"}
    assert one(ref).kept_from_school


@pytest.mark.parametrize("login", ["ethics1", "head1"])
def test_about_a_leader_or_the_officer_it_goes_to_the_centre_by_itself(world, login):
    assert seen_by(world, send(world, visited_staff_ids=(world.staff["t101"], world.staff[login]))) == {"centre"}


@pytest.mark.parametrize("text", ["老师head1收了烟", "你们校长来吃了饭", "师德专员自己也收"])
def test_so_it_does_when_the_words_name_one(world, text):
    assert seen_by(world, send(world, text=text)) == {"centre"}


def test_so_it_does_where_a_school_has_no_officer(world):
    with transaction() as session:
        session.execute(delete(Duty).where(Duty.kind == "ethics"))
    assert seen_by(world, send(world)) == {"centre"}


def test_so_it_does_when_a_duty_in_the_words_may_mean_the_officer(world):
    put_on_duty(world, "ethics1", "subject", class_id=world.classes["1/1"], subject="音乐")
    assert seen_by(world, send(world, text="音乐老师也来了")) == {"centre"}


def test_a_leader_who_went_along_is_known_when_the_visit_arrives(phone, world):
    ticket = new_id()
    ref = send(world, ticket_id=ticket)
    assert seen_by(world, ref) == {"ethics1"}
    visit = new_visit(world, visitors=[world.staff["t101"], world.staff["head1"]])
    visit["members"] = {**visit["members"], "tickets": {"add": [ticket], "remove": []}}
    phone.push(visit)
    kept = one(ref)
    assert (kept.visit_id, kept.student_id) == (id_of(visit), world.students["1/0/0"])
    assert seen_by(world, ref) == {"centre"}
    assert events(ref) == ["received", "to_centre_self"]


def test_the_visit_may_be_there_already_and_change_later(phone, world):
    ticket = new_id()
    visit = new_visit(world)
    visit["members"] = {**visit["members"], "tickets": {"add": [ticket], "remove": []}}
    phone.push(visit)
    ref = send(world, ticket_id=ticket, visited_staff_ids=())
    assert one(ref).about_staff == [world.staff["t101"]]
    phone.push(
        {**edit(visit["record"], {}), "members": {"visitors": {"add": [world.staff["t102"]], "remove": []}}},
    )
    assert set(one(ref).about_staff) == {world.staff["t101"], world.staff["t102"]}


def test_the_family_is_that_of_the_visit_that_named_the_code_first(client, world):
    ticket = new_id()
    first, second = new_visit(world), new_visit(world, "1/1/0")
    for visit in (first, second):
        visit["members"] = {**visit["members"], "tickets": {"add": [ticket], "remove": []}}
    Phone(client, world, "t101").push(first)
    ref = send(world, ticket_id=ticket, visited_staff_ids=())
    Phone(client, world, "t103").push(second)
    Phone(client, world, "t103").push(edit(second["record"], {"strengths": (None, "爱读书")}))
    kept = one(ref)
    assert (kept.visit_id, kept.student_id) == (id_of(first), world.students["1/0/0"])
    assert set(kept.about_staff) == {world.staff["t101"], world.staff["t103"]}
    assert events(ref) == ["received", "claimed"]


def test_unaccepted_for_a_working_day_it_goes_to_the_deputy_and_then_to_the_centre(world):
    put_on_duty(world, "t103", deputy=True)
    ref = send(world)
    assert wait(ref, 0) == 0
    assert seen_by(world, ref) == {"ethics1"}
    assert wait(ref, ENOUGH) == 1
    assert seen_by(world, ref) == {"ethics1", "t103"}
    assert wait(ref, 0) == 0
    assert wait(ref, ENOUGH) == 1
    assert seen_by(world, ref) == {"centre"}
    assert events(ref) == ["received", "to_deputy", "to_centre_late"]
    assert wait(ref, ENOUGH) == 0


@pytest.fixture
def accepted(world):
    """Accept a report on Monday the 9th of March 2026; gives its ref, and lets what is late on a day go up."""
    put_on_duty(world, "t103", deputy=True)
    ref = send(world)
    handling.accept(actor_of_token(world.tokens["ethics1"]), one(ref).id, _last(ref))
    with transaction() as session:
        session.execute(update(Report).values(waits_since=datetime(2026, 3, 9, 10, tzinfo=SHANGHAI)))

    def on(month, day):
        with transaction() as session:
            return clock.raise_late(session, datetime(2026, month, day, 10, tzinfo=SHANGHAI))

    return ref, on


def test_accepted_and_not_closed_in_time_it_goes_to_the_deputy_and_then_to_the_centre(world, accepted):
    ref, on = accepted
    assert on(3, 30) == 0  # the fifteenth working day
    assert seen_by(world, ref) == {"ethics1"}
    assert on(3, 31) == 1
    assert seen_by(world, ref) == {"ethics1", "t103"}
    assert one(ref).state == "accepted"
    assert on(4, 7) == 0  # Qingming on the 6th is no working day
    assert on(4, 8) == 1
    assert seen_by(world, ref) == {"centre"}
    assert one(ref).state == "new"
    assert events(ref) == ["received", "accepted", "to_deputy_slow", "to_centre_slow"]


def test_what_is_closed_goes_nowhere_and_what_is_found_keeps_its_finding(world, accepted):
    ref, on = accepted
    now = utc_now()
    with transaction() as session:
        session.execute(update(Report).values(state="found", finding="proven", heard_at=now))
    assert (on(3, 31), on(4, 8)) == (1, 1)
    assert (one(ref).state, one(ref).finding) == ("found", "proven")
    with transaction() as session:
        session.execute(update(Report).values(circle="ethics", state="done", done_at=now))
    assert on(5, 8) == 0


def test_looked_into_again_the_clock_begins_again(world, accepted):
    ref, _ = accepted
    with transaction() as session:
        session.execute(update(Report).values(state="found", finding="unclear"))
    handling.reopen(actor_of_token(world.tokens["ethics1"]), one(ref).id, _last(ref), "有新情况")
    assert shanghai_day(one(ref).waits_since) == shanghai_day(utc_now())


def _last(ref):
    with reading() as session:
        return handling.last_done(session, one(ref).id)


def test_without_a_deputy_it_goes_to_the_centre_at_once(world):
    ref = send(world)
    assert wait(ref, ENOUGH) == 1
    assert seen_by(world, ref) == {"centre"}


def test_the_deputy_is_the_officer_where_there_is_no_other(world):
    put_on_duty(world, "t103", deputy=True)
    with transaction() as session:
        session.execute(delete(Duty).where(Duty.kind == "ethics", Duty.deputy.is_(False)))
    assert seen_by(world, send(world)) == {"t103"}


def test_a_deputy_whom_it_names_is_passed_over(world):
    ref = send(world, visited_staff_ids=())
    put_on_duty(world, "t103", deputy=True)
    with transaction() as session:
        session.scalars(select(Report)).one().about_duties = ["班主任"]
    assert wait(ref, ENOUGH) == 1
    assert seen_by(world, ref) == {"centre"}


def test_when_the_last_officer_goes_it_is_the_centres(world):
    ref = send(world)
    with transaction() as session:
        session.execute(delete(Duty).where(Duty.kind == "ethics"))
    assert wait(ref, 0) == 1
    assert seen_by(world, ref) == {"centre"}


def test_the_other_school_and_another_centre_never_have_it(world):
    from server.schools.models import Centre, School

    ref = send(world)
    assert "ethics2" not in seen_by(world, ref)
    wait(ref, ENOUGH)
    with transaction() as session:
        session.add(Centre(id=(elsewhere := new_id()), name="别处"))
        session.flush()
        session.get(School, world.schools[1]).centre_id = elsewhere
    assert seen_by(world, ref) == set()
    with reading() as session:
        assert session.scalars(select(Report.circle)).one() == "centre"
