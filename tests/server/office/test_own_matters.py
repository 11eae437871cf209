"""Who sits at the desk and teaches as well: what is said of their own visit is for somebody else of the office."""

import re

import pytest
from sqlalchemy import delete, select

from server.accounts.models import Duty
from server.db import reading, transaction
from server.feedback.models import Feedback
from server.suggestions import work
from server.suggestions.models import Suggestion
from tests.server.confidence.reports import put_on_duty
from tests.server.feedback.families import Family, tickets_of, visit_with
from tests.server.office.asking import ask, check, requests_kept
from tests.server.office.conftest import Desk
from tests.server.suggestions.told import by, tell
from tests.server.sync.phone import Phone

PAGE, BOARD = "/school/feedback", "/school/suggestions/"


@pytest.fixture
def teacher(app, world):
    """Give the 班主任 of the first class, who is at the desk as well."""
    put_on_duty(world, "t101", "desk")
    return Desk(app, world.staff["t101"])


@pytest.fixture
def others(desk, head):
    return [desk, head]


@pytest.fixture
def ticket(client, world):
    return tickets_of(client, world)[0]


@pytest.fixture
def family(app, ticket):
    return Family(app, ticket["link"])


@pytest.fixture
def visited(client, world, ticket):
    """Let the visit be there that the link belongs to; gives its page."""
    visit = visit_with(world, ticket["id"], visitors=[world.staff["t101"], world.staff["t102"]])
    Phone(client, world, "t101").push(visit)
    return f"/school/visits/{visit['record'].removeprefix('visit:')}"


def the_answer():
    with reading() as session:
        return f"{PAGE}/{session.scalars(select(Feedback.id)).one()}"


def the_words():
    with reading() as session:
        return f"{BOARD}{session.scalars(select(Suggestion.id)).one()}"


def test_that_the_teacher_did_not_come_is_never_looked_into_by_that_teacher(teacher, others, family, visited):
    family.answer(visit_happened="not", contact="13912345678")
    page = the_answer()
    assert "还没有反馈" in teacher.get(PAGE).text
    assert "先核实" not in teacher.get(PAGE).text
    assert page not in teacher.get(visited).text
    assert "已收到" not in teacher.get(visited).text
    assert teacher.get(page).status_code == 404
    for deed in ("checked", "called"):
        assert teacher.post(f"{page}/{deed}").status_code == 404
    with reading() as session:
        assert session.scalars(select(Feedback.checked_at)).one() is None
    for other in others:
        assert "家长说老师没来 1 件" in other.get(PAGE).text
        assert page in other.get(visited).text
        assert "13912345678" in other.get(page).text
    others[1].post(f"{page}/checked")
    assert teacher.get(page).status_code == 404


def test_nor_before_its_visit_is_there(teacher, desk, family):
    family.answer(visit_happened="not")
    assert teacher.get(the_answer()).status_code == 404
    assert 'value="1"' not in teacher.get(PAGE).text
    assert desk.get(the_answer()).status_code == 200


def test_nor_by_a_colleague_who_went_along(app, world, desk, family, visited):
    put_on_duty(world, "t102", "desk")
    family.answer(visit_happened="not")
    assert Desk(app, world.staff["t102"]).get(the_answer()).status_code == 404
    assert desk.get(the_answer()).status_code == 200


def test_what_other_teachers_families_answer_a_teacher_at_the_desk_reads(app, client, world, teacher):
    Family(app, tickets_of(client, world, "t103")[0]["link"]).answer(visit_happened="not")
    assert teacher.get(the_answer()).status_code == 200
    assert teacher.post(f"{the_answer()}/checked").status_code == 303


def test_where_nobody_else_could_it_stays_with_that_teacher(world, teacher, family, visited):
    with transaction() as session:
        session.execute(delete(Duty).where(Duty.staff_id.in_([world.staff["desk1"], world.staff["head1"]])))
    family.answer(visit_happened="not", text="放学门口车太多")
    assert "家长说老师没来 1 件" in teacher.get(PAGE).text
    assert teacher.get(the_answer()).status_code == 200
    assert teacher.get(the_words()).status_code == 200


def test_where_everybody_else_is_concerned_too_it_stays_with_all_of_them(app, client, world, teacher, ticket, family):
    with transaction() as session:
        session.execute(delete(Duty).where(Duty.staff_id == world.staff["desk1"]))
    people = [world.staff["t101"], world.staff["head1"]]
    Phone(client, world, "t101").push(visit_with(world, ticket["id"], visitors=people))
    family.answer(visit_happened="not", text="放学门口车太多")
    for who in people:
        assert Desk(app, who).get(the_answer()).status_code == 200
        assert Desk(app, who).get(the_words()).status_code == 200


@pytest.mark.parametrize("login", ["t101", "t102"])
def test_words_that_the_teachers_are_not_to_see_are_not_shown_to_one_at_the_desk(
    app, world, others, family, visited, login
):
    put_on_duty(world, login, "desk")
    one = Desk(app, world.staff[login])
    figures = f"{BOARD}figures"
    before = [without_tokens(one.get(page).text) for page in (BOARD, figures)]
    family.answer(text="老想轻生，放学门口车太多", visible_to="school")
    page = the_words()
    assert [without_tokens(one.get(page).text) for page in (BOARD, figures)] == before
    for deed in ("", "/original", "/close", "/ethics"):
        assert (one.post(page + deed) if deed else one.get(page)).status_code == 404
    for other in others:
        assert "门口车太多" in other.get(page).text
        assert page in other.get(BOARD).text
        assert page in other.get(the_answer()).text


def test_nor_in_the_copy_for_the_family_which_somebody_else_of_the_office_makes(world, teacher, desk, family, visited):
    ask(family, family.answer(visit_happened="not", text="门口车太多", visible_to="school"), "copy")
    (request,) = requests_kept()
    check(teacher, request.id, world.students["1/0/0"])
    page = f"/school/requests/{request.id}/copy"
    refused, made = teacher.post(page), desk.post(page)
    assert (refused.status_code, "请办公室别的老师或校长来下载" in refused.text) == (409, True)
    assert "门口车太多" not in refused.text
    assert (made.status_code, "门口车太多" in made.text) == (200, True)


def test_words_that_the_teachers_may_see_are_shown_to_one_at_the_desk(teacher, family, visited):
    family.answer(text="放学门口车太多", visible_to="teacher_and_school")
    assert "门口车太多" in teacher.get(the_words()).text
    assert the_words() in teacher.get(BOARD).text


def test_words_tied_to_others_are_not_shown_by_them(world, teacher, desk, family, visited):
    family.answer(text="食堂的汤是凉的", visible_to="school")
    kept = the_words().removeprefix(BOARD)
    led = tell(world, "食堂的汤常是凉的").id
    assert teacher.get(f"{BOARD}{led}").status_code == 200
    assert work.tie(by(world, "desk1"), led, [kept]) == 1
    assert teacher.get(f"{BOARD}{led}").status_code == 404
    assert desk.get(f"{BOARD}{led}").status_code == 200
    assert "汤" not in teacher.get(BOARD).text


def without_tokens(page):
    return re.sub(r'value="[^"]+"', "", page)
