"""The merge of one record: cases a person can check, and laws that no input may break."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.merge.fields import Change, Clash, merge_fields
from server.merge.records import CannotJoinError, join, merge_records
from server.merge.sets import Members, merge_members
from server.merge.values import blank, same
from server.visits.kinds import KINDS
from server.visits.merging import OF_THE_RECORD

CASES = json.loads((Path(__file__).parents[2] / "cases" / "merge_records.json").read_text(encoding="utf-8"))
NAMES = st.sampled_from(["at_home", "at_school", "issues", "promises", "pledge"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from(["", "一", "二"]))
VALUES = st.one_of(
    SCALARS, st.lists(st.dictionaries(st.sampled_from(["who", "what"]), SCALARS, max_size=2), max_size=2)
)
RECORDS = st.dictionaries(NAMES, VALUES.filter(lambda value: not blank(value)))
CHANGES = st.dictionaries(NAMES, st.builds(Change, VALUES, VALUES))
ELEMENTS = st.sampled_from("abcdef")
SETS = st.lists(ELEMENTS, unique=True)
MEMBERS = st.builds(Members, st.lists(ELEMENTS).map(tuple), st.lists(ELEMENTS).map(tuple))


def kept(merged, field):
    return [merged.values.get(field), *(clash.alternative for clash in merged.clashes if clash.field == field)]


def test_a_field_that_the_person_saw_takes_the_new_value():
    assert merge_fields({"at_home": "一"}, {"at_home": Change("一", "二")}).values == {"at_home": "二"}


def test_edits_of_one_field_keep_both_values_for_a_person():
    merged = merge_fields({"at_home": "一"}, {"at_home": Change(None, "二")})
    assert merged.values == {"at_home": "一"}
    assert merged.clashes == (Clash("at_home", base=None, head="一", alternative="二"),)


def test_clearing_a_field_leaves_it_unset():
    assert merge_fields({"at_home": "一"}, {"at_home": Change("一", "")}).values == {}


def test_a_write_once_field_is_set_once_whatever_the_form_showed():
    once = merge_fields({}, {"student_id": Change("x", "a")}, {"student_id"})
    assert once.values == {"student_id": "a"}
    assert merge_fields(once.values, {"student_id": Change("a", "b")}, {"student_id"}).clashes[0].alternative == "b"


@given(RECORDS, CHANGES)
def test_a_retry_changes_nothing(record, changes):
    once = merge_fields(record, changes)
    assert merge_fields(once.values, changes) == once


@given(RECORDS, CHANGES)
def test_no_value_is_lost(record, changes):
    merged = merge_fields(record, changes)
    for field, change in changes.items():
        assert any(same(change.new, value) for value in kept(merged, field))
        replaced = not same(record.get(field), merged.values.get(field))
        assert not replaced or same(record.get(field), change.old)  # replaced only if the person saw it
    for field in record.keys() - changes.keys():
        assert merged.values[field] == record[field]


@given(RECORDS, CHANGES, CHANGES)
def test_edits_of_different_fields_commute(record, one, other):
    other = {field: change for field, change in other.items() if field not in one}
    forth = merge_fields(merge_fields(record, one).values, other)
    back = merge_fields(merge_fields(record, other).values, one)
    assert forth.values == back.values


@given(SETS, MEMBERS)
def test_a_set_has_what_was_added_and_not_what_was_taken_out(current, members):
    merged = merge_members(current, members)
    assert set(merged) == (set(current) - set(members.remove)) | set(members.add)
    assert len(merged) == len(set(merged))
    assert merge_members(merged, members) == merged


@given(SETS, MEMBERS, MEMBERS)
def test_set_edits_of_different_elements_commute(current, one, other):
    touched = {*one.add, *one.remove}
    other = Members(
        tuple(each for each in other.add if each not in touched),
        tuple(each for each in other.remove if each not in touched),
    )
    forth = merge_members(merge_members(current, one), other)
    assert set(forth) == set(merge_members(merge_members(current, other), one))


@given(RECORDS, RECORDS, SETS, SETS)
def test_merging_two_records_loses_no_value_of_either(winner, loser, ours, theirs):
    merged = merge_records({**winner, "purpose": ours}, {**loser, "purpose": theirs}, {"purpose"})
    assert set(merged.values["purpose"]) == {*ours, *theirs}
    for field, value in loser.items():
        assert any(same(value, each) for each in kept(merged, field))
    for field, value in winner.items():
        assert same(value, merged.values[field])


def test_what_describes_the_record_stays_with_the_winner():
    assert merge_records({}, {"void_reason": "写错了"}, (), {"void_reason"}).values == {}


def test_joining_keeps_both_texts_and_unites_sets():
    assert join("一", "二") == "一\n二"
    assert join(["a"], ["b", "a"]) == ["a", "b"]
    assert join(None, "二") == "二"
    with pytest.raises(CannotJoinError):
        join(True, "二")


def test_true_is_not_one_and_empty_values_are_one():
    assert not same(True, 1)
    assert same([{"done": False}], [{"done": False}])
    assert not same([{"done": False}], [{"done": 0}])
    assert same(None, "")
    assert same([], None)
    assert not same(False, None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_merge_does_what_the_phone_foretells(case):
    merged = merge_records(case["winner"], case["loser"], KINDS[case["kind"]].sets, OF_THE_RECORD)
    assert merged.values == case["values"]
    assert [[each.field, each.head, each.alternative] for each in merged.clashes] == case["clashes"]
