"""Conflicts are settled by people, duplicates are merged by people, and nothing anybody wrote gets lost."""

import pytest

from tests.server.sync.phone import edit, id_of, merge, new_visit, resolve


@pytest.fixture
def visit(phone, world):
    made = new_visit(world)
    phone.push(made, edit(made["record"], {"at_home": (None, "一")}))
    return made


@pytest.fixture
def conflict(other, visit):
    (said,) = other.push(edit(visit["record"], {"at_home": (None, "二")}))
    return said["conflicts"][0]


@pytest.mark.parametrize(
    ("choice", "ends_as"),
    [(("head",), "一"), (("alternative",), "二"), (("both",), "一\n二"), (("written", "三"), "三")],
)
def test_a_conflict_is_settled_four_ways(phone, visit, conflict, choice, ends_as):
    (said,) = phone.push(resolve(conflict, 2, *choice))
    assert (said["status"], said["rev"]) == ("applied", 2)  # the conflict's own rev
    row = phone.row("conflict", conflict)
    assert (row["status"], row["settled_by"], row["decision"]["choice"]) == ("settled", phone.staff, choice[0])
    assert phone.row("visit", id_of(visit))["at_home"] == ends_as


def test_an_ordinary_edit_never_closes_a_conflict(phone, visit, conflict):
    phone.push(edit(visit["record"], {"at_home": ("一", "二")}))
    row = phone.row("conflict", conflict)
    assert row["status"] == "open"
    assert row["head"] == {"value": "二", "rev": 3, "by": phone.staff}


def test_a_settlement_of_what_changed_since_leaves_it_open_and_keeps_the_words(phone, other, visit, conflict):
    phone.push(edit(visit["record"], {"at_home": ("一", "一一"), "issues": (None, "慢")}))
    (stale,) = other.push(resolve(conflict, 2, "head"))
    assert (stale["status"], stale["conflicts"]) == ("conflict", [conflict])
    (written,) = other.push(resolve(conflict, 2, "written", "我的话"))
    assert written["conflicts"][0] == conflict
    assert other.row("conflict", written["conflicts"][1])["alternative"]["value"] == "我的话"
    assert other.row("conflict", conflict)["status"] == "open"


@pytest.mark.parametrize("choice", ["head", "alternative", "both"])
def test_a_settlement_over_words_that_came_since_leaves_it_open(phone, other, visit, conflict, choice):
    seen = phone.row("conflict", conflict)["alternative"]["edit"]
    more = edit(visit["record"], {"at_home": ("二", "二和一页")})
    other.push(more)
    (stale,) = phone.push(resolve(conflict, 2, choice, seen_alternative=seen))
    assert (stale["status"], stale["conflicts"]) == ("conflict", [conflict])
    row = phone.row("conflict", conflict)
    assert (row["status"], row["alternative"]["value"]) == ("open", "二和一页")
    (said,) = phone.push(resolve(conflict, 2, "alternative", seen_alternative=more["id"]))
    assert said["status"] == "applied"
    assert phone.row("visit", id_of(visit))["at_home"] == "二和一页"


def test_words_written_over_an_alternative_that_was_replaced_are_kept_beside_it(phone, other, visit, conflict):
    seen = phone.row("conflict", conflict)["alternative"]["edit"]
    other.push(edit(visit["record"], {"at_home": ("二", "二和一页")}))
    (said,) = phone.push(resolve(conflict, 2, "written", "三", seen_alternative=seen))
    kept = [phone.row("conflict", each) for each in said["conflicts"]]
    assert [(each["status"], each["alternative"]["value"]) for each in kept] == [("open", "二和一页"), ("open", "三")]


def test_a_phone_that_does_not_say_which_words_it_showed_settles_as_ever(phone, other, visit, conflict):
    other.push(edit(visit["record"], {"at_home": ("二", "二和一页")}))
    assert phone.push(resolve(conflict, 2, "head"))[0]["status"] == "applied"


def test_a_change_of_another_field_makes_nothing_stale(phone, other, visit, conflict):
    phone.push(edit(visit["record"], {"issues": (None, "慢")}))
    assert other.push(resolve(conflict, 2, "alternative"))[0]["status"] == "applied"


def test_the_first_settlement_stands_and_a_late_new_value_opens_another_conflict(phone, other, visit, conflict):
    phone.push(resolve(conflict, 2, "head"))
    late = other.push(resolve(conflict, 2, "alternative"), resolve(conflict, 2, "written", "三"))
    assert [each["status"] for each in late] == ["applied", "conflict"]
    rows = phone.rows()
    assert rows["conflict", conflict]["settled_by"] == phone.staff
    assert rows["visit", id_of(visit)]["at_home"] == "一"
    opened = rows["conflict", late[1]["conflicts"][0]]
    assert (opened["status"], opened["alternative"]["value"], opened["owner"]) == ("open", "三", other.staff)


UNREADABLE = {"seen_rev": 2, "choice": "head", "seen_alternative": 7}


@pytest.mark.parametrize(
    "args", [{}, {"seen_rev": 2, "choice": "neither"}, {"seen_rev": "2", "choice": "head"}, UNREADABLE]
)
def test_a_choice_without_meaning_is_the_offices(phone, conflict, args):
    assert phone.push(edit(f"conflict:{conflict}", op="resolve", args=args))[0]["reason"] == "invalid"


def test_both_is_for_texts_only(phone, other, visit):
    phone.push(edit(visit["record"], {"visit_type": (None, "general")}))
    (said,) = other.push(edit(visit["record"], {"visit_type": (None, "return")}))
    assert phone.push(resolve(said["conflicts"][0], 9, "both"))[0]["reason"] == "invalid"


def test_who_may_not_edit_the_field_may_not_settle_it(stranger, phone, conflict, visit):
    said = stranger.push(resolve(conflict, 2, "head"), resolve(id_of(visit), 2, "head"))
    assert {each["reason"] for each in said} == {"not_yours"}


def done(world, student="1/0/0", **fields):
    return new_visit(world, student, visit_result="done", **fields)


def test_two_records_of_one_visit_are_seen_and_told_apart(phone, other, world):
    one, two = done(world), done(world, visit_date="2026-10-01")
    phone.push(one)
    other.push(two, done(world, "1/0/2"), done(world, visit_date="2026-10-03"), done(world, visit_form="phone"))
    rows = phone.rows()
    assert rows["visit", id_of(one)]["possible_duplicates"] == [id_of(two)]
    assert rows["visit", id_of(two)]["possible_duplicates"] == [id_of(one)]
    phone.push(edit(one["record"], members={"not_duplicate_of": {"add": [id_of(two)]}}))
    rows = other.rows()
    assert rows["visit", id_of(one)]["possible_duplicates"] == rows["visit", id_of(two)]["possible_duplicates"] == []


def test_a_merge_keeps_all_and_late_edits_follow(phone, other, world):
    sha = "b" * 64
    one = done(world, strengths="爱笑", purpose=["praise"])
    two = done(world, strengths="懂事", at_home="看书", purpose=["study"], photos=[sha])
    phone.push(one, edit(f"visit_private:{id_of(one)}", {"growth_env": (None, "安静")}, after=one["id"]))
    note = edit(f"reflection:{done(world)['id']}", {"visit_id": (None, id_of(two))}, after=two["id"])
    other.push(two, edit(f"visit_private:{id_of(two)}", {"child_voice": (None, "想画画")}, after=two["id"]), note)
    open_one = phone.push(edit(two["record"], {"at_home": (None, "玩")}))[0]["conflicts"][0]
    (said,) = phone.push(merge(two["record"], one["record"]))
    assert said["status"] == "conflict"
    rows = phone.rows()
    assert rows["visit", id_of(two)] == {"id": id_of(two), "merged_into": id_of(one)}
    assert rows["visit_private", id_of(two)] == {"id": id_of(two), "merged_into": id_of(one)}
    kept = rows["visit", id_of(one)]
    assert (kept["strengths"], kept["at_home"], kept["purpose"]) == ("爱笑", "看书", ["praise", "study"])
    assert (kept["visitors"], kept["missing_photos"], kept["possible_duplicates"]) == ([other.staff], [sha], [])
    assert rows["conflict", said["conflicts"][0]]["alternative"]["value"] == "懂事"
    assert rows["conflict", said["conflicts"][0]]["owner"] == other.staff
    assert rows["conflict", open_one]["record"] == one["record"]
    private = rows["visit_private", id_of(one)]
    assert (private["growth_env"], private["child_voice"]) == ("安静", "想画画")
    assert other.rows()["reflection", id_of(note)]["visit_id"] == id_of(one)
    late = other.push(edit(two["record"], {"issues": (None, "慢")}), merge(one["record"], two["record"]))
    assert [each["status"] for each in late] == ["applied", "applied"]
    assert phone.row("visit", id_of(one))["issues"] == "慢"
    again = edit(f"visit_private:{id_of(two)}", {"child_voice": ("想画画", "想唱歌")})
    assert other.push(again)[0]["status"] == "applied"
    assert phone.row("visit_private", id_of(one))["child_voice"] == "想唱歌"


def test_visits_of_two_students_are_not_merged(phone, world):
    one, two = done(world), done(world, "1/0/2")
    said = phone.push(one, two, merge(two["record"], one["record"]))
    assert said[2]["reason"] == "not_same_student"


def test_every_version_is_kept(phone, other, visit, conflict, app):
    from sqlalchemy import select

    from server.db import reading
    from server.records.models import RecordVersion

    other.push(edit(visit["record"], {"at_home": ("二", "三")}))
    with reading() as session:
        versions = session.scalars(select(RecordVersion).order_by(RecordVersion.kind, RecordVersion.rev)).all()
    words = [str(version.after) for version in versions]
    assert any("二" in each for each in words)
    assert any("三" in each for each in words)
    assert [(version.rev, version.staff_id) for version in versions if version.kind == "visit"] == [
        (1, phone.staff),
        (2, phone.staff),
    ]
