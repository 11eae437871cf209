"""A backup that is put back undoes no word of a family: a refusal said since still hides what was written."""

import pytest
from sqlalchemy import select

from server.consents.models import Consent
from server.consents.service import Word, say
from server.db import new_id, reading, transaction
from server.records.models import Record
from server.schools.models import Student
from server.sync import backup, erasure, restore
from tests.server.sync.phone import new_visit
from tests.server.world import sign_in_again


@pytest.fixture
def desk(app):
    return app.extensions["jiafang.photos"]


@pytest.fixture
def student(world):
    return world.students["1/0/0"]


def hear(student, record, who="mother"):
    with transaction() as session:
        say(session, Word(student, who, {"record": record}, "paper", new_id(), by_office=True))


def state(student):
    with reading() as session:
        words = session.scalars(select(Consent).where(Consent.student_id == student).order_by(Consent.at)).all()
        return session.get_one(Student, student).may_record, [
            (each.record, each.withdrawn_at is None) for each in words
        ]


def test_a_refusal_said_since_counts_after_the_backup_is_back(phone, world, student, desk, tmp_path):
    hear(student, record=True)
    phone.push(new_visit(world, "1/0/0", strengths="爱帮妈妈做饭"))
    backup.save(desk, tmp_path / "school.tar")
    hear(student, record=False)
    done = restore.restore(desk, tmp_path / "school.tar")
    assert done.heard_since == 1
    assert state(student) == ("no", [(True, False), (True, False), (False, True)])
    sign_in_again(world, "t101")
    rows = [row for kind, row in phone.rows() if kind == "visit"]
    assert rows
    assert "做饭" not in str(rows)
    with reading() as session:
        assert session.scalars(select(Record).where(Record.kind == "visit")).one().fields["strengths"]


def test_a_consent_said_since_counts_too_and_what_was_known_is_not_said_twice(world, student, desk, tmp_path):
    hear(student, record=False)
    hear(world.students["1/0/1"], record=False)
    backup.save(desk, tmp_path / "school.tar")
    hear(student, record=True)
    assert restore.restore(desk, tmp_path / "school.tar").heard_since == 1
    assert state(student) == ("yes", [(True, False), (False, False), (True, True)])
    assert state(world.students["1/0/1"]) == ("no", [(True, False), (False, True)])


def test_of_a_family_that_was_erased_since_no_word_comes_back(world, student, desk, tmp_path):
    hear(student, record=True)
    backup.save(desk, tmp_path / "school.tar")
    hear(student, record=False)
    with transaction() as session:
        erasure.erase_student(session, student, None)
    assert restore.restore(desk, tmp_path / "school.tar").heard_since == 0
    assert state(student)[1] == []
