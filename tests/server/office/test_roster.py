"""The list put right: a child's name with the way it is found, and guardians."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.accounts.models import AccessLog
from server.db import new_id, reading
from server.times import shanghai_day, utc_now
from tests.server.office.asking import guardian_of
from tests.server.sync.phone import edit


@pytest.fixture
def student(world):
    return world.students["1/0/0"]


def deeds():
    with reading() as session:
        wanted = ("leave_student", "keep_student", "rename_student", "edit_guardian", "add_guardian")
        return list(
            session.scalars(select(AccessLog.action).where(AccessLog.action.in_(wanted)).order_by(AccessLog.id))
        )


def test_a_name_is_put_right_with_its_pinyin_and_the_phones_are_told(desk, phone, student):
    at = f"/school/students/{student}/name"
    assert "学生100" in desk.get(at).text
    phone.rows()
    assert desk.post(at, name=" 单小雨 ").status_code == 303
    row = phone.row("student", student)
    assert (row["name"], row["pinyin"], row["initials"]) == ("单小雨", "shan xiao yu", "sxy")
    assert "单小雨" in desk.post("/school/students", typed="sxy").text
    desk.post(at, name="单小雨")
    assert deeds() == ["rename_student"]
    assert desk.post(at, name=" ").status_code == 422
    assert desk.post(at, name="长" * 65).status_code == 422


def test_a_guardian_is_put_right_and_only_the_homeroom_teacher_is_told(desk, phone, other, student):
    guardian = guardian_of(student)
    at = f"/school/students/{student}/guardians/{guardian.id}"
    assert guardian.phone in desk.get(at).text
    said = {"relation": "grandparent", "name": "赵敏", "phone": "139 0000 0001"}
    assert desk.post(at, **said).status_code == 303
    assert phone.row("guardian", guardian.id) == {"id": guardian.id, "student_id": student, **said}
    assert not [key for key in other.rows() if key[0] == "guardian"]
    desk.post(at, **said)
    assert deeds() == ["edit_guardian"]
    for bad in ({"name": ""}, {"phone": "不告诉你"}, {"relation": "friend"}):
        assert desk.post(at, **{**said, **bad}).status_code == 422
    assert guardian_of(student).name == "赵敏"


def test_a_guardian_is_taken_in(desk, phone, student):
    at = f"/school/students/{student}/guardians/new"
    assert "添上" in desk.get(at).text
    assert desk.post(at, relation="father", name="钱大力", phone="").status_code == 303
    assert "钱大力" in [row["name"] for (kind, _), row in phone.rows().items() if kind == "guardian"]
    assert deeds() == ["add_guardian"]


def test_a_school_puts_only_its_own_list_right(desk, other_desk, world, student):
    guardian = guardian_of(student)
    said = {"relation": "father", "name": "别人", "phone": ""}
    for place in (f"guardians/{guardian.id}", "guardians/new", "name"):
        assert other_desk.get(f"/school/students/{student}/{place}").status_code == 404
        assert other_desk.post(f"/school/students/{student}/{place}", **said).status_code == 404
    elsewhere = f"/school/students/{world.students['1/0/3']}/guardians/{guardian.id}"
    assert desk.get(elsewhere).status_code == 404
    assert desk.post(elsewhere, **said).status_code == 404
    assert guardian_of(student).name == guardian.name


def test_a_child_leaves_the_phones_are_told_and_it_is_taken_back(desk, other_desk, phone, student):
    at, page = f"/school/students/{student}/leave", f"/school/students/{student}"
    day = shanghai_day(utc_now()) - timedelta(days=1)
    assert "转出本校" in desk.get(page).text
    assert day.isoformat() not in desk.get(at).text
    assert desk.post(at, last_day=day.isoformat()).status_code == 303
    assert phone.row("student", student)["left_on"] == day.isoformat()
    assert "已转出" in desk.get(page).text
    assert "已转出" in desk.get("/school/students/class/" + phone.row("student", student)["class_id"]).text
    desk.post(at, last_day=day.isoformat())
    assert other_desk.post(at, last_day=day.isoformat()).status_code == 404
    assert desk.post(at, last_day="").status_code == 422
    assert desk.post(f"{page}/return").status_code == 303
    assert phone.row("student", student)["left_on"] is None
    assert "已转出" not in desk.get(page).text
    assert deeds() == ["leave_student", "keep_student"]


def test_a_visit_to_a_child_that_left_is_taken_in_and_shown(desk, phone, student):
    desk.post(f"/school/students/{student}/leave", last_day=str(shanghai_day(utc_now()) - timedelta(days=1)))
    visit = f"visit:{new_id()}"
    facts = {"student_id": student, "visit_date": "2026-10-12", "visit_form": "phone", "visit_result": "done"}
    made = edit(visit, {field: (None, value) for field, value in facts.items()})
    assert [each["status"] for each in phone.push(made)] == ["applied"]
    assert phone.row("visit", visit.removeprefix("visit:"))["student_id"] == student
    assert "家访 1 次" in desk.get(f"/school/students/{student}").text


def test_a_class_counts_the_children_that_are_here(desk, student):
    def sizes():
        return [int(each) for each in re.findall(r"(\d+) 人　班主任", desk.get("/school/students").text)]

    before, today = sizes(), shanghai_day(utc_now())
    desk.post(f"/school/students/{student}/leave", last_day=str(today))
    assert sizes() == before
    desk.post(f"/school/students/{student}/leave", last_day=str(today - timedelta(days=1)))
    assert sum(sizes()) == sum(before) - 1
