"""The desk reads with a visit what was written in another that went into it, and which of the two it stood in."""

from sqlalchemy import select

from server.accounts.models import AccessLog
from server.consents.service import Word, say
from server.db import new_id, reading, transaction
from tests.server.sync.phone import edit, id_of, merge, new_visit

ELSEWHERE = "写在并进来的那一条里"


def joined(phone, other, world):
    """Let a colleague write a visit and change it, and the class teacher merge it into their own."""
    lost, kept = new_visit(world, visit_result="done", at_home="先写作业"), new_visit(world, visit_result="done")
    private = edit(f"visit_private:{id_of(lost)}", {"child_voice": (None, "想画画")}, after=lost["id"])
    other.push(lost, private, edit(lost["record"], {"at_home": ("先写作业", "先看书")}, after=lost["id"]))
    phone.push(kept)
    [said] = phone.push(merge(lost["record"], kept["record"]))
    assert said["status"] == "applied", said
    return lost, kept


def past(desk, visit):
    return desk.read(f"/school/visits/{id_of(visit)}").partition("改动经过")[2]


def test_what_was_written_in_the_other_visit_is_told_as_that(desk, phone, other, world):
    _, kept = joined(phone, other, world)
    found = past(desk, kept)
    assert found.count(ELSEWHERE) == 3
    assert "先写作业" in found
    assert f'写下成长环境和孩子的想法<span class="quiet">（{ELSEWHERE}）</span>' in found
    assert "手记，两条家访合成一条" in found
    assert found.count("写下成长环境和孩子的想法") == 1  # who merged wrote nothing of it down


def test_of_a_refused_story_nothing_of_it_is_told(desk, phone, other, world):
    _, kept = joined(phone, other, world)
    with transaction() as session:
        say(session, Word(world.students["1/0/0"], "mother", {"record": False}, "page", new_id()))
    assert "先写作业" not in past(desk, kept)


def test_it_is_a_read_of_that_record_too(desk, phone, other, world):
    lost, kept = joined(phone, other, world)
    past(desk, kept)
    with reading() as session:
        read = set(session.scalars(select(AccessLog.subject).where(AccessLog.action == "page")))
    assert {kept["record"], lost["record"], f"visit_private:{id_of(lost)}"} <= read
