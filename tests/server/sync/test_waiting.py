"""`after`: an edit waits for the one before it, and the story of a waiting edit always has an end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.accounts.duties import actor_on
from server.db import reading
from server.errors import Clash, NotFound, Unprocessable
from server.sync import cases, sweeps
from server.sync.models import InboxEdit
from server.times import shanghai_day, utc_now
from tests.server.sync.phone import edit, id_of, new_visit

DAY = timedelta(days=1)


def desk(world, login="desk1"):
    with reading() as session:
        return actor_on(session, world.staff[login], shanghai_day(utc_now()))


def open_cases(world):
    with reading() as session:
        return cases.open_cases(session, world.schools[1])


def test_an_edit_whose_predecessor_is_missing_is_held_and_follows_when_it_comes(phone, world):
    first = new_visit(world)
    second = edit(first["record"], {"at_home": (None, "二")}, after=first["id"])
    third = edit(first["record"], {"at_home": ("二", "三")}, after=second["id"])
    said = phone.push(third, second)
    assert [(each["status"], each["reason"], each["rev"]) for each in said] == [("held", "waiting", None)] * 2
    assert phone.row("edit", third["id"])["status"] == "held"
    assert phone.push(first)[0]["status"] == "applied"
    assert [each["status"] for each in phone.push(second, third)] == ["applied", "applied"]
    assert phone.row("visit", id_of(first))["at_home"] == "三"
    assert (phone.row("edit", third["id"])["status"], phone.row("edit", third["id"])["rev"]) == ("applied", 3)


def test_another_persons_id_counts_as_unknown(phone, other, world):
    first = new_visit(world)
    phone.push(first)
    assert other.push(edit(first["record"], {"at_home": (None, "二")}, after=first["id"]))[0]["status"] == "held"


def test_a_conflict_before_lets_the_next_edit_go_and_replaces_the_own_alternative(phone, other, world):
    first = new_visit(world)
    phone.push(first, edit(first["record"], {"at_home": (None, "一")}))
    mine = edit(first["record"], {"at_home": (None, "二")})
    more = edit(first["record"], {"at_home": ("二", "三"), "issues": (None, "慢")}, after=mine["id"])
    said = other.push(mine, more)
    assert [each["status"] for each in said] == ["conflict", "conflict"]
    assert said[0]["conflicts"] == said[1]["conflicts"]
    conflict = other.row("conflict", said[0]["conflicts"][0])
    assert conflict["alternative"] == {"value": "三", "edit": more["id"], "by": other.staff, "made_at": more["made_at"]}


def test_edits_behind_a_quarantined_one_join_its_case_and_share_its_end(phone, stranger, world):
    made = new_visit(world)
    more = edit(made["record"], {"at_home": (None, "一")}, after=made["id"])
    said = stranger.push(made, more)
    assert [each["status"] for each in said] == ["quarantined", "held"]
    assert said[0]["case"] == said[1]["case"]
    (case,) = open_cases(world)
    assert (case.id, case.reason, case.staff_id) == (said[0]["case"], "not_yours", stranger.staff)
    cases.return_(desk(world), case.id, "请核对学生")
    assert [each["status"] for each in stranger.push(made, more)] == ["returned", "returned"]
    assert stranger.row("edit", more["id"])["note"] == "请核对学生"
    late = edit(made["record"], {"at_home": (None, "二")}, after=more["id"])
    assert stranger.push(late)[0]["status"] == "returned"
    with pytest.raises(Clash):
        cases.accept(desk(world), case.id)
    assert open_cases(world) == []


def test_the_office_accepts_what_a_teacher_without_duty_wrote(phone, stranger, world):
    made = new_visit(world)
    more = edit(made["record"], {"at_home": (None, "一")}, after=made["id"])
    stranger.push(made, more)
    (case,) = open_cases(world)
    with reading() as session:
        words = cases.read_case(session, world.schools[1], case.id)
        with pytest.raises(NotFound):
            cases.read_case(session, world.schools[2], case.id)
    assert [kept.id for kept in words.edits] == [made["id"], more["id"]]
    assert words.edits[0].student_id == world.students["1/0/0"]
    with pytest.raises(NotFound):
        cases.accept(desk(world, "desk2"), case.id)
    cases.accept(desk(world), case.id)
    assert phone.row("visit", id_of(made))["at_home"] == "一"
    assert [each["status"] for each in stranger.push(made, more)] == ["applied", "applied"]


def test_the_office_puts_the_student_right(phone, stranger, world):
    made = new_visit(world, "2/0/0")
    stranger.push(made)
    (case,) = open_cases(world)
    for wrong in (world.students["2/0/0"], "no id"):
        with pytest.raises(Unprocessable):
            cases.accept(desk(world), case.id, wrong)
    with pytest.raises(Clash):
        cases.accept(desk(world), case.id)  # still a student of another school
    cases.accept(desk(world), case.id, world.students["1/0/3"])
    assert phone.row("visit", id_of(made))["student_id"] == world.students["1/0/3"]


def test_what_cannot_be_applied_can_only_be_returned(phone, world):
    made = new_visit(world)
    phone.push(made, edit(made["record"], {"strengths": (None, 7)}))
    (case,) = open_cases(world)
    with pytest.raises(Clash):
        cases.accept(desk(world), case.id)
    with pytest.raises(Unprocessable):
        cases.return_(desk(world), case.id, "  ")
    assert len(open_cases(world)) == 1


def test_held_for_a_day_it_shows_in_the_office_and_the_case_closes_itself(phone, world):
    first = new_visit(world)
    second = edit(first["record"], {"at_home": (None, "二")}, after=first["id"])
    third = edit(first["record"], {"at_home": ("二", "三")}, after=second["id"])
    phone.push(second, third)
    sweeps.sweep(utc_now())
    assert open_cases(world) == []
    sweeps.sweep(utc_now() + DAY)
    (case,) = open_cases(world)
    assert case.reason == "waiting"
    assert {phone.row("edit", each["id"])["case"] for each in (second, third)} == {case.id}
    phone.push(first)
    assert open_cases(world) == []
    assert phone.row("visit", id_of(first))["at_home"] == "三"


def test_held_for_five_days_it_is_applied_on_its_old_values(phone, other, world):
    first = new_visit(world)
    phone.push(first)
    lost, unknown = (
        new_visit(world)["id"],
        edit(f"visit:{new_visit(world)['id']}", {"issues": (None, "x")}, after="lost"),
    )
    second = edit(first["record"], {"at_home": (None, "二")}, after=lost)
    third = edit(first["record"], {"at_home": ("二", "三")}, after=second["id"])
    other.push(second, third, unknown)
    sweeps.sweep(utc_now() + 4 * DAY)
    assert other.row("edit", second["id"])["status"] == "held"
    sweeps.sweep(utc_now() + 5 * DAY)
    assert other.row("visit", id_of(first))["at_home"] == "三"
    assert other.row("edit", unknown["id"])["status"] == "quarantined"
    (case,) = open_cases(world)
    assert case.reason == "not_yours"


def test_what_was_stored_and_never_applied_is_swept_up(phone, world, monkeypatch):
    made = new_visit(world)

    def dies(*_args, **_more):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("server.sync.apply.apply_ids", dies)
        with pytest.raises(SystemExit):
            phone.push(made)
    with reading() as session:
        assert session.scalar(select(InboxEdit.status)) == "new"
    sweeps.sweep(utc_now() + timedelta(seconds=61))
    assert phone.row("visit", id_of(made))["id"] == id_of(made)
    assert phone.push(made)[0]["status"] == "applied"


def test_a_newer_server_takes_up_what_waited_for_it(phone, world, monkeypatch):
    from server.visits import kinds

    made = new_visit(world)
    newer = edit(made["record"], {"mood": (None, "好")}, after=made["id"])
    after = edit(made["record"], {"issues": (None, "慢")}, after=newer["id"])
    assert [each["status"] for each in phone.push(made, newer, after)] == ["applied", "held", "held"]
    sweeps.retry_newer(utc_now())
    assert phone.row("edit", newer["id"])["status"] == "held"
    newest = kinds.Kind({**kinds.VISIT.fields, "mood": kinds.TEXT})
    monkeypatch.setattr(kinds, "KINDS", {**kinds.KINDS, "visit": newest})
    for module in ("server.sync.upcast", "server.visits.rules", "server.visits.service"):
        monkeypatch.setattr(f"{module}.KINDS", kinds.KINDS)
    sweeps.retry_newer(utc_now())
    row = phone.row("visit", id_of(made))
    assert (row["mood"], row["issues"]) == ("好", "慢")


def test_an_edit_that_breaks_our_code_stops_no_neighbour(phone, world, monkeypatch):
    from server.visits import service

    good, bad, last = new_visit(world), new_visit(world, "1/0/2"), new_visit(world, "1/0/3")
    real = service.apply_edit

    def fails(context, read):
        effect = real(context, read)
        if read.id == bad["id"]:
            raise ZeroDivisionError
        return effect

    monkeypatch.setattr(service, "apply_edit", fails)
    said = phone.push(good, bad, last)
    assert [each["status"] for each in said] == ["applied", "quarantined", "applied"]
    assert said[1]["reason"] == "failed"
    rows = phone.rows()
    assert ("visit", id_of(good)) in rows
    assert ("visit", id_of(bad)) not in rows
    monkeypatch.undo()
    (case,) = open_cases(world)
    cases.accept(desk(world), case.id)
    assert ("visit", id_of(bad)) in phone.rows()
