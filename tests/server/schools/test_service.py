"""Taking in a school, and what of it reaches whose phone."""

from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.accounts.service import NewDuty, NewStaff, add_staff, end_duty, give_duty
from server.db import reading, transaction
from server.schools.models import Student
from server.schools.service import NewGuardian, NewStudent, add_class, add_students
from server.sync import pull, rows
from server.times import shanghai_day, utc_now
from tests.server.world import LONG_AGO


def pulled(world, login):
    """Give what a phone gets from nothing: {(scope's kind, row's kind): [rows]}."""
    answer = pull.answer(actor_of_token(world.tokens[login]), {"limit": 5000, "scopes": {}}, None)
    found = {}
    for change in answer["changes"]:
        if change["op"] == "remove":
            continue
        found.setdefault((change["scope"].split(":")[0], change["kind"]), []).append(change["row"])
    return found


def test_a_student_reaches_the_class_and_a_telephone_number_the_class_teacher_only(app, world):
    family = (NewGuardian("mother", "李静", "14000000001"), NewGuardian("grandparent", "王秀英"))
    with transaction() as session:
        new = [NewStudent("张三", guardians=family), NewStudent("单雨桐")]
        ids = add_students(session, world.schools[1], world.classes["1/0"], new)
    homeroom, subject, other = (pulled(world, login) for login in ("t101", "t102", "t103"))
    row = next(each for each in homeroom["class", "student"] if each["id"] == ids[0])
    assert (row["name"], row["pinyin"], row["initials"]) == ("张三", "zhang san", "zs")
    assert row in subject["class", "student"]
    assert row not in other["class", "student"]
    phones = [each["phone"] for each in homeroom["care", "guardian"] if each["student_id"] == ids[0]]
    assert sorted(phones, key=str) == ["14000000001", None]
    assert ("care", "guardian") not in subject
    with reading() as session:
        households = set(session.scalars(select(Student.household_id).where(Student.id.in_(ids))))
    assert len(households) == 2


def test_siblings_share_a_household(app, world):
    with transaction() as session:
        pair = [NewStudent("张三", "h1"), NewStudent("张四", "h1")]
        ids = add_students(session, world.schools[1], world.classes["1/0"], pair)
        assert add_students(session, world.schools[1], world.classes["1/0"], []) == []
    with reading() as session:
        assert {row["household_id"] for row in rows.schools.student_rows(session, ids).values()} == {"h1"}


def test_a_class_reaches_everybody_of_its_school(app, world):
    with transaction() as session:
        class_id = add_class(session, world.schools[1], 8, 3)
    row = {"id": class_id, "grade": 8, "number": 3, "name": "八年级3班"}
    assert row in pulled(world, "ethics1")["school", "class"]
    assert row not in pulled(world, "t201")["school", "class"]


def test_a_duty_stands_in_the_staff_row_and_gives_the_class_while_it_runs(app, world):
    today = shanghai_day(utc_now())
    with transaction() as session:
        give_duty(
            session, world.staff["ethics1"], NewDuty("subject", today, class_id=world.classes["1/1"], subject="历史")
        )
    seen = pulled(world, "ethics1")
    assert len(seen["class", "student"]) == 10
    row = next(each for each in seen["school", "staff"] if each["id"] == world.staff["ethics1"])
    assert row["duties"][-1] == {
        "kind": "subject",
        "class_id": world.classes["1/1"],
        "grade": None,
        "subject": "历史",
        "from_on": today.isoformat(),
        "to_on": None,
    }
    assert set(row) == {"id", "name", "left_on", "duties"}
    with transaction() as session:
        over = give_duty(session, world.staff["ethics1"], NewDuty("subject", LONG_AGO, class_id=world.classes["1/0"]))
        end_duty(session, over, LONG_AGO)
    assert {each["class_id"] for each in pulled(world, "ethics1")["class", "student"]} == {world.classes["1/1"]}


def test_a_new_colleague_is_known_to_the_school(app, world):
    with transaction() as session:
        new = NewStaff(world.centre, world.schools[1], " T199 ", "新老师", "!")
        person = add_staff(session, new, (NewDuty("homeroom", LONG_AGO, class_id=world.classes["1/1"]),))
    names = {each["id"]: each["name"] for each in pulled(world, "t103")["school", "staff"]}
    assert names[person] == "新老师"
