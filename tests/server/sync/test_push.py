"""One round's first half: custody, one id one effect, and what an edit does to its record."""

import pytest

from tests.server.sync.phone import Phone, edit, id_of, new_visit


@pytest.fixture
def phone(client, world):
    return Phone(client, world, "t101")


@pytest.fixture
def other(client, world):
    return Phone(client, world, "t102")


def test_a_new_visit_is_applied_and_reaches_the_class(phone, other, world):
    made = new_visit(world, strengths="爱帮妈妈做饭", visitors=[phone.staff])
    (outcome,) = phone.push(made)
    assert outcome == {
        "id": made["id"],
        "status": "applied",
        "custody": True,
        "rev": 1,
        "conflicts": [],
        "replayed": False,
    }
    row = other.row("visit", id_of(made))
    assert row["strengths"] == "爱帮妈妈做饭"
    assert row["class_id"] == world.classes["1/0"]
    assert row["author_id"] == phone.staff
    assert row["visitors"] == [phone.staff]
    assert "visit_result" in row["incomplete"]


def test_an_edit_sent_again_is_answered_again_and_changes_nothing(phone, world):
    made = new_visit(world)
    (first,) = phone.push(made)
    (again,) = phone.push(made)
    assert again == {**first, "replayed": True}


def test_two_teachers_who_change_different_fields_keep_both(phone, other, world):
    made = new_visit(world)
    phone.push(made)
    phone.push(edit(made["record"], {"at_home": (None, "在家看书")}))
    (outcome,) = other.push(edit(made["record"], {"at_school": (None, "上课专心")}))
    assert (outcome["status"], outcome["rev"]) == ("applied", 3)
    row = phone.row("visit", id_of(made))
    assert (row["at_home"], row["at_school"]) == ("在家看书", "上课专心")


def test_two_teachers_who_change_one_field_leave_a_conflict_to_a_person(phone, other, world):
    made = new_visit(world)
    phone.push(made, edit(made["record"], {"at_home": (None, "一")}))
    (outcome,) = other.push(edit(made["record"], {"at_home": (None, "二")}))
    assert (outcome["status"], outcome["custody"]) == ("conflict", True)
    rows = phone.rows()
    assert rows["visit", id_of(made)]["at_home"] == "一"
    conflict = rows["conflict", outcome["conflicts"][0]]
    assert conflict["record"] == made["record"]
    assert conflict["head"] == {"value": "一", "rev": 2, "by": phone.staff}
    assert (conflict["alternative"]["value"], conflict["owner"]) == ("二", other.staff)
