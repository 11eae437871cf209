"""Each opinion of a visit is taken up once, followed until work on it begins, and never copied when it is not passed on."""

import pytest
from sqlalchemy import select, update

from server.accounts.devices import actor_of_token
from server.db import Model, reading, transaction
from server.suggestions.models import Suggestion
from server.suggestions.opinions import erase_family
from server.sync import erasure
from server.times import utc_now
from tests.server.suggestions.told import all_of, change, events, one, opinion, tell
from tests.server.sync.phone import id_of, merge, new_visit


@pytest.fixture
def visit(phone, world):
    made = new_visit(world)
    phone.push(made)
    return made


def begin(ref):
    """Let somebody have begun to work on it."""
    with transaction() as session:
        session.execute(update(Suggestion).where(Suggestion.ref == ref).values(begun_at=utc_now()))


def test_it_is_taken_up_as_it_arrives(phone, visit, world):
    phone.push(made := opinion(visit, "食堂的汤常是凉的", pass_on="named"))
    kept = one(id_of(made))
    assert (kept.source, kept.school_id, kept.circle, kept.state) == ("visit", world.schools[1], "school", "live")
    assert (kept.content, kept.redacted, kept.kind, kept.asker) == ("食堂的汤常是凉的",) * 2 + ("suggestion", "family")
    assert (kept.visit_id, kept.student_id, kept.author_id) == (
        id_of(visit),
        world.students["1/0/0"],
        world.staff["t101"],
    )
    assert kept.named
    assert kept.due > kept.received_at.date()
    assert events(kept.id) == ["received"]


def test_a_replay_takes_up_nothing_twice(phone, visit):
    made = opinion(visit, "食堂的汤常是凉的")
    for _ in range(3):
        phone.push(made)
    assert len(all_of()) == 1
    assert events(all_of()[0].id) == ["received"]


def test_a_change_is_followed_while_nobody_works_on_it(phone, visit):
    phone.push(made := opinion(visit, "食堂的汤常是凉的"))
    phone.push(change(made, "text", "食堂的汤常是凉的", "谢谢食堂"), change(made, "kind", "suggestion", "praise"))
    kept = one(id_of(made))
    assert (kept.content, kept.kind, kept.due, kept.later) == ("谢谢食堂", "praise", None, "")
    assert "changed" in events(kept.id)


def test_once_work_has_begun_a_change_stands_beside_it(phone, visit):
    phone.push(made := opinion(visit, "食堂的汤常是凉的"))
    begin(id_of(made))
    phone.push(change(made, "text", "食堂的汤常是凉的", "汤凉，饭也凉"))
    kept = one(id_of(made))
    assert (kept.content, kept.later) == ("食堂的汤常是凉的", "汤凉，饭也凉")
    phone.push(change(made, "text", "汤凉，饭也凉", "食堂的汤常是凉的"))
    assert one(id_of(made)).later == ""
    assert events(kept.id) == ["received", "changed_late", "changed_back"]


def test_words_of_harm_that_come_later_are_heard_too(phone, visit):
    phone.push(made := opinion(visit, "食堂的汤常是凉的"))
    begin(id_of(made))
    phone.push(change(made, "text", "食堂的汤常是凉的", "汤凉。孩子说不想活了"))
    assert one(id_of(made)).urgent


def test_what_is_not_passed_on_never_comes_here(app, phone, visit):
    phone.push(made := opinion(visit, "只对您说的话", pass_on="withheld"))
    assert all_of() == []
    phone.push(change(made, "pass_on", "withheld", "anonymous"))
    assert one(id_of(made)).content == "只对您说的话"


def test_what_is_taken_back_leaves_the_board_and_its_words_go(phone, visit):
    phone.push(made := opinion(visit, "说了又不想转的话"))
    phone.push(change(made, "pass_on", None, "withheld"))
    kept = one(id_of(made))
    assert (kept.state, kept.content, kept.redacted) == ("withdrawn", "", "")
    phone.push(change(made, "pass_on", "withheld", "named"))
    kept = one(id_of(made))
    assert (kept.state, kept.content, kept.named) == ("live", "说了又不想转的话", True)
    assert events(kept.id) == ["received", "withdrawn", "came_back"]


def test_what_somebody_works_on_is_not_taken_away(phone, visit):
    phone.push(made := opinion(visit, "食堂的汤常是凉的"))
    begin(id_of(made))
    phone.push(change(made, "pass_on", None, "withheld"))
    phone.push(change(made, "kind", "suggestion", "problem"))
    kept = one(id_of(made))
    assert (kept.state, kept.content) == ("live", "食堂的汤常是凉的")
    assert events(kept.id) == ["received", "withdrawn_late"]


def test_a_merged_visit_keeps_its_opinions(phone, other, visit, world):
    second = new_visit(world, visitors=[world.staff["t101"], world.staff["t102"]])
    phone.push(second)
    phone.push(mine := opinion(visit, "第一条"))
    other.push(theirs := {**opinion(second, "第二条"), "after": None})
    phone.push(merge(second["record"], visit["record"]))
    assert [each.content for each in all_of()] == ["第一条", "第二条"]
    assert {one(id_of(each)).visit_id for each in (mine, theirs)} == {id_of(visit)}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("数学老师留作业太多", {"kind": "problem"}),
        ("班主任太凶", {"kind": "problem"}),
        ("老师t_021总是迟到", {"kind": "problem"}),
        ("有位老师收礼", {"kind": "problem", "about_staff": True}),
        ("换一位老师吧", {"about_staff": True}),
    ],
)
def test_a_problem_with_a_teacher_is_the_ethics_officers(phone, visit, text, fields):
    phone.push(made := opinion(visit, text, **fields))
    assert one(id_of(made)).circle == "ethics"


@pytest.mark.parametrize(
    ("text", "kind"), [("班主任很负责", "praise"), ("建议数学老师少留作业", "suggestion"), ("食堂太吵", "problem")]
)
def test_the_rest_is_the_schools(phone, visit, text, kind):
    phone.push(made := opinion(visit, text, kind=kind))
    assert one(id_of(made)).circle == "school"


def test_a_duty_is_looked_up_in_the_class_of_the_visit(phone, visit, world):
    phone.push(made := opinion(visit, "班主任很负责", kind="praise"))
    assert one(id_of(made)).about_staff == [world.staff["t101"]]


def test_a_problem_with_a_leader_goes_to_the_centre(phone, visit):
    phone.push(made := opinion(visit, "老师head1收礼", kind="problem"))
    assert one(id_of(made)).circle == "centre"


def test_a_narrower_circle_is_taken_at_once_also_of_what_is_worked_on(phone, visit):
    phone.push(made := opinion(visit, "食堂太吵"))
    begin(id_of(made))
    phone.push(change(made, "about_staff", None, True))
    assert one(id_of(made)).circle == "ethics"


def test_erasing_the_family_leaves_ids_only(app, phone, visit, world):
    phone.push(opinion(visit, "不可留下的话"), opinion(visit, "不可留下的第二句"))
    head = actor_of_token(world.tokens["head1"])
    erasure.erase(app.extensions["jiafang.photos"], world.students["1/0/0"], head)
    assert {each.state for each in all_of()} == {"erased"}
    with reading() as session:
        for table in Model.metadata.sorted_tables:
            assert not [row for row in session.execute(select(table)).all() if "不可留下" in str(row)], table.name
    phone.push(opinion(visit, "不可留下的第三句"))
    assert {each.content for each in all_of()} == {""}


def test_what_a_family_told_elsewhere_is_erased_by_the_name_it_has_there(world):
    tell(world, "链接上说的话", source="link", ref="answer-1")
    tell(world, "别家的话", source="link", ref="answer-2")
    with transaction() as session:
        erase_family(session, world.students["1/0/0"], {"link": ["answer-1"], "visit": []})
    assert [each.content for each in all_of()] == ["", "别家的话"]


def test_what_was_tied_to_an_erased_one_stays_to_be_worked_on(app, phone, visit, world):
    phone.push(made := opinion(visit, "不可留下的话"))
    kept = tell(world, "别家的话")
    with transaction() as session:
        session.get_one(Suggestion, kept.id).tied_to = one(id_of(made)).id
    head = actor_of_token(world.tokens["head1"])
    erasure.erase(app.extensions["jiafang.photos"], world.students["1/0/0"], head)
    after = next(each for each in all_of() if each.id == kept.id)
    assert (after.state, after.tied_to, after.content) == ("live", None, "别家的话")


def test_codes_of_a_newer_phone_are_read_as_the_usual_ones(phone, visit):
    phone.push(made := opinion(visit, "话", kind="thanks", **{"from": "neighbour", "pass_on": "loudly"}))
    kept = one(id_of(made))
    assert (kept.kind, kept.asker, kept.named) == ("suggestion", "family", False)


def test_an_opinion_of_an_unknown_visit_waits_and_is_taken_up_later(phone, world):
    late = new_visit(world)
    phone.push(made := opinion(late, "先到的话"))
    assert all_of() == []
    phone.push(late)
    assert one(id_of(made)).content == "先到的话"
