"""What was not chosen where two people wrote one field differently stays in the record's history, for those who may read it."""

import pytest

from server.consents.service import Word, say
from server.db import new_id, transaction
from tests.server.sync.phone import edit, id_of, new_visit, resolve


def ask(who, record):
    kind, id_ = record.split(":")
    return who.client.get(f"/api/v1/records/{kind}/{id_}/history", headers=who.world.headers(who.login))


def conflict_of(first, second, record, field):
    """Let two people write 一 and 二 into one field, and give the conflict."""
    first.push(edit(record, {field: (None, "一")}))
    (said,) = second.push(edit(record, {field: (None, "二")}))
    return said["conflicts"][0]


@pytest.mark.parametrize(
    ("choice", "kept", "left"),
    [
        (("head",), "一", [("二",)]),
        (("alternative",), "二", [("一",)]),
        (("written", "三"), "三", [("一",), ("二",)]),
    ],
)
def test_a_settlement_says_what_stands_and_what_does_not(phone, other, world, choice, kept, left):
    visit = new_visit(world)
    phone.push(visit)
    conflict = conflict_of(phone, other, visit["record"], "at_home")
    phone.push(resolve(conflict, 2, *choice))
    for reader in (phone, other):
        answer = ask(reader, visit["record"]).json
        [said] = answer["settled"]
        assert (said["id"], said["by"], said["field"], said["kept"]) == (conflict, phone.staff, "at_home", kept)
        assert [(each["value"],) for each in said["left"]] == left
        assert [each["rev"] for each in answer["versions"]] == [2, 1]  # what it changed is told once


def test_where_both_are_kept_nothing_was_left_out(phone, other, world):
    visit = new_visit(world)
    phone.push(visit)
    phone.push(resolve(conflict_of(phone, other, visit["record"], "at_home"), 2, "both"))
    answer = ask(phone, visit["record"]).json
    assert answer["settled"] == []
    assert answer["versions"][0]["changes"] == [{"field": "at_home", "old": "一", "new": "一\n二"}]


def test_an_open_conflict_is_no_step_yet(phone, other, world):
    visit = new_visit(world)
    phone.push(visit)
    conflict_of(phone, other, visit["record"], "at_home")
    assert ask(phone, visit["record"]).json["settled"] == []


def test_of_a_private_part_whoever_joined_later_reads_no_settlement_from_before(phone, other, stranger, world):
    visit = new_visit(world, visitors=[phone.staff, other.staff])
    private = f"visit_private:{id_of(visit)}"
    phone.push(visit)
    phone.push(resolve(conflict_of(phone, other, private, "child_voice"), 1, "head"))
    assert ask(stranger, private).status_code == 404
    phone.push(edit(visit["record"], members={"visitors": {"add": [stranger.staff], "remove": []}}))
    assert ask(stranger, private).json["settled"] == []
    assert [each["kept"] for each in ask(phone, private).json["settled"]] == ["一"]


def test_of_a_refused_story_nothing_that_was_not_chosen_is_told(phone, other, world):
    visit = new_visit(world)
    phone.push(visit)
    phone.push(resolve(conflict_of(phone, other, visit["record"], "at_home"), 2, "written", "三"))
    with transaction() as session:
        say(session, Word(world.students["1/0/0"], "mother", {"record": False}, "page", new_id()))
    answer = ask(phone, visit["record"])
    assert answer.json["settled"] == []
    assert not {"一", "二", "三"} & set(answer.text)
