"""A teacher writes down what a guardian said, offline like all else; what a family refused is not kept."""

import pytest
from sqlalchemy import delete, select

from server.consents.models import Consent
from server.consents.service import Word, lock, say, settle
from server.db import new_id, reading, transaction
from tests.server.sync.phone import Phone, edit, id_of, new_visit, resolve

STUDENT = "1/0/3"


def heard(world, record="no", who="mother", channel="oral", student=STUDENT, **more):
    said = {"may_record": ("yes", record), "who": (None, who), "channel": (None, channel)}
    return edit(f"student:{world.students[student]}", said, **more)


def outcome(phone, *edits):
    return [(each["status"], each.get("reason")) for each in phone.push(*edits)]


def may(client, world):
    return Phone(client, world, "t101").row("student", world.students[STUDENT])["may_record"]


def test_a_word_counts_from_the_edit_on_in_the_same_batch(phone, client, world):
    story = new_visit(world, STUDENT, visit_result="done", strengths="爱帮妈妈做饭")
    facts = new_visit(world, STUDENT, visit_result="done", visit_date="2026-10-15", visitors=[phone.staff])
    assert outcome(
        phone, heard(world), story, facts, heard(world, "yes"), new_visit(world, STUDENT, strengths="好")
    ) == [
        ("applied", None),
        ("quarantined", "no_consent"),
        ("applied", None),
        ("applied", None),
        ("applied", None),
    ]
    assert may(client, world) == "yes"


def test_the_same_edit_sent_again_has_one_effect(phone, client, world):
    first = heard(world)
    phone.push(first)
    phone.push(heard(world, "yes"))
    assert phone.push(first)[0]["replayed"]
    assert may(client, world) == "yes"
    with reading() as session:
        words = session.scalars(select(Consent).where(Consent.by == phone.staff)).all()
        assert [(each.channel, each.by_office) for each in words] == [("oral", False)] * 2


@pytest.mark.parametrize(
    "wrong",
    [{"record": "unknown"}, {"record": True}, {"who": "grandparent"}, {"channel": "page"}, {"who": None}],
)
def test_what_is_no_answer_of_a_guardian_is_kept_for_the_office(phone, client, world, wrong):
    assert outcome(phone, heard(world, **wrong)) == [("quarantined", "invalid")]
    assert may(client, world) == "yes"


def test_only_who_is_on_duty_for_the_class_writes_it_down(phone, other, stranger, client, world):
    assert outcome(stranger, heard(world)) == [("quarantined", "not_yours")]
    assert outcome(phone, heard(world, student="2/0/3")) == [("quarantined", "not_yours")]
    assert outcome(phone, edit(f"student:{new_id()}", {"may_record": (None, "no")})) == [("quarantined", "not_yours")]
    assert outcome(phone, edit(f"student:{world.students[STUDENT]}", {"name": ("a", "b")})) == [
        ("held", "newer_server")
    ]
    assert may(client, world) == "yes"
    assert outcome(other, heard(world)) == [("applied", None)]


def test_after_a_refusal_words_may_go_and_none_may_come(phone, client, world):
    visit = new_visit(world, STUDENT, visit_result="done", strengths="爱帮妈妈做饭", purpose=["know_home"])
    record, child = visit["record"], id_of(visit)
    phone.push(visit)
    with transaction() as session:  # on the family's page, while the phone knows nothing of it
        say(session, Word(world.students[STUDENT], "father", {"record": False}, "page", new_id()))
    refused = ("quarantined", "no_consent")
    assert outcome(phone, edit(record, {"at_home": (None, "会做饭")})) == [refused]
    assert outcome(phone, edit(record, members={"photos": {"add": ["a" * 64], "remove": []}})) == [refused]
    assert outcome(phone, edit(record, {f"photos/{'a' * 64}/caption": (None, "书桌")})) == [refused]
    assert outcome(phone, edit(f"visit_private:{child}", {"child_voice": (None, "想打球")})) == [refused]
    words = {"visit_id": (None, child), "text": (None, "汤凉")}
    assert outcome(phone, edit(f"opinion:{new_id()}", words)) == [refused]
    gift = {"visit_id": (None, child), "gift_declined": (None, "一箱苹果，退回了")}
    assert outcome(phone, edit(f"reflection:{new_id()}", gift)) == [("applied", None)]
    taken = edit(
        record, {"strengths": ("爱帮妈妈做饭", None)}, members={"purpose": {"add": [], "remove": ["know_home"]}}
    )
    assert outcome(phone, taken) == [("applied", None)]
    assert outcome(phone, edit(record, {"visit_form": ("home", "phone")})) == [("applied", None)]
    row = phone.row("visit", child)
    assert "at_home" not in row
    assert not row.get("strengths")


def test_after_a_refusal_of_photos_words_come_and_no_photo_does(phone, other, client, world):
    name, more = "a" * 64, "b" * 64
    visit = new_visit(world, STUDENT, photos=[name])
    record, caption = visit["record"], f"photos/{name}/caption"
    phone.push(visit, edit(record, {caption: (None, "书桌")}))
    (clash,) = other.push(edit(record, {caption: (None, "阳台")}))
    assert phone.round()["missing_photos"] == [name]
    with transaction() as session:
        say(session, Word(world.students[STUDENT], "father", {"photo_archive": False}, "page", new_id()))
    assert phone.round()["missing_photos"] == []
    refused = ("quarantined", "no_photos")
    brings = {"photos": {"add": [more], "remove": []}}
    assert outcome(phone, edit(record, members=brings)) == [refused]
    assert outcome(phone, edit(record, {caption: ("书桌", "窗台")})) == [refused]
    assert outcome(phone, new_visit(world, STUDENT, strengths="爱画画", photos=[more])) == [refused]
    assert outcome(phone, resolve(clash["conflicts"][0], 2, "alternative")) == [("quarantined", "no_consent")]
    assert outcome(phone, edit(record, {"at_home": (None, "会做饭")})) == [("applied", None)]
    takes = {"photos": {"add": [], "remove": [name]}}
    assert outcome(phone, edit(record, {caption: ("书桌", None)}, members=takes)) == [("applied", None)]
    assert phone.row("visit", id_of(visit))["at_home"] == "会做饭"


def test_nothing_is_kept_of_a_family_that_nobody_asked_until_it_agrees(phone, client, world):
    with transaction() as session:
        session.execute(delete(Consent).where(Consent.student_id == world.students[STUDENT]))
        settle(session, lock(session, world.students[STUDENT]))
    assert may(client, world) == "unknown"
    story = new_visit(world, STUDENT, visit_result="done", strengths="爱帮妈妈做饭")
    assert outcome(phone, story) == [("quarantined", "no_consent")]
    facts = new_visit(world, STUDENT, visit_result="done", visit_type="general", visitors=[phone.staff])
    assert outcome(phone, facts) == [("applied", None)]
    assert phone.row("visit", id_of(facts))["incomplete"] == []
    later = edit(facts["record"], {"strengths": (None, "爱帮妈妈做饭")}, after=facts["id"])
    assert outcome(phone, heard(world, "yes"), later) == [("applied", None), ("applied", None)]
    assert "purpose" in phone.row("visit", id_of(facts))["incomplete"]


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        (("head",), "applied"),
        (("alternative",), "quarantined"),
        (("both",), "quarantined"),
        (("written", "三"), "quarantined"),
        (("written", ""), "applied"),
        (("written", "一"), "applied"),
    ],
)
def test_after_a_refusal_a_decision_brings_no_words_either(phone, other, world, decision, status):
    visit = new_visit(world, STUDENT)
    phone.push(visit, edit(visit["record"], {"at_home": (None, "一")}))
    (said,) = other.push(edit(visit["record"], {"at_home": (None, "二")}))
    phone.push(heard(world))
    (settled,) = phone.push(resolve(said["conflicts"][0], 2, *decision))
    assert settled["status"] == status
    assert settled.get("reason") == (None if status == "applied" else "no_consent")
    phone.push(heard(world, "yes"))
    assert phone.row("visit", id_of(visit)).get("at_home") == (None if decision == ("written", "") else "一")
    assert phone.row("conflict", said["conflicts"][0])["status"] == ("settled" if status == "applied" else "open")
