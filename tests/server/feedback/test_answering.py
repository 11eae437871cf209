"""A family's answer: kept once, shown to its writer alone, joined to its visit whenever that arrives."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from server.accounts.devices import actor_of_token
from server.accounts.sessions import open_session
from server.db import RowChange, note_change, reading, transaction
from server.feedback import joining
from server.feedback.models import Feedback, Ticket
from server.jobs.chores import join_late_answers
from server.suggestions.models import Suggestion
from server.sync import erasure
from server.times import shanghai_day, utc_now
from tests.server.feedback.families import Family, code_in, tickets_of, visit_with
from tests.server.sync.phone import Phone


def count(model) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_opening_changes_nothing_and_asks_for_nothing(client, family):
    before = (count(Feedback), count(Suggestion))
    page = family.see()
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert family.client.head(family.link).status_code == 200
    assert (count(Feedback), count(Suggestion)) == before


def test_before_the_visit_arrives_the_page_knows_only_school_and_teacher(family):
    text = family.see().text
    assert "第1中学" in text
    assert "老师t_011老师" in text
    assert "同学" not in text


def test_whoever_chooses_who_may_read_it_is_told_where_praise_goes(client, family, world):
    for page in (family.see(), client.get(f"/box/{world.schools[1]}")):
        assert "表扬会转给夸到的老师" in page.text.split("给谁看")[1]


def test_an_answer_is_kept_and_its_words_go_on_as_a_suggestion(family):
    family.answer(text="放学门口车太多", text_kind="suggestion", topic="safety")
    with reading() as session:
        each = session.scalars(select(Feedback)).one()
        assert each.answers == {"who": "mother", "visit_happened": "agreed", "overall": "satisfied"}
        assert session.scalars(select(Suggestion.content)).one() == "放学门口车太多"


def test_the_link_alone_never_shows_what_was_written(family):
    family.answer(text="放学门口车太多")
    page = family.see()
    assert page.status_code == 200
    assert "已收到" in page.text
    assert "放学门口" not in page.text
    assert "满意" not in page.text


def test_the_same_form_sent_twice_is_one_answer_with_one_code(family):
    token = family.token()
    first, second = (family.send(token, text="请多布置阅读") for _ in range(2))
    assert code_in(first) == code_in(second)
    assert (count(Feedback), count(Suggestion)) == (1, 1)


def test_one_link_takes_one_answer(family):
    other = family.token()
    family.answer()
    refused = family.send(other, text="第二份")
    assert refused.status_code == 409
    assert "已收到" in refused.text
    assert count(Feedback) == 1


@pytest.mark.parametrize("token", ["", "forged", "x" * 5000])
def test_without_a_fit_token_the_words_come_back_with_a_fresh_one(family, token):
    page = family.send(token, text="写了很久的话")
    assert page.status_code == 400
    assert "写了很久的话" in page.text
    assert count(Feedback) == 0


def test_a_form_of_another_link_is_not_taken(app, client, world, ticket):
    other = Family(app, tickets_of(client, world)[1]["link"])
    assert Family(app, ticket["link"]).send(other.token()).status_code == 400


def test_what_is_missing_is_said_beside_it_and_nothing_is_lost(family):
    page = family.send(who="", text="写了很久的话")
    assert page.status_code == 422
    assert "请点一下您是孩子的谁" in page.text
    assert "写了很久的话" in page.text
    assert re.search(r"<input checked[^>]*value=\"agreed\"", page.text)


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "'; DROP TABLE feedback; --", "孩子👨‍👩‍👧很开心", "\u202eabc", "a\x07b", "长" * 300],
)
def test_any_words_are_kept_as_words(family, text):
    code = family.answer(text=text)
    shown = family.post("/answer", code=code).text
    assert "<script>" not in shown
    assert count(Feedback) == 1


def test_too_many_words_come_back_whole(family):
    page = family.send(text="长" * 301)
    assert page.status_code == 422
    assert "长" * 301 in page.text


def test_a_huge_body_is_refused_in_words(family):
    page = family.send(text="长" * 4_000_000)
    assert page.status_code == 413
    assert len(page.data) < 16_000  # what nobody could have typed is not sent back
    assert count(Feedback) == 0


def test_the_code_shows_the_answer_and_another_one_does_not(family):
    code = family.answer(text="放学门口车太多")
    assert "放学门口车太多" in family.post("/answer", code=code.replace(" ", "")).text
    wrong = family.post("/answer", code="00000000")
    assert wrong.status_code == 422
    assert "放学门口" not in wrong.text


def test_a_writer_changes_and_takes_back(family):
    code = family.answer(text="第一版")
    assert "第一版" in family.post("/edit", code=code).text
    changed = family.post("/change", code=code, who="father", visit_happened="agreed", overall="mostly", text="第二版")
    assert "第二版" in changed.text
    with reading() as session:
        assert session.scalars(select(Suggestion.content)).one() == "第二版"
    assert "请先勾上" in family.post("/take-back", code=code).text
    assert "已撤回" in family.post("/take-back", code=code, sure="y").text
    assert "第二版" not in family.post("/answer", code=code).text
    with reading() as session:
        assert session.scalars(select(Feedback.text)).one() == ""
        assert session.scalars(select(Suggestion.state)).one() == "withdrawn"


def test_a_change_after_the_schools_answer_is_refused_with_the_words_on_the_page(family):
    code = family.answer(text="第一版")
    with transaction() as session:
        session.execute(update(Suggestion).values(reply="已改走东门", replied_at=utc_now(), closed_at=utc_now()))
    assert "已改走东门" in family.post("/answer", code=code).text
    late = family.post("/change", code=code, who="father", visit_happened="agreed", overall="mostly", text="第二版")
    assert late.status_code == 409
    assert "第二版" in late.text


def test_an_answer_before_its_visit_is_joined_when_it_arrives(client, world, family, ticket):
    family.answer(text="放学门口车太多", visible_to="teacher_and_school", know_child="yes")
    phone = Phone(client, world, "t101")
    visit = visit_with(world, ticket["id"])
    assert phone.push(visit)[0]["status"] == "applied"
    rows = [row for (kind, _), row in phone.rows().items() if kind == "feedback"]
    assert [(row["visit_id"], row["confirmed"], row["know_child"]) for row in rows] == [
        (visit["record"].removeprefix("visit:"), True, "yes")
    ]
    assert rows[0]["text"] == "放学门口车太多"
    with reading() as session:
        assert session.scalars(select(Suggestion.student_id)).one() == world.students["1/0/0"]
    assert "同学" in family.see().text


def test_an_answer_that_its_visit_did_not_find_is_joined_later(client, world, family, ticket, monkeypatch):
    family.answer(text="放学门口车太多", visible_to="teacher_and_school")
    phone = Phone(client, world, "t101")
    monkeypatch.setattr(joining, "_join_on", lambda *_: 0)
    phone.push(visit_with(world, ticket["id"]))
    monkeypatch.undo()
    assert not [kind for kind, _ in phone.rows() if kind == "feedback"]
    assert [join_late_answers(None, utc_now()) for _ in range(2)] == [1, 0]
    assert [kind for kind, _ in phone.rows() if kind == "feedback"]


def test_what_is_for_the_school_alone_never_reaches_a_phone(client, world, family, ticket):
    phone = Phone(client, world, "t101")
    phone.push(visit_with(world, ticket["id"]))
    family.answer(text="放学门口车太多", tone="complaining", overall="not", contact="13912345678")
    for login in ("t101", "t102", "head1"):
        wire = Phone(client, world, login).post({"pull": {"limit": 500, "scopes": {}}}).text
        assert "放学门口" not in wire
        assert "complaining" not in wire
        assert "13912345678" not in wire


def test_that_the_teacher_did_not_come_is_not_the_teachers_to_read_first(client, world, family, ticket):
    phone = Phone(client, world, "t101")
    phone.push(visit_with(world, ticket["id"]))
    family.answer(visit_happened="not")
    assert not [kind for kind, _ in phone.rows() if kind == "feedback"]


def test_a_colleague_who_names_the_ticket_gains_nothing(client, world, family, ticket):
    family.answer(text="话", visible_to="teacher_and_school")
    Phone(client, world, "t103").push(visit_with(world, ticket["id"], "1/1/0"))
    assert not [kind for kind, _ in Phone(client, world, "t103").rows() if kind == "feedback"]
    assert "同学" not in family.see().text


def test_staff_cannot_answer_for_a_family(app, client, world, ticket):
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["sign_in"] = _session_token(world)
    page = browser.get(ticket["link"], headers={"Accept": "text/html"})
    assert "请家长自己写" in page.text
    assert "<form" not in page.text
    assert browser.post(ticket["link"], data={}, headers={"Accept": "text/html"}).status_code == 409


def _session_token(world):
    with transaction() as session:
        return open_session(session, world.staff["t101"], days=1)


@pytest.mark.parametrize("column", ["expires_on", "revoked_at"])
def test_a_link_that_has_ended_says_which_and_leads_to_the_box(family, ticket, world, column):
    token = family.token()
    ended = {"expires_on": shanghai_day(utc_now()) - timedelta(days=1), "revoked_at": utc_now()}[column]
    with transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == ticket["id"]).values({column: ended}))
        note_change(session, RowChange(world.schools[1], "ticket", ticket["id"], 2, ()))
    page = family.see()
    assert page.status_code == 410
    assert ("已过期" if column == "expires_on" else "已停用") in page.text
    assert f"/box/{world.schools[1]}" in page.text
    assert family.send(token, text="写了很久").status_code == 410


@pytest.mark.parametrize("secret", ["A" * 22, "short", "A" * 23, "家" * 22, "A" * 21 + "%00"])
def test_an_unknown_link_is_answered_kindly(app, world, secret):
    page = app.test_client().get(f"/f/{secret}", headers={"Accept": "text/html"})
    assert page.status_code in (400, 404)
    if page.status_code == 404:
        assert "没有找到这个链接" in page.text


def test_words_of_danger_show_the_telephone_numbers_at_once(family):
    page = family.send(text="孩子说不想活了")
    assert "12356" in page.text
    with reading() as session:
        assert session.scalars(select(Suggestion.urgent)).one()


def test_an_erased_family_leaves_no_word_behind(app, client, world, family, ticket):
    code = family.answer(text="放学门口车太多", visible_to="teacher_and_school", contact="13912345678")
    phone = Phone(client, world, "t101")
    phone.push(visit_with(world, ticket["id"]))
    assert [kind for kind, _ in phone.rows() if kind == "feedback"]
    erasure.erase(app.extensions["jiafang.photos"], world.students["1/0/0"], actor_of_token(world.tokens["head1"]))
    assert not [kind for kind, _ in phone.rows() if kind == "feedback"]
    with reading() as session:
        left = [str(vars(row)) for model in (Feedback, Suggestion) for row in session.scalars(select(model))]
    assert not any("放学" in row or "13912345678" in row for row in left)
    assert family.post("/answer", code=code).status_code == 422
    assert "同学" not in family.see().text
    assert family.send("x", text="再写").status_code == 400


def test_large_letters_stay_large_on_every_way_on(family):
    family.answer(text="谢谢")
    page = family.see("?big=1").text
    ways = re.findall(r'(?:action|href)="(/(?:f|box)/[^"]+)"', page.replace(f'href="{family.link}"', ""))
    assert len(ways) >= 2  # the reply, and the box
    assert [way for way in ways if not way.endswith("?big=1")] == []
    assert 'class="big"' not in family.see().text
