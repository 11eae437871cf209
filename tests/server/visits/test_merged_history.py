"""What was written in a visit before it went into another is told with that one's history, to those who may read both."""

import pytest
from sqlalchemy import select

from server.accounts.models import AccessLog
from server.consents.service import Word, say
from server.db import new_id, reading, transaction
from server.sync import erasure
from tests.server.sync.phone import edit, id_of, merge, new_visit, resolve


def ask(who, record):
    kind, id_ = record.split(":")
    return who.client.get(f"/api/v1/records/{kind}/{id_}/history", headers=who.world.headers(who.login))


def told(who, record):
    answer = ask(who, record)
    assert answer.status_code == 200, answer.text
    return answer.json


def steps(who, record):
    """Give who wrote what where, newest first: (staff id, id of the record merged in, what else, the values)."""
    return [
        (each["by"], each["merged_from"], each["merges"], {one["new"] for one in each["changes"] if one["old"]})
        for each in told(who, record)["versions"]
    ]


def private(visit, *said, after=None):
    """Make the edits of a visit's private part, one for each value."""
    made = []
    for old, new in zip((None, *said), said, strict=False):
        made.append(
            edit(
                f"visit_private:{id_of(visit)}",
                {"child_voice": (old, new)},
                after=(made[-1] if made else after or visit)["id"],
            )
        )
    return made


@pytest.fixture
def one(phone, other, world):
    """Two visits that are one: the class teacher's stays, the colleague's goes into it."""
    lost = new_visit(world, visit_result="done", at_home="先写作业", visitors=[phone.staff, other.staff])
    kept = new_visit(world, visit_result="done", visitors=[phone.staff, other.staff])
    other.push(lost, edit(lost["record"], {"at_home": ("先写作业", "先看书")}, after=lost["id"]))
    phone.push(kept)
    return lost, kept


def joined(who, lost, kept):
    [said] = who.push(merge(lost["record"], kept["record"]))
    assert said["status"] in ("applied", "conflict"), said


def test_what_was_written_in_the_other_visit_stands_in_line_with_the_rest(phone, other, one):
    lost, kept = one
    joined(phone, lost, kept)
    for reader in (phone, other):
        assert [(by, of, merges) for by, of, merges, _ in steps(reader, kept["record"])] == [
            (phone.staff, None, True),
            (phone.staff, None, False),
            (other.staff, id_of(lost), False),
            (other.staff, id_of(lost), False),
        ]
        answer = told(reader, kept["record"])
        assert answer["versions"][2]["changes"] == [{"field": "at_home", "old": "先写作业", "new": "先看书"}]
        assert answer["more"] is False
        assert "merged_into" not in str(answer)


def test_a_visit_that_came_by_way_of_another_is_told_too(phone, other, one, world):
    lost, kept = one
    first = new_visit(world, visit_result="done", issues="字慢", visitors=[phone.staff, other.staff])
    other.push(first)
    joined(phone, first, lost)
    joined(phone, lost, kept)
    of = [(of, merges) for _, of, merges, _ in steps(phone, kept["record"])]
    assert (id_of(first), False) in of
    assert (id_of(lost), True) in of
    assert of[0] == (None, True)


def test_a_settlement_of_the_other_visit_is_told_with_it(phone, other, one):
    lost, kept = one
    phone.push(edit(lost["record"], {"issues": (None, "一")}))
    [said] = other.push(edit(lost["record"], {"issues": (None, "二")}))
    other.push(resolve(said["conflicts"][0], 3, "head"))
    joined(phone, lost, kept)
    [settled] = told(phone, kept["record"])["settled"]
    assert (settled["merged_from"], settled["kept"], settled["left"][0]["value"]) == (id_of(lost), "一", "二")


def test_what_a_child_said_in_the_other_visit_is_told_to_those_who_were_there(phone, other, one):
    lost, kept = one
    other.push(*private(lost, "怕爸爸", "想画画"))
    joined(phone, lost, kept)
    record = f"visit_private:{id_of(kept)}"
    for reader in (phone, other):
        found = told(reader, record)
        assert "怕爸爸" in str(found)
        assert [each["merged_from"] for each in found["versions"]] == [None, id_of(lost), id_of(lost)]
        assert found["versions"][0]["merges"] is True


def test_who_was_only_in_the_visit_that_stays_reads_nothing_that_a_child_took_back_in_the_other(
    phone, other, stranger, world
):
    """The class teacher may open both; whoever comes to the other visit by it reads on from there (ADR 0012)."""
    lost = new_visit(world, visit_result="done", visitors=[other.staff])
    kept = new_visit(world, visit_result="done", visitors=[stranger.staff])
    other.push(lost, *private(lost, "怕爸爸", "想画画"))
    phone.push(kept)
    joined(phone, lost, kept)
    record = f"visit_private:{id_of(kept)}"
    assert "怕爸爸" in str(told(phone, record))
    assert "怕爸爸" in str(told(other, record))
    found = told(stranger, record)
    assert "怕爸爸" not in str(found)
    assert found["more"] is True


def test_a_visit_of_a_class_that_is_not_theirs_shows_a_visitor_only_what_they_were_part_of(phone, stranger, world):
    lost = new_visit(world, visit_result="done", at_home="先写作业")
    kept = new_visit(world, visit_result="done", visitors=[stranger.staff])
    phone.push(lost, edit(lost["record"], {"at_home": ("先写作业", "先看书")}, after=lost["id"]), kept)
    joined(phone, lost, kept)
    found = told(stranger, kept["record"])
    assert "先写作业" not in str(found)
    assert found["more"] is True
    assert "先写作业" in str(told(phone, kept["record"]))


def test_of_a_refused_story_nothing_of_the_other_visit_is_told(phone, one, world):
    lost, kept = one
    joined(phone, lost, kept)
    with transaction() as session:
        say(session, Word(world.students["1/0/0"], "mother", {"record": False}, "page", new_id()))
    assert "先写作业" not in ask(phone, kept["record"]).text


def test_of_a_brother_who_refuses_and_stood_in_the_other_visit_alone_nothing_is_told(phone, world):
    """The family of each child of whom either visit tells is asked; the least of it counts."""
    brother = world.students["1/0/1"]
    lost = new_visit(world, visit_result="done", at_home="先写作业", also_for=[brother])
    kept = new_visit(world, visit_result="done")
    phone.push(lost, kept)
    joined(phone, lost, kept)
    phone.push(edit(kept["record"], members={"also_for": {"add": [], "remove": [brother]}}))
    with transaction() as session:
        say(session, Word(brother, "mother", {"record": False}, "page", new_id()))
    answer = told(phone, kept["record"])
    other_ones = [each for each in answer["versions"] if each["merged_from"]]
    assert "先写作业" not in str(other_ones)


def test_an_erased_family_leaves_nothing_of_either(phone, one, world):
    lost, kept = one
    joined(phone, lost, kept)
    with transaction() as session:
        erasure.erase_student(session, world.students["1/0/0"], None)
    assert ask(phone, kept["record"]).status_code == 404


def test_reading_what_was_merged_in_is_written_down_as_a_read_of_that_record_too(phone, other, one):
    lost, kept = one
    joined(phone, lost, kept)
    ask(other, kept["record"])
    with reading() as session:
        lines = session.execute(select(AccessLog.subject, AccessLog.rows).where(AccessLog.action == "history")).all()
    assert sorted(tuple(line) for line in lines) == sorted([(kept["record"], 2), (lost["record"], 2)])


def test_who_reads_of_the_other_record_only_what_was_decided_in_it_has_read_it_all_the_same(
    phone, other, stranger, world
):
    """Who came after a child's words were written reads no version of them, and the side that was left out afterwards."""
    lost = new_visit(world, visit_result="done", visitors=[phone.staff, other.staff])
    kept = new_visit(world, visit_result="done", visitors=[stranger.staff])
    other.push(lost, *private(lost, "怕爸爸"))
    [said] = phone.push(edit(f"visit_private:{id_of(lost)}", {"child_voice": (None, "想画画")}))
    phone.push(kept, edit(lost["record"], members={"visitors": {"add": [stranger.staff], "remove": []}}))
    other.push(resolve(said["conflicts"][0], 1, "head"))
    other.push(*private(kept, "爱唱歌"))
    phone.push(*private(kept, "爱唱歌"))
    joined(phone, lost, kept)
    found = told(stranger, f"visit_private:{id_of(kept)}")
    assert [(each["merged_from"], each["left"][0]["value"]) for each in found["settled"]] == [(id_of(lost), "想画画")]
    assert id_of(lost) not in {each["merged_from"] for each in found["versions"]}
    with reading() as session:
        subjects = session.scalars(select(AccessLog.subject).where(AccessLog.action == "history")).all()
    assert f"visit_private:{id_of(lost)}" in subjects
