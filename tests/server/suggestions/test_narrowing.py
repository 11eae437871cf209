"""A family that lets fewer people read its words is obeyed at once, also when work on them has begun."""

from datetime import date

from server.accounts.devices import actor_of_token
from server.db import reading
from server.suggestions import work
from server.suggestions.service import last_done
from tests.server.feedback.families import ANSWER, Family, tickets_of, visit_with
from tests.server.suggestions.told import all_of
from tests.server.sync.phone import Phone


def by(world, login):
    return actor_of_token(world.tokens[login])


def seen(id_):
    with reading() as session:
        return last_done(session, id_)


def hand_out(world, id_, login):
    work.hand_out(by(world, "desk1"), id_, seen(id_), work.HandOut("总务处", world.staff[login], date(2030, 1, 15)))


def text_on_phone(client, world, login="t101"):
    (row,) = [row for (kind, _), row in Phone(client, world, login).rows().items() if kind == "feedback"]
    return row["text"]


def visited(app, client, world, **said):
    """Let a family whose visit has arrived answer; gives it and its code."""
    ticket = tickets_of(client, world)[0]
    Phone(client, world, "t101").push(visit_with(world, ticket["id"]))
    family = Family(app, ticket["link"])
    return family, family.answer(**said)


def test_words_for_the_school_alone_leave_the_phone_though_work_has_begun(app, client, world):
    family, code = visited(app, client, world, text="请多布置阅读", visible_to="teacher_and_school")
    assert text_on_phone(client, world) == "请多布置阅读"
    hand_out(world, all_of()[0].id, "t103")
    said = {**ANSWER, "text": "请多布置阅读，先别告诉班上老师", "visible_to": "school"}
    assert "改好了" in family.post("/change", code=code, **said).text
    assert text_on_phone(client, world) == ""


def test_words_for_the_centre_alone_leave_the_officer_who_has_begun(app, client, world):
    family = Family(app, tickets_of(client, world)[0]["link"])
    code = family.answer(text="老师t_011太凶", text_kind="problem")
    id_ = all_of()[0].id
    work.progress(by(world, "ethics1"), id_, seen(id_), work.Progress("explain", "在核实", ""))
    said = {**ANSWER, "text": "老师t_011太凶，和师德专员是亲戚", "text_kind": "problem", "visible_to": "centre"}
    family.post("/change", code=code, **said)
    assert (all_of()[0].circle, all_of()[0].later) == ("centre", said["text"])
    assert family.post("/change", code=code, **{**said, "visible_to": "school"}).status_code == 200
    assert all_of()[0].circle == "centre"
