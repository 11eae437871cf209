"""The office inbox: kept words are read, put right, accepted, or given back with a reason."""

import re

import pytest

from server.db import new_id
from tests.server.oversight.conftest import TOKEN
from tests.server.sync.phone import edit, new_visit


@pytest.fixture
def case(stranger, world):
    """A visit that the 班主任 of class 2 wrote for a student of the other school: the office must decide."""
    visit = new_visit(world, "2/0/0", strengths="爱画画", visit_form="home")
    [said] = stranger.push(visit)
    assert said["status"] == "quarantined"
    return said["case"], visit["record"].partition(":")[2]


def test_a_kept_edit_shows_its_words_and_no_name_of_another_school(desk, case):
    page = desk.read(f"/school/inbox/{case[0]}")
    for words in ("老师t_031", "爱画画", "登门访问", "（不在本校）"):
        assert words in page
    assert "学生200" not in page
    assert f'href="/school/inbox/{case[0]}"' in desk.read("/school/inbox")
    assert "1 条代收" in desk.read("/school/today")


def test_another_schools_office_does_not_find_it(elsewhere, case):
    assert elsewhere.get(f"/school/inbox/{case[0]}").status_code == 404
    assert "没有代收的内容" in elsewhere.read("/school/inbox")
    for path in (f"/school/inbox/{case[0]}/accept", f"/school/inbox/{case[0]}/return", f"/school/inbox/{case[0]}"):
        token = TOKEN.search(elsewhere.read("/school/inbox"))[1]
        answer = elsewhere.client.post(path, data={"csrf_token": token, "note": "退", "typed": "x"})
        assert answer.status_code == 404


def test_its_student_is_found_by_name_or_initials_and_put_right(desk, case, world):
    page = f"/school/inbox/{case[0]}"
    for typed in ("学生113", "xue", "XS"):
        assert world.students["1/1/3"] in desk.send(page, page, typed=typed).text
    assert world.students["2/0/0"] not in desk.send(page, page, typed="学生").text
    assert "没有找到" in desk.send(page, page, typed="%").text
    answer = desk.send(page, f"{page}/accept", student_id=world.students["1/1/3"])
    assert "已采用" in answer.text
    visit = desk.read(f"/school/visits/{case[1]}")
    assert "学生113" in visit
    assert "爱画画" in visit


def test_accepting_what_cannot_stand_changes_nothing_and_says_what_to_do(desk, case):
    answer = desk.send(f"/school/inbox/{case[0]}", f"/school/inbox/{case[0]}/accept")
    assert "这条内容还是放不进去" in answer.text
    assert desk.get(f"/school/visits/{case[1]}").status_code == 404
    assert "照原样采用" in answer.text


def test_giving_back_needs_a_reason_which_the_teacher_reads(desk, case, stranger):
    page = f"/school/inbox/{case[0]}"
    empty = desk.send(page, f"{page}/return", note=" ")
    assert empty.status_code == 422
    assert "请写一句原因" in empty.text
    assert desk.send(page, f"{page}/return", note="长" * 201).status_code == 422
    assert "已退回" in desk.send(page, f"{page}/return", note="请写给自己班的学生").text
    assert "请写给自己班的学生" in desk.read(page)
    [row] = [row for (kind, _), row in stranger.rows().items() if kind == "edit"]
    assert (row["status"], row["note"]) == ("returned", "请写给自己班的学生")


def test_a_case_is_decided_once(desk, case):
    page = f"/school/inbox/{case[0]}"
    token = TOKEN.search(desk.read(page))[1]
    desk.send(page, f"{page}/return", note="请再看看")
    answer = desk.client.post(f"{page}/accept", data={"csrf_token": token}, follow_redirects=True)
    assert "已经处理过了" in answer.text


def test_a_form_without_its_token_decides_nothing(desk, case):
    answer = desk.client.post(f"/school/inbox/{case[0]}/return", data={"note": "退"})
    assert answer.status_code == 400
    assert "照原样采用" in desk.read(f"/school/inbox/{case[0]}")


def test_an_opinion_kept_back_is_not_read_in_the_inbox(desk, phone, world):
    made = edit(
        f"opinion:{new_id()}",
        {"visit_id": (None, new_id()), "text": (None, "只给自己看的话"), "pass_on": (None, "withheld")},
    )
    [said] = phone.push(made)
    assert said["status"] == "quarantined"
    page = desk.read(f"/school/inbox/{said['case']}")
    assert "只给自己看的话" not in page
    assert "老师选了不转达" in page


@pytest.mark.parametrize("odd", [{"at_home": {"new": {"a": 1}}}, {"photos": 3}, {"visitors": {"new": [1, None]}}, [1]])
def test_odd_words_are_shown_and_break_nothing(desk, stranger, odd):
    made = {**edit(f"visit:{new_id()}"), "changes": odd}
    [said] = stranger.push(made)
    page = desk.read(f"/school/inbox/{said['case']}") if "case" in said else desk.read("/school/inbox")
    assert re.search(r"<h1>", page)
