"""Nobody comes to read a visit's private part but by the word of a person who may read it, or of the office."""

from datetime import date

import pytest

from server.db import new_id
from server.errors import Clash, Unprocessable
from server.sync import cases
from tests.server.sync.phone import Phone, edit, id_of, merge, new_visit, resolve
from tests.server.sync.reader import Reader
from tests.server.sync.test_waiting import desk, open_cases
from tests.server.visits.test_rules import end_duties


@pytest.fixture
def leader(client, world):
    """Give the phone of a leader whose class this is: on duty, and in no visit."""
    return Phone(client, world, "head1")


def visitors(*people):
    return {"visitors": {"add": [each.staff for each in people], "remove": []}}


def private_of(made, text):
    return edit(f"visit_private:{id_of(made)}", {"child_voice": (None, text)}, after=made["id"])


def reads(phone, made):
    return ("visit_private", id_of(made)) in phone.rows()


def done(world, *people, **fields):
    return new_visit(world, visit_result="done", visitors=[each.staff for each in people], **fields)


@pytest.fixture
def visit(phone, world):
    """Give a visit of the 班主任 alone, with words that only who took part may read."""
    made = new_visit(world)
    phone.push(made, private_of(made, "想画画"))
    return made


def test_a_colleague_cannot_write_themselves_into_a_visit(phone, other, visit):
    mine = edit(visit["record"], {"issues": (None, "慢")}, members=visitors(other))
    (said,) = other.push(mine)
    assert (said["status"], said["reason"], said["custody"]) == ("quarantined", "adds_visitors", True)
    assert "家访教师" in said["message"]
    assert not reads(other, visit)
    assert "issues" not in phone.row("visit", id_of(visit))  # an edit is applied whole or kept whole


def test_nor_let_a_third_person_in(other, stranger, visit):
    assert other.push(edit(visit["record"], members=visitors(stranger)))[0]["reason"] == "adds_visitors"
    assert not reads(stranger, visit)


def test_who_took_part_adds_who_went_along(phone, other, stranger, visit):
    assert phone.push(edit(visit["record"], members=visitors(other)))[0]["status"] == "applied"
    assert reads(other, visit)
    assert other.push(edit(visit["record"], members=visitors(stranger)))[0]["status"] == "applied"
    assert reads(stranger, visit)


def test_so_does_the_class_teacher_of_today_who_was_not_there(phone, other, leader, world):
    made = new_visit(world)
    other.push(made)
    assert phone.push(edit(made["record"], members=visitors(leader)))[0]["status"] == "applied"
    assert leader.push(edit(made["record"], members=visitors(phone)))[0]["status"] == "applied"


def test_naming_who_is_there_already_opens_nothing(other, phone, visit):
    assert other.push(edit(visit["record"], members=visitors(phone)))[0]["status"] == "applied"


def test_who_was_taken_out_does_not_come_back_by_themselves(phone, other, visit):
    phone.push(edit(visit["record"], members=visitors(other)))
    phone.push(edit(visit["record"], members={"visitors": {"add": [], "remove": [other.staff]}}))
    assert other.push(edit(visit["record"], members=visitors(other)))[0]["reason"] == "adds_visitors"


def test_a_new_visit_names_whom_it_likes(phone, other, stranger, world):
    made = done(world, other, stranger, phone)
    said = other.push(made, private_of(made, "一"))
    assert [each["status"] for each in said] == ["applied", "applied"]
    assert reads(stranger, made)


def test_the_office_can_add_them(other, visit, world):
    other.push(edit(visit["record"], members=visitors(other)))
    (case,) = open_cases(world)
    assert "去家访的老师" in case.sentence
    cases.accept(desk(world), case.id)
    assert reads(other, visit)


def test_only_who_took_part_confirms_and_only_for_themselves(phone, other, visit, world):
    def confirm(who):
        return edit(visit["record"], members={"confirmed_by": {"add": [who.staff], "remove": []}})

    assert phone.push(confirm(phone))[0]["status"] == "applied"
    assert phone.push(confirm(other))[0]["reason"] == "invalid"
    assert other.push(confirm(other))[0]["reason"] == "took_no_part"
    phone.push(edit(visit["record"], members=visitors(other)))
    assert other.push(confirm(other))[0]["status"] == "applied"


def test_the_yes_of_the_office_reaches_no_other_visit(other, stranger, visit, world):
    """`after` may name anything: an edit of another family's visit must not ride along with an accepted one."""
    wrong = new_visit(world, "1/0/2")
    rides = edit(visit["record"], members=visitors(stranger), after=wrong["id"])
    follows = private_of(wrong, "一")
    note = edit(f"reflection:{new_id()}", {"visit_id": (None, id_of(wrong))}, after=wrong["id"])
    more = edit(note["record"], {"reflection": (None, "二")}, after=note["id"])
    stranger.push(wrong, rides, follows, note, more)
    (case,) = open_cases(world)
    cases.accept(desk(world), case.id)
    said = stranger.push(rides, follows, note, more)
    assert [each["status"] for each in said] == ["quarantined", "applied", "applied", "applied"]
    assert not reads(stranger, visit)


def test_words_for_one_family_are_not_put_right_into_the_visit_of_another(phone, stranger, visit, world):
    stranger.push(edit(visit["record"], {"issues": (None, "别家的话")}))
    (case,) = open_cases(world)
    with pytest.raises(Unprocessable):
        cases.accept(desk(world), case.id, world.students["1/0/3"])
    assert "issues" not in phone.row("visit", id_of(visit))


def test_the_office_gives_nobody_the_words_of_another_persons_reflection(phone, other, visit, world):
    note = edit(f"reflection:{new_id()}", {"visit_id": (None, id_of(visit)), "reflection": (None, "一")})
    phone.push(note)
    other.push(edit(note["record"], {"reflection": ("一", "二")}))
    (case,) = open_cases(world)
    with pytest.raises(Clash):
        cases.accept(desk(world), case.id)


def test_a_day_that_the_asker_names_opens_no_visit_that_is_there(client, phone, world):
    made = edit(f"visit:{new_id()}", {"student_id": (None, world.students["1/0/0"])})
    phone.push(made)
    left = Phone(client, world, "t102")
    end_duties(left.staff, date(2021, 1, 1))
    assert left.push(edit(made["record"], {"visit_date": (None, "2020-12-30")}))[0]["reason"] == "not_yours"


def test_a_conflict_of_private_words_is_settled_by_their_circle(phone, other, stranger, visit):
    phone.push(edit(visit["record"], members=visitors(stranger)))
    private = f"visit_private:{id_of(visit)}"
    (clash,) = stranger.push(edit(private, {"child_voice": (None, "想唱歌")}))
    (conflict,) = clash["conflicts"]
    for choice in (("both",), ("written", "三")):
        assert other.push(resolve(conflict, 9, *choice))[0]["reason"] == "not_yours"
    assert stranger.push(resolve(conflict, 9, "alternative"))[0]["status"] == "applied"


# Two records of one visit ---------------------------------------------------------------------------------------------


def told_twice(one, two, world, ones=(), twos=()):
    """Let two persons write the same visit, each naming who went along; returns both."""
    first, second = done(world, *ones), done(world, *twos)
    one.push(first, private_of(first, "甲听到的"))
    two.push(second, private_of(second, "乙听到的"))
    return first, second


def test_two_who_name_each_other_merge_at_once(phone, other, world):
    first, second = told_twice(phone, other, world, (phone, other), (other, phone))
    assert other.push(merge(second["record"], first["record"]))[0]["status"] in ("applied", "conflict")
    assert reads(other, first)


def test_the_class_teacher_merges_at_once(phone, other, leader, world):
    first, second = told_twice(other, leader, world)
    assert phone.push(merge(second["record"], first["record"]))[0]["status"] in ("applied", "conflict")


def test_who_took_part_in_both_merges_at_once(other, stranger, leader, world):
    first, second = told_twice(other, leader, world, (), (other,))
    assert other.push(merge(second["record"], first["record"]))[0]["status"] in ("applied", "conflict")
    assert reads(leader, first)


def test_who_took_part_in_one_alone_does_not_open_the_other(phone, other, world):
    first, second = told_twice(phone, other, world, (), (other, phone))
    for losing, into in ((first, second), (second, first)):
        (said,) = other.push(merge(losing["record"], into["record"]))
        assert (said["status"], said["reason"]) == ("quarantined", "merge_opens")
    assert not reads(other, first)
    assert "merged_into" not in phone.row("visit", id_of(first))


def test_nor_does_a_colleague_who_took_part_in_none(phone, other, leader, world):
    first, second = told_twice(phone, other, world)
    assert leader.push(merge(second["record"], first["record"]))[0]["reason"] == "merge_opens"


def test_a_merge_that_opens_nothing_is_anybodys_on_duty(phone, other, leader, world):
    first, second = told_twice(phone, other, world, (other,), (phone,))
    assert leader.push(merge(second["record"], first["record"]))[0]["status"] in ("applied", "conflict")
    assert not reads(leader, first)


def test_a_kept_merge_is_over_when_somebody_else_has_merged(phone, other, world):
    first, second = told_twice(phone, other, world)
    early = merge(first["record"], second["record"])
    more = edit(first["record"], {"issues": (None, "慢")}, after=early["id"])
    other.push(early, more)
    assert len(open_cases(world)) == 1
    phone.push(merge(second["record"], first["record"]))
    assert open_cases(world) == []
    assert {each["status"] for each in other.push(early, more)} == {"applied"}
    assert phone.row("visit", id_of(first))["issues"] == "慢"


def test_a_kept_merge_stays_where_another_pair_was_merged(phone, other, world):
    first, second = told_twice(phone, other, world)
    third = done(world)
    other.push(third, merge(second["record"], first["record"]))
    other.push(merge(third["record"], second["record"]))
    assert len(open_cases(world)) == 1
    assert not reads(other, first)


def test_the_office_can_merge(phone, other, world):
    first, second = told_twice(phone, other, world)
    other.push(merge(second["record"], first["record"]))
    (case,) = open_cases(world)
    cases.accept(desk(world), case.id)
    assert reads(other, first)


def test_the_pointer_that_a_merge_leaves_stays_with_those_who_held_the_part(phone, other, world):
    first, second = done(world), done(world)
    other.push(first)
    phone.push(second, private_of(first, "班主任写的") | {"after": None})
    phone.push(merge(first["record"], second["record"]))
    reader = Reader(world.tokens["t101"])
    reader.read_all()
    held = {
        scope.partition(":")[0] for scope, kind, id_ in reader.rows if (kind, id_) == ("visit_private", id_of(first))
    }
    assert held == {"care"}  # who wrote it as 班主任 was not at that visit


def conflicts(phone):
    return [row["alternative"].get("value") for (kind, _), row in phone.rows().items() if kind == "conflict"]


def test_what_was_settled_before_somebody_came_is_not_theirs_to_read(phone, other, client, world):
    stranger = Phone(client, world, "t103")
    made = done(world, phone, other)
    phone.push(made, private_of(made, "想画画"))
    (clash,) = other.push(edit(f"visit_private:{id_of(made)}", {"child_voice": (None, "怕爸爸")}))
    row = phone.row("conflict", clash["conflicts"][0])
    phone.push(resolve(row["id"], clash["rev"], "head"))
    phone.push(edit(made["record"], members=visitors(stranger)))
    assert reads(stranger, made)
    assert conflicts(stranger) == []
    assert conflicts(other) == conflicts(phone) == ["怕爸爸"]


def test_what_is_open_is_for_whoever_joins_to_settle_too(phone, other, client, world):
    stranger = Phone(client, world, "t103")
    made = done(world, phone, other)
    phone.push(made, private_of(made, "想画画"))
    other.push(edit(f"visit_private:{id_of(made)}", {"child_voice": (None, "怕爸爸")}))
    phone.push(edit(made["record"], members=visitors(stranger)))
    assert conflicts(stranger) == ["怕爸爸"]
