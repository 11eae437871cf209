"""The demo: what the README promises of it, made through the real services, fast, and the same each time."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from server.accounts.models import Duty, Staff
from server.demo import service
from server.demo.people import Names, rosters
from server.photos.models import PhotoUse
from server.records.models import Conflict, Record
from server.schools.models import Guardian, SchoolClass, Student
from server.sync.models import InboxEdit
from server.times import shanghai_day, utc_now
from server.visits.models import VisitFacts
from tests.server.demo.counting import count, rows

CPU_SECONDS = 5  # of our process: the machine may be busy with something else


def test_it_is_there_in_seconds_and_whole(app, demo):
    assert demo < CPU_SECONDS
    assert not service.is_empty()
    assert count(SchoolClass) == 2 * 9
    sizes = rows(select(func.count()).select_from(Student).group_by(Student.class_id))
    assert all(40 <= size <= 45 for (size,) in sizes)
    assert rows(select(Student.id).where(Student.id.not_in(select(Guardian.student_id)))) == []
    staff = rows(select(func.count()).select_from(Staff).group_by(Staff.school_id).order_by(func.count()))
    assert [size for (size,) in staff] == [1, 36, 36]
    assert rows(select(Staff.login).where(Staff.id.not_in(select(Duty.staff_id)))) == []
    shared = select(Student.household_id).group_by(Student.household_id).having(func.count() > 1)
    assert len(rows(shared)) > 10


def test_its_visits_went_the_way_of_all_visits_and_arrived_whole(demo):
    assert {status for (status,) in rows(select(InboxEdit.status))} == {"applied"}
    assert count(Conflict) == 0
    visits = rows(select(Record.class_id).where(Record.kind == "visit"))
    assert len({class_id for (class_id,) in visits}) == 18
    shown = rows(select(PhotoUse.shown))
    assert shown
    assert all(each for (each,) in shown)
    facts = rows(select(VisitFacts.visit_id, VisitFacts.visit_date, VisitFacts.received_on, VisitFacts.late_entry))
    today = shanghai_day(utc_now())
    assert 0 < sum(received_on == today for _, _, received_on, _ in facts) <= 10  # no ten days of a school in one
    for id_, visit_date, received_on, late in facts:
        begun_on = shanghai_day(datetime.fromtimestamp(int(id_.replace("-", "")[:12], 16) / 1000, UTC))
        assert begun_on == visit_date  # the phone tells 补录 by it
        assert received_on - visit_date <= timedelta(days=1)
        assert not late


def test_the_accounts_are_those_of_the_readme(app, demo):
    for number in (1, 2):
        assert duties_of(number) == {
            (f"head{number}", "head", None),
            (f"head{number}", "leader", "七年级1班"),
            (f"desk{number}", "desk", None),
            (f"ethics{number}", "ethics", None),
            (f"t{number}01", "homeroom", "七年级1班"),
            (f"t{number}02", "subject", "七年级1班"),
            (f"t{number}02", "subject", "七年级2班"),
            (f"t{number}03", "homeroom", "七年级2班"),
        }
    homerooms = select(func.count()).select_from(Duty).where(Duty.kind == "homeroom").group_by(Duty.class_id)
    assert rows(homerooms) == [(1,)] * 18
    assert count(Staff, ~Staff.demo) == 0
    for login in ("centre", "head1", "desk2", "t101"):
        answer = app.test_client().post("/api/v1/session", json={"login": login, "password": "visit-demo"})
        assert answer.status_code == 200


def test_most_families_agreed_a_few_were_not_asked_and_one_or_two_declined(demo):
    said = rows(
        select(Student.class_id, Student.may_record, func.count()).group_by(Student.class_id, Student.may_record)
    )
    for class_id in {class_id for class_id, _, _ in said}:
        found = {word: number for id_, word, number in said if id_ == class_id}
        assert (found["unknown"], found["no"]) == (3, 2)
        assert found["yes"] >= 35


def test_whoever_begins_at_the_top_of_a_class_meets_families_that_agreed(demo):
    for (class_id,) in rows(select(SchoolClass.id)):
        in_order = select(Student.may_record).where(Student.class_id == class_id).order_by(Student.pinyin)
        assert {said for (said,) in rows(in_order.limit(25))} == {"yes"}


def duties_of(number):
    logins = [f"{name}{number}" for name in ("head", "desk", "ethics")] + [f"t{number}0{place}" for place in (1, 2, 3)]
    query = (
        select(Staff.login, Duty.kind, SchoolClass.name)
        .join(Duty, Duty.staff_id == Staff.id)
        .outerjoin(SchoolClass, SchoolClass.id == Duty.class_id)
        .where(Staff.login.in_(logins))
    )
    return set(rows(query))


def test_the_same_people_come_out_each_time():
    def people():
        chance = random.Random(service.SEED)
        return [[student.name for student in roster] for roster in rosters(chance, Names(chance), 9)]

    first = people()
    assert first == people()
    names = [name for roster in first for name in roster]
    assert len(set(names)) == len(names)
