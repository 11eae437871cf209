"""The office inbox: kept words are read, put right, accepted, or given back with a reason."""

import re
from datetime import timedelta

import pytest

from server.consents.service import Word, say
from server.db import new_id, transaction
from server.sync import sweeps
from server.times import utc_now
from server.visits import service
from tests.server.oversight.conftest import TOKEN
from tests.server.sync.phone import edit, id_of, new_visit, resolve


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
    assert "1 条待归档" in desk.read("/school/today")


def test_another_schools_office_does_not_find_it(elsewhere, case):
    assert elsewhere.get(f"/school/inbox/{case[0]}").status_code == 404
    assert "没有待归档的内容" in elsewhere.read("/school/inbox")
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


def test_what_follows_an_opinion_kept_back_is_not_read_either(desk, phone, world):
    words = {"visit_id": (None, new_id()), "text": (None, "头一句"), "about_staff": (None, True)}
    first = edit(f"opinion:{new_id()}", words)
    second = edit(first["record"], {"text": ("头一句", "后一句")}, after=first["id"])
    said, follows = phone.push(first, second)
    assert (said["status"], follows["status"], follows["case"]) == ("quarantined", "held", said["case"])
    page = desk.read(f"/school/inbox/{said['case']}")
    assert "头一句" not in page
    assert "后一句" not in page


def test_a_faulty_phone_that_sends_each_edit_alone_opens_no_opinion(desk, phone, world):
    """Nothing ties the two together but the record that they name: each has a case of its own."""
    words = {"visit_id": (None, new_id()), "text": (None, "头一句"), "pass_on": (None, "withheld")}
    first = edit(f"opinion:{new_id()}", words)
    second = edit(first["record"], {"visit_id": (None, new_id()), "text": ("头一句", "后一句")})
    said, alone = phone.push(first, second)
    assert (alone["status"], alone["case"] != said["case"]) == ("quarantined", True)
    assert "后一句" not in desk.read(f"/school/inbox/{alone['case']}")
    desk.send(f"/school/inbox/{said['case']}", f"/school/inbox/{said['case']}/return", note="请再看看")
    assert "后一句" not in desk.read(f"/school/inbox/{alone['case']}")


def test_an_opinion_whose_holding_back_is_still_in_conflict_is_not_read(desk, phone, world):
    visit = new_visit(world)
    words = {"visit_id": (None, id_of(visit)), "text": (None, "一"), "pass_on": (None, "named")}
    opinion = edit(f"opinion:{new_id()}", words, after=visit["id"])
    withheld = edit(opinion["record"], {"pass_on": ("anonymous", "withheld")}, after=opinion["id"])
    odd = edit(opinion["record"], {"text": ("一", "后一句"), "at_home": (None, 3)}, after=withheld["id"])
    *_, conflict, kept = phone.push(visit, opinion, withheld, odd)
    assert (conflict["status"], kept["custody"]) == ("conflict", True)
    sweeps.sweep(utc_now() + timedelta(hours=25))
    [case] = re.findall(r'href="(/school/inbox/[0-9a-f-]+)"', desk.read("/school/inbox"))
    assert "后一句" not in desk.read(case)


def test_words_that_settle_an_opinion_kept_back_are_not_read(desk, phone, world):
    visit = new_visit(world)
    opinion = edit(
        f"opinion:{new_id()}",
        {"visit_id": (None, id_of(visit)), "text": (None, "一"), "pass_on": (None, "withheld")},
        after=visit["id"],
    )
    *_, said = phone.push(visit, opinion, edit(opinion["record"], {"text": ("别的", "二")}, after=opinion["id"]))
    [conflict] = said["conflicts"]
    made = edit(f"conflict:{conflict}", op="resolve", args={"seen_rev": "?", "choice": "written", "value": "藏着的话"})
    [kept] = phone.push(made)
    assert kept["status"] == "quarantined"
    assert "藏着的话" not in desk.read(f"/school/inbox/{kept['case']}")


def test_a_kind_that_is_not_known_yet_may_have_narrower_readers(desk, phone, world):
    [said] = phone.push(edit(f"safety_report:{new_id()}", {"seen_heard": (None, "孩子身上的事")}))
    assert said["status"] == "held"
    sweeps.sweep(utc_now() + timedelta(hours=25))
    [case] = re.findall(r'href="(/school/inbox/[0-9a-f-]+)"', desk.read("/school/inbox"))
    assert "孩子身上的事" not in desk.read(case)


def test_accepting_what_still_breaks_our_own_code_leaves_it_to_decide(desk, phone, world, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(service, "apply_edit", broken)
    [said] = phone.push(new_visit(world))
    assert said["reason"] == "failed"
    page = f"/school/inbox/{said['case']}"
    answer = desk.send(page, f"{page}/accept")
    assert answer.status_code == 200
    assert "系统处理这一条时又出了问题" in answer.text
    assert "照原样采用" in answer.text
    monkeypatch.undo()
    assert "已采用" in desk.send(page, f"{page}/accept").text


@pytest.mark.parametrize(
    "path",
    [
        *("/school/inbox?after=%00", "/school/inbox/%00", "/school/today?after=%00", "/school/conflicts?after=%00"),
        "/school/visits/%00",
    ],
)
def test_a_character_that_no_store_takes_is_no_fault_of_ours(desk, path):
    assert desk.get(path).status_code < 500


def test_a_name_with_a_character_that_no_store_takes_signs_nobody_in(client, world):
    token = TOKEN.search(client.get("/school/sign-in").text)[1]
    answer = client.post("/school/sign-in", data={"csrf_token": token, "login": "a\0b", "password": "x"})
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("odd", [{"at_home": {"new": {"a": 1}}}, {"photos": 3}, {"visitors": {"new": [1, None]}}, [1]])
def test_odd_words_are_shown_and_break_nothing(desk, stranger, odd):
    made = {**edit(f"visit:{new_id()}"), "changes": odd}
    [said] = stranger.push(made)
    page = desk.read(f"/school/inbox/{said['case']}") if "case" in said else desk.read("/school/inbox")
    assert re.search(r"<h1>", page)


def says(world, student, **uses):
    with transaction() as session:
        say(session, Word(world.students[student], "mother", uses, "page", new_id()))


def test_a_kept_edit_of_a_family_that_refuses_shows_what_the_school_keeps_and_no_words(desk, phone, world):
    name = "a" * 64
    says(world, "1/0/3", record=False)
    visit = new_visit(world, "1/0/3", strengths="爱画画", purpose=["know_home"], photos=[name])
    private = edit(f"visit_private:{id_of(visit)}", {"child_voice": (None, "想当医生")}, after=visit["id"])
    lost = {"visit_id": (None, id_of(visit)), "reflection": (None, "体会很深")}
    said, _, alone = phone.push(visit, private, edit(f"reflection:{new_id()}", lost))
    assert (said["reason"], alone["status"]) == ("no_consent", "quarantined")
    pages = [desk.read(f"/school/inbox/{each['case']}") for each in (said, alone)]
    for page in pages:
        assert "家长不同意记录：写的内容不在这里显示" in page
        assert not [words for words in ("爱画画", "想当医生", "体会很深", "了解家庭", name[:8]) if words in page]
    assert "登门访问" in pages[0]
    says(world, "1/0/3", record=True)
    assert "爱画画" in desk.read(f"/school/inbox/{said['case']}")


def test_where_photos_alone_are_refused_the_office_reads_the_words(desk, phone, world):
    says(world, "1/0/3", photo_archive=False)
    visit = new_visit(world, "1/0/3", strengths="爱画画", photos=["a" * 64], **{f"photos/{'a' * 64}/caption": "书桌"})
    [said] = phone.push(visit)
    page = desk.read(f"/school/inbox/{said['case']}")
    assert "爱画画" in page
    assert "书桌" not in page
    assert "家长不同意留照片：照片和说明不在这里显示" in page


def test_what_would_settle_words_that_a_family_refuses_is_not_read(desk, phone, other, world):
    visit = new_visit(world, "1/0/3")
    phone.push(visit, edit(visit["record"], {"at_home": (None, "一")}))
    [clash] = other.push(edit(visit["record"], {"at_home": (None, "二")}))
    says(world, "1/0/3", record=False)
    [said] = phone.push(resolve(clash["conflicts"][0], 2, "written", "另写的话"))
    page = desk.read(f"/school/inbox/{said['case']}")
    assert "另写的话" not in page
    assert "家长不同意记录" in page
