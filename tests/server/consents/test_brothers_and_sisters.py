"""A visit that tells of several children holds words only where the families of all agree (ADR 0019)."""

import pytest

from server.consents.service import Word, say
from server.db import new_id, reading, transaction
from server.oversight.sheet import visit_sheet
from tests.server.sync.phone import edit, id_of, merge, new_visit
from tests.server.sync.reader import Reader

OWN, SIBLING = "1/0/0", "1/0/1"
REFUSED = ("quarantined", "no_consent")
APPLIED = ("applied", None)
WORDS = {"strengths": (None, "爱帮妈妈做饭")}


def outcome(phone, *edits):
    return [(each["status"], each.get("reason")) for each in phone.push(*edits)]


@pytest.fixture
def refusing(world):
    """Let the guardian of the brother or sister refuse; the visit's own child's family has agreed."""
    with transaction() as session:
        say(session, Word(world.students[SIBLING], "father", {"record": False}, "page", new_id()))


def beside(world, *, add=True):
    named = [world.students[SIBLING]]
    return {"also_for": {"add": named if add else [], "remove": [] if add else named}}


def test_no_words_come_while_one_of_the_families_refuses(refusing, phone, world):
    story = new_visit(world, OWN, also_for=[world.students[SIBLING]], visit_result="done", strengths="爱帮妈妈做饭")
    named = {"also_for": [world.students[SIBLING]], "visitors": [phone.staff]}
    facts = new_visit(world, OWN, visit_result="done", visit_type="general", **named)
    assert outcome(phone, story, facts) == [REFUSED, APPLIED]
    record, visit = facts["record"], id_of(facts)
    assert outcome(phone, edit(record, WORDS)) == [REFUSED]
    assert outcome(phone, edit(f"visit_private:{visit}", {"child_voice": (None, "想打球")})) == [REFUSED]
    assert outcome(phone, edit(record, {"visit_form": ("home", "phone")})) == [APPLIED]
    assert phone.row("visit", visit)["incomplete"] == []
    apart = edit(record, WORDS, members=beside(world, add=False))
    assert outcome(phone, apart) == [APPLIED]
    assert "purpose" in phone.row("visit", visit)["incomplete"]


def test_a_child_whose_family_refuses_joins_no_visit_that_holds_words(refusing, phone, world):
    told = new_visit(world, OWN, visit_result="done", strengths="爱帮妈妈做饭")
    bare = new_visit(world, OWN, visit_result="done", visit_date="2026-10-15")
    assert outcome(phone, told, bare) == [APPLIED, APPLIED]
    assert outcome(phone, edit(told["record"], members=beside(world))) == [REFUSED]
    assert phone.row("visit", id_of(told)).get("also_for", []) == []
    assert outcome(phone, edit(bare["record"], members=beside(world))) == [APPLIED]
    assert outcome(phone, edit(bare["record"], WORDS)) == [REFUSED]


def test_nor_does_a_merge_bring_them_together(refusing, phone, other, world):
    told = new_visit(world, OWN, visit_result="done", strengths="爱帮妈妈做饭", visitors=[other.staff])
    bare = new_visit(world, OWN, also_for=[world.students[SIBLING]], visit_result="done", visitors=[phone.staff])
    assert outcome(phone, told) == [APPLIED]
    assert outcome(other, bare) == [APPLIED]
    assert outcome(phone, merge(told["record"], bare["record"])) == [REFUSED]
    assert outcome(phone, merge(bare["record"], told["record"])) == [REFUSED]


def test_a_child_of_another_family_counts_for_nothing(phone, world):
    stranger = "1/0/4"
    with transaction() as session:
        say(session, Word(world.students[stranger], "father", {"record": False}, "page", new_id()))
    story = new_visit(world, OWN, also_for=[world.students[stranger]], visit_result="done", strengths="好")
    assert outcome(phone, story) == [APPLIED]


def test_a_refusal_that_comes_later_hides_the_words_in_every_class_until_that_child_is_taken_out(phone, world):
    told = new_visit(world, OWN, also_for=[world.students[SIBLING]], visit_result="done", strengths="爱帮妈妈做饭")
    private = edit(f"visit_private:{id_of(told)}", {"child_voice": (None, "怕黑")}, after=told["id"])
    own = edit(f"reflection:{new_id()}", {"visit_id": (None, id_of(told)), "reflection": (None, "孩子懂事")})
    assert outcome(phone, told, private, own) == [APPLIED] * 3
    reader = Reader(world.tokens["t101"])

    def held(kind):
        reader.read_all()
        found = [change["row"] for (_, of, _), change in reader.rows.items() if of == kind]
        assert all(row == found[0] for row in found)
        return found[0]

    def withheld():
        with reading() as session:
            return visit_sheet(session, world.schools[1], id_of(told)).withheld

    assert (held("visit")["strengths"], held("visit_private")["child_voice"]) == ("爱帮妈妈做饭", "怕黑")
    with transaction() as session:
        say(session, Word(world.students[SIBLING], "father", {"record": False}, "page", new_id()))
    assert ("strengths" in held("visit"), "child_voice" in held("visit_private"), withheld()) == (False, False, True)
    assert (held("visit")["visit_result"], "reflection" in held("reflection")) == ("done", False)
    assert outcome(phone, edit(told["record"], members=beside(world, add=False))) == [APPLIED]
    assert (held("visit")["strengths"], withheld()) == ("爱帮妈妈做饭", False)
    assert (held("visit_private")["child_voice"], held("reflection")["reflection"]) == ("怕黑", "孩子懂事")
