"""The office keeps its students: who is in which class, a move, a newcomer, and every record erased."""

import re

import pytest
from sqlalchemy import select

from server.accounts.models import AccessLog
from server.consents.service import Word, say
from server.db import new_id, reading, transaction
from server.office.erasing import erase_in_turn
from server.schools.models import Guardian, Student
from server.sync import erased
from tests.server.sync.phone import Phone, edit, id_of, new_visit

PULL = {"limit": 500, "scopes": {}}


def at(world, place="", student="1/0/0"):
    return f"/school/students/{world.students[student]}{place}"


def logged(actions=("add_student", "move_student", "erase", "erase_family")):
    with reading() as session:
        query = select(AccessLog.action, AccessLog.subject).where(AccessLog.action.in_(actions))
        return [tuple(line) for line in session.execute(query)]


def visited(phone, world):
    visit = new_id()
    fields = {"student_id": world.students["1/0/0"], "class_id": world.classes["1/0"], "visit_result": "done"}
    phone.push(edit(f"visit:{visit}", {name: (None, value) for name, value in fields.items()}))
    return visit


def test_students_stand_by_class_and_are_found_by_name(desk, world):
    page = desk.get("/school/students").text
    assert "七年级1班" in page
    assert "10 人" in page
    roster = desk.get(f"/school/students/class/{world.classes['1/0']}").text
    assert "学生100" in roster
    assert "学生110" not in roster
    found = desk.post("/school/students", typed="学生100").text
    assert at(world) in found
    assert "没有找到" in desk.post("/school/students", typed="学生200").text  # of another school


def test_a_school_keeps_only_its_own_students(desk, other_desk, world):
    assert other_desk.get(at(world)).status_code == 404
    assert other_desk.post(at(world, "/move"), class_id=world.classes["2/0"]).status_code == 404
    assert other_desk.post(at(world, "/erase"), name="学生100", reason="family").status_code == 404
    assert desk.post(at(world, "/move"), class_id=world.classes["2/0"]).status_code == 422
    assert desk.get(f"/school/students/class/{world.classes['2/0']}").status_code == 404
    with reading() as session:
        assert session.get_one(Student, world.students["1/0/0"]).class_id == world.classes["1/0"]


def test_every_look_at_a_family_is_logged(desk, world):
    for page in ("", "/move", "/erase"):
        desk.get(at(world, page))
    with reading() as session:
        seen = session.scalars(select(AccessLog.subject).where(AccessLog.action == "page")).all()
    assert seen == [f"student:{world.students['1/0/0']}"] * 3


def test_a_move_takes_the_visits_along_and_the_old_class_lets_go(desk, phone, stranger, world):
    visit = visited(phone, world)
    assert ("visit", visit) not in stranger.rows()
    assert desk.post(at(world, "/move")).status_code == 422
    assert desk.post(at(world, "/move"), class_id=world.classes["1/0"]).status_code == 422  # that is where they are
    assert desk.post(at(world, "/move"), class_id=world.classes["1/1"]).status_code == 303
    assert ("visit", visit) in stranger.rows()
    assert ("student", world.students["1/0/0"]) not in phone.rows()
    assert "七年级2班" in desk.get(at(world)).text
    assert logged() == [("move_student", f"student:{world.students['1/0/0']}")]


def test_a_newcomer_reaches_the_class_and_the_telephone_number_its_homeroom_teacher_only(desk, phone, other, world):
    form = {"class_id": world.classes["1/0"], "name": " 单小雨 ", "relation_1": "mother", "name_1": "赵敏"}
    shown = desk.post("/school/students/new", **form, phone_1="14000000001")
    student = shown.headers["Location"].rpartition("/")[2]
    assert phone.row("student", student)["pinyin"] == "shan xiao yu"
    assert ("student", student) in other.rows()
    numbers = [row["phone"] for (kind, _), row in phone.rows().items() if kind == "guardian"]
    assert "14000000001" in numbers
    assert not [key for key in other.rows() if key[0] == "guardian"]
    assert "赵敏" in desk.get(f"/school/students/{student}").text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": ""}, "请填学生姓名"),
        ({"class_id": "elsewhere"}, ""),
        ({"relation_1": "mother"}, "请写这位家长的姓名"),
        ({"phone_2": "14000000001"}, "请选这位家长是孩子的什么人"),
        ({"relation_1": "mother", "name_1": "赵敏", "phone_1": "abc"}, "电话只写数字"),
    ],
)
def test_a_newcomer_that_lacks_something_is_asked_for_it(desk, world, said, words):
    answer = desk.post("/school/students/new", **{"class_id": world.classes["1/0"], "name": "小雨", **said})
    assert answer.status_code == 422
    assert words in answer.text
    assert logged() == []


def test_erasing_asks_for_the_name_and_a_reason_and_leaves_no_word(app, desk, phone, world):
    visit = visited(phone, world)
    page = desk.get(at(world, "/erase")).text
    assert "1 次家访" in page
    assert "请选一个原因" in desk.post(at(world, "/erase"), name="学生100").text
    wrong = desk.post(at(world, "/erase"), name="学生101", reason="family")
    assert (wrong.status_code, "没有删除" in wrong.text) == (422, True)
    assert desk.post(at(world, "/erase"), name="学生100", reason="因为").status_code == 422
    assert ("visit", visit) in phone.rows()
    assert desk.post(at(world, "/erase"), name="学生100", reason="family").status_code == 303
    assert erase_in_turn(app.extensions["jiafang.photos"]) == 1
    assert ("visit", visit) not in phone.rows()
    assert desk.get(at(world)).status_code == 404
    assert desk.post(at(world, "/erase"), name="", reason="family").status_code == 404
    with reading() as session:
        assert session.get_one(Student, world.students["1/0/0"]).name == ""
        guardians = select(Guardian.name).where(Guardian.student_id == world.students["1/0/0"])
        assert set(session.scalars(guardians)) == {""}
    assert logged() == [("erase_family", f"student:{world.students['1/0/0']}")]
    assert erased.on_disk(app.extensions["jiafang.photos"].store) == {world.students["1/0/0"]}


def test_after_erasing_the_office_is_shown_what_was_written_with_a_brother_or_sister(
    app, desk, other_desk, phone, world
):
    made = new_visit(world, "1/0/1", also_for=[world.students["1/0/0"]], at_home="哥哥带弟弟写作业")
    phone.push(made)
    assert "只从“同家孩子”里去掉这个孩子" in desk.get(at(world, "/erase")).text
    answer = desk.post(at(world, "/erase"), name="学生100", reason="family")
    assert answer.status_code == 303
    erase_in_turn(app.extensions["jiafang.photos"])
    left = re.search(r'href="(/school/students/left[^"]+)"', desk.get("/school/requests").text)[1]
    page = desk.get(left).text
    for words in ("学生101", f'href="/school/visits/{id_of(made)}"', "9月30日", "老师t_011"):
        assert words in page
    assert "学生100" not in page
    assert other_desk.get(left).status_code == 302
    assert desk.get("/school/students/left?visit=x").status_code == 302


def test_what_a_phone_sends_of_an_erased_child_later_is_not_taken(app, desk, client, world):
    late = Phone(client, world, "t101")
    desk.post(at(world, "/erase"), name="学生100", reason="mistake")
    erase_in_turn(app.extensions["jiafang.photos"])
    outcome = late.push(edit(f"visit:{new_id()}", {"student_id": (None, world.students["1/0/0"])}))[0]
    assert outcome["status"] == "erased"


def test_the_office_reads_who_agreed_to_what_and_writes_an_answer_down(desk, other_desk, client, world):
    page = desk.get(at(world)).text
    assert "可记：" in page
    assert "家长签的纸质同意书" in page
    assert other_desk.get(at(world, "/consent")).status_code == 404
    assert "没有问" in desk.get(at(world, "/consent")).text
    assert desk.post(at(world, "/consent"), who="father", channel="oral").status_code == 422
    said = {"who": "father", "channel": "oral", "record": "no"}
    assert other_desk.post(at(world, "/consent"), **said).status_code == 404
    assert desk.post(at(world, "/consent"), **said).status_code == 303
    page = desk.get(at(world)).text
    assert "不可记：" in page
    assert "家长当面或电话说的，老师desk1记下" in page
    assert Phone(client, world, "t101").row("student", world.students["1/0/0"])["may_record"] == "no"
    assert logged(("note_consent",)) == [("note_consent", f"student:{world.students['1/0/0']}")]


def test_the_history_of_what_a_family_said_stands_in_one_place(desk, phone, world):
    with transaction() as session:
        said = {"record": False, "photo_archive": False}
        say(session, Word(world.students["1/0/0"], "mother", said, "page", new_id()))
    heard = {"may_record": (None, "yes"), "who": (None, "father"), "channel": (None, "oral")}
    phone.push(edit(f"student:{world.students['1/0/0']}", heard))
    page = desk.get(at(world)).text
    now, before = page.split("以前的答复　1 次")
    for words in ("不可记：", "照片：家长不同意留", "家长在网页上点的", "家长当面或电话说的，老师t_011记下"):
        assert words in now
    assert "算到" not in now
    assert now.count("不同意还算数") == 1
    assert "在原来的链接上凭查询码改，或由学校记下新的答复" in now
    assert "不同意还算数" not in before
    for words in ("家长签的纸质同意书", "算到"):
        assert words in before
    room = desk.get(f"/school/students/class/{world.classes['1/0']}").text
    assert "可记 9 人，不可记 1 人，还没问 0 人" in room
    assert room.count('<span class="tag">不可记</span>') == 1


def test_the_office_notes_how_far_photos_may_be_used(desk, client, world):
    assert "拿着照片问" in desk.get(at(world, "/consent")).text
    said = {"who": "mother", "channel": "paper", "photo_archive": "yes", "photo_school": "yes"}
    assert desk.post(at(world, "/consent"), **said).status_code == 303
    assert "照片：可在校内展示" in desk.get(at(world)).text
    assert Phone(client, world, "t101").row("student", world.students["1/0/0"])["may_photo"] == "school"


def test_a_visits_page_leads_to_who_agreed(desk, phone, world):
    visit = visited(phone, world)
    page = desk.get(f"/school/visits/{visit}").text
    assert "家长同意：可记" in page
    assert f'href="/school/students/{world.students["1/0/0"]}"' in page
