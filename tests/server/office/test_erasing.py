"""An erasure takes its turn: real when it comes, and until then one that waits for a case looks like any other."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from server.accounts.models import AccessLog
from server.confidence.models import Report
from server.db import Model, reading, transaction
from server.families.models import Erasure
from server.feedback.models import Feedback
from server.office.erasing import erase_in_turn
from server.schools.models import Student
from server.suggestions.models import Suggestion
from tests.server.office.asking import ask, check, events, joined_family, requests_kept, text_of
from tests.server.sync.phone import Phone, edit, id_of
from tests.server.world import World

WORDS = ("学生100", "晚上自己洗碗", "门口车太多", "汤太凉", "13900000000", "生日")


@dataclass(frozen=True)
class Stage:
    """The school, a teacher's phone, the desk, and the child that is to be erased."""

    app: Flask
    client: FlaskClient
    world: World
    phone: Phone
    desk: Any

    @property
    def student(self):
        return self.world.students["1/0/0"]

    def take_turns(self):
        return erase_in_turn(self.app.extensions["jiafang.photos"])


@pytest.fixture
def stage(app, client, world, phone, desk):
    return Stage(app, client, world, phone, desk)


def order(stage, **more):
    return stage.desk.post(f"/school/students/{stage.student}/erase", name="学生100", reason="family", **more)


def everything():
    """Give every value of every table as one text."""
    with reading() as session:
        return "\n".join(
            str(tuple(row)) for table in Model.metadata.sorted_tables for row in session.execute(select(table))
        )


def asked_for_deletion(stage, **said):
    family, made = joined_family(stage.app, stage.client, stage.world, stage.phone, at_home="晚上自己洗碗")
    code = family.answer(text="门口车太多", contact="13900000000", **said)
    ask(family, code, "correct", words="生日写错了")
    ask(family, code, "delete")
    request = requests_kept()[-1]
    check(stage.desk, request.id, stage.student)
    return family, code, request, made


def test_a_family_asks_for_deletion_and_is_gone(stage):
    family, code, request, made = asked_for_deletion(stage)
    page = stage.desk.get(f"/school/requests/{request.id}").text
    assert f"/school/students/{stage.student}/erase?request={request.id}" in page
    assert (
        f'value="{request.id}"' in stage.desk.get(f"/school/students/{stage.student}/erase?request={request.id}").text
    )
    assert order(stage, request=request.id).status_code == 303
    assert "已排上" in stage.desk.get(f"/school/requests/{request.id}").text
    assert "办理中" in family.post("/answer", code=code).text
    assert stage.take_turns() == 1
    assert stage.take_turns() == 0
    left = everything()
    assert [words for words in WORDS if words in left] == []
    states = {each.kind: (each.state, each.words, each.contact) for each in requests_kept()}
    assert states == {"correct": ("done", "", None), "delete": ("done", "", None)}
    assert "已删除" in stage.desk.get("/school/requests").text
    assert "学生100" not in stage.desk.get(f"/school/requests/{request.id}").text
    assert ("student", stage.student) not in stage.phone.rows()
    late = Phone(stage.client, stage.world, "t101")
    assert late.push(edit(made["record"], {"at_home": ("晚上自己洗碗", "又写一遍")}))[0]["status"] == "erased"
    assert "又写一遍" not in everything()
    for page in (family.see(), family.see("/answer")):
        assert (page.status_code, "资料已经删除" in page.text) == (410, True)
    for page in (family.post("/answer", code=code), family.post("/ask", code=code, kind="copy"), family.send("x")):
        assert page.status_code >= 400
    assert "资料已经删除" in family.post("/answer", code=code).text
    assert "同学" not in family.see().text
    assert events()[-2:] == ["erased", "erased"]


def test_a_link_that_nobody_answered_tells_the_same_after_it(stage):
    family, _ = joined_family(stage.app, stage.client, stage.world, stage.phone)
    order(stage)
    assert family.see().status_code == 200
    stage.take_turns()
    assert (family.see().status_code, "资料已经删除" in family.see().text) == (410, True)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Feedback)) == 0


def walk(stage, request):
    stage.desk.get("/school/me")  # what was done last is told once
    pages = ("/school/requests", f"/school/requests/{request}", f"/school/students/{stage.student}", "/school/students")
    seen = [stage.desk.get(page) for page in (*pages, f"/school/students/{stage.student}/erase", "/school/today")]
    return [(page.status_code, text_of(page)) for page in seen]


@pytest.mark.parametrize("reported", [{}, {"five_no": ["3"], "five_no_text": "收了红包"}])
def test_one_that_waits_for_a_case_looks_like_one_that_waits_for_its_turn(stage, reported):
    _, _, request, _ = asked_for_deletion(stage, **reported)
    order(stage, request=request.id)
    before = walk(stage, request.id)
    erased = stage.take_turns() if reported else 0
    assert erased == 0
    assert walk(stage, request.id) == before
    joined = " ".join(text for _, text in before)
    assert not [words for words in ("反映", "红包", "案件") if words in joined]
    with transaction() as session:
        session.execute(update(Report).values(state="done", finding="unclear"))
    assert stage.take_turns() == 1
    with reading() as session:
        assert session.get_one(Student, stage.student).erased
        kept = session.scalars(select(Report)).all()
    assert [each.text for each in kept] == (["收了红包"] if reported else [])


def test_the_log_of_an_erasure_that_waits_tells_nothing_more(stage):
    asked_for_deletion(stage, five_no=["3"])
    order(stage)
    with reading() as session:
        lines = session.scalar(select(func.count()).select_from(AccessLog))
        kept = session.get_one(Erasure, stage.student)
    for _ in range(3):
        stage.take_turns()
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(AccessLog)) == lines
        again = session.get_one(Erasure, stage.student)
        assert (again.ordered_at, again.done_at, again.left_visits) == (kept.ordered_at, None, [])


def test_an_order_can_be_taken_back_while_it_waits(stage, other_desk):
    _, _, request, _ = asked_for_deletion(stage)
    at = f"/school/students/{stage.student}/erase/call-off"
    order(stage, request=request.id)
    order(stage)
    assert other_desk.post(at).status_code == 404
    assert stage.desk.post(at).status_code == 303
    assert stage.take_turns() == 0
    assert "去删除" in stage.desk.get(f"/school/requests/{request.id}").text
    assert events()[-2:] == ["erase_ordered", "called_off"]
    order(stage, request=request.id)
    assert stage.take_turns() == 1
    assert stage.desk.post(at).status_code == 404


def test_a_request_opens_the_way_to_its_own_child_only_and_once_checked(stage):
    family, _ = joined_family(stage.app, stage.client, stage.world, stage.phone)
    ask(family, family.answer(), "delete")
    (request,) = requests_kept()
    assert order(stage, request=request.id).status_code == 409
    check(stage.desk, request.id, stage.student)
    other = stage.world.students["1/0/3"]
    wrong = stage.desk.post(f"/school/students/{other}/erase", name="学生103", reason="family", request=request.id)
    assert wrong.status_code == 404
    with reading() as session:
        assert session.get(Erasure, other) is None


def test_the_words_of_the_family_leave_the_board(stage):
    asked_for_deletion(stage)
    order(stage)
    assert "门口车太多" in stage.desk.get("/school/suggestions/").text
    stage.take_turns()
    assert "门口车太多" not in stage.desk.get("/school/suggestions/").text
    with reading() as session:
        assert {each.state for each in session.scalars(select(Suggestion))} == {"erased"}


def test_visits_of_an_erased_child_are_gone_for_the_desk(stage):
    _, _, _, made = asked_for_deletion(stage)
    order(stage)
    assert stage.desk.get(f"/school/visits/{id_of(made)}").status_code == 200
    stage.take_turns()
    assert stage.desk.get(f"/school/visits/{id_of(made)}").status_code == 404
