"""A family that lets fewer people read its words is obeyed at once, also when work on them has begun."""

from datetime import date

import pytest
from sqlalchemy import select

from server.db import reading
from server.errors import Unprocessable
from server.feedback.models import Feedback
from server.records.models import Feed
from server.suggestions import work
from tests.server.feedback.families import ANSWER, Family, tickets_of, visit_with
from tests.server.office.conftest import Desk
from tests.server.suggestions.told import all_of, by, events, opinion, seen, tell
from tests.server.sync.phone import Phone


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


def case_of(app, login, world, id_):
    return Desk(app, world.staff[login]).get(f"/school/suggestions/{id_}")


def owners_in(app, world, id_):
    page = case_of(app, "desk1", world, id_).text
    return {login for login in ("t101", "t103") if f'value="{world.staff[login]}"' in page}


def test_the_class_teacher_is_handed_only_what_its_writer_lets_teachers_read(app, client, world):
    family, code = visited(app, client, world, text="请多布置阅读", visible_to="teacher_and_school")
    id_ = all_of()[0].id
    assert owners_in(app, world, id_) == {"t101", "t103"}
    hand_out(world, id_, "t101")
    assert case_of(app, "t101", world, id_).status_code == 200
    family.post("/change", code=code, **{**ANSWER, "text": "孩子说课上不敢提问", "visible_to": "school"})
    assert case_of(app, "t101", world, id_).status_code == 404
    assert (all_of()[0].owner_id, events(id_)[-1]) == (None, "taken_off")
    assert owners_in(app, world, id_) == {"t103"}
    with pytest.raises(Unprocessable):
        hand_out(world, id_, "t101")
    hand_out(world, id_, "t103")
    assert case_of(app, "t103", world, id_).status_code == 200


def test_who_went_along_is_handed_nothing_that_the_family_keeps_from_teachers(app, client, world):
    ticket = tickets_of(client, world)[0]
    along = [world.staff["t101"], world.staff["t103"]]
    Phone(client, world, "t101").push(visit_with(world, ticket["id"], visitors=along))
    Family(app, ticket["link"]).answer(text="孩子说课上不敢提问")
    with pytest.raises(Unprocessable):
        hand_out(world, all_of()[0].id, "t103")


def test_nothing_is_tied_to_what_somebody_works_on_from_whom_it_is_kept(app, client, world):
    visited(app, client, world, text="孩子说课上不敢提问", topic="teaching")
    kept, other = all_of()[0].id, tell(world, "作业太多", topic="teaching").id
    hand_out(world, other, "t101")
    assert "孩子说课上不敢提问" not in case_of(app, "desk1", world, other).text
    assert work.tie(by(world, "desk1"), other, [kept]) == 0
    hand_out(world, other, "t103")
    assert work.tie(by(world, "desk1"), other, [kept]) == 1
    with pytest.raises(Unprocessable):
        hand_out(world, other, "t101")


def test_what_a_teacher_wrote_down_at_a_visit_may_be_handed_to_that_teacher(client, world):
    visit = visit_with(world, tickets_of(client, world)[0]["id"])
    Phone(client, world, "t101").push(visit, opinion(visit, "路灯不亮"))
    hand_out(world, all_of()[0].id, "t101")
    assert all_of()[0].owner_id == world.staff["t101"]


def line_in_feed(answer_id):
    """Give where the class's feed has an answer."""
    with reading() as session:
        ours = (Feed.kind == "feedback") & (Feed.id == answer_id) & Feed.scope.startswith("class:")
        return session.execute(select(Feed.seq, Feed.rev).where(ours)).one()


def test_words_that_go_to_the_officer_are_taken_from_the_phones(app, client, world):
    visited(app, client, world, text="请多布置阅读", visible_to="teacher_and_school")
    each = all_of()[0]
    before = line_in_feed(each.ref)
    work.to_ethics(by(world, "desk1"), each.id)
    after = line_in_feed(each.ref)
    assert (after.seq > before.seq, after.rev) == (True, before.rev + 1)
    assert text_on_phone(client, world) == ""


def test_phones_never_learn_what_happens_to_words_that_they_do_not_see(app, client, world):
    visited(app, client, world, text="孩子说有老师收礼", contact="13912345678")
    each = all_of()[0]
    before = line_in_feed(each.ref)
    work.to_ethics(by(world, "desk1"), each.id)
    assert line_in_feed(each.ref) == before
    work.answer(by(world, "ethics1"), each.id, seen(each.id), work.Reply("谢谢您", "page"))
    assert line_in_feed(each.ref) == before
    with reading() as session:
        assert session.get_one(Feedback, each.ref).contact is None
