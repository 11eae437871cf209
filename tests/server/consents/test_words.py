"""Law: the state in force is what the latest word of each guardian comes to, and one refusal outweighs every consent."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from server.consents.models import Consent
from server.consents.service import Word, say, state_of
from server.db import new_id, reading, transaction
from server.errors import NotFound
from server.office.consents import sheet_of
from server.schools.models import School, Student
from server.sync.erasure import erase_student
from server.visits.moving import move_student
from tests.server.consents.in_force import words_in_force
from tests.server.sync.phone import Phone

GIVERS = ("father", "mother", "other_guardian")
WORDS = st.lists(
    st.tuples(
        st.sampled_from(GIVERS),
        st.sampled_from(("page", "phone", "office")),  # who wrote it down: themselves, a teacher, the office
        st.sampled_from((True, False, None)),
        st.sampled_from((True, False, None)),
    ),
    max_size=9,
)


def said(student, who="mother", record=True, by="page", **uses):
    given_uses = {name: value for name, value in {"record": record, **uses}.items() if value is not None}
    channel = "page" if by == "page" else "oral"
    return Word(student, who, given_uses, channel, new_id(), by_office=by == "office")


def heard(student, *words):
    with transaction() as session:
        for word in words:
            say(session, word)
    with reading() as session:
        return session.get_one(Student, student).may_record


def silent(student):
    """Begin with a family that nobody has asked."""
    with transaction() as session:
        session.execute(delete(Consent).where(Consent.student_id == student))


def expected(words, use):
    """Say the rule in other words: the page and the office speak for all that this guardian said, a teacher for teachers only."""
    last: dict[tuple[str, str], bool] = {}
    for who, by, *answers in words:
        answer = dict(zip(("record", "photo_archive"), answers, strict=True))[use]
        line = (who, "page" if by == "page" else "told")
        if by != "phone":
            before = {last.pop((who, each)) for each in ("page", "told") if (who, each) in last}
            answer = (False not in before if before else None) if answer is None else answer
        if answer is not None:
            last[line] = answer
    values = set(last.values())
    return "no" if False in values else "yes" if values else "unknown"


def test_what_nobody_was_asked_is_unknown_and_one_refusal_outweighs(app, world):
    student = world.students["1/0/3"]
    silent(student)
    assert heard(student, said(student, "mother", record=None, photo_archive=True)) == "unknown"
    assert heard(student, said(student, "mother")) == "yes"
    assert heard(student, said(student, "father", record=False)) == "no"
    assert heard(student, said(student, "mother")) == "no"
    assert heard(student, said(student, "father")) == "yes"


def test_a_teacher_never_ends_what_a_guardian_said_on_the_page(app, world):
    student = world.students["1/0/3"]
    silent(student)
    assert heard(student, said(student, record=False), said(student, by="phone")) == "no"
    assert heard(student, said(student, by="office")) == "yes"


def test_a_use_that_was_not_asked_stays_as_it_was_said(app, world):
    student = world.students["1/0/3"]
    silent(student)
    heard(student, said(student, care_file=True), said(student, photo_archive=False))
    with reading() as session:
        (word,) = words_in_force(session, student)
        assert (word.record, word.care_file, word.photo_archive) == (True, True, False)
        ended = session.scalars(select(Consent).where(Consent.student_id == student, Consent.withdrawn_at.is_not(None)))
        assert [each.photo_archive for each in ended] == [None]


def test_the_same_word_sent_again_has_one_effect(app, world):
    student = world.students["1/0/3"]
    silent(student)
    first = said(student)
    assert heard(student, first, said(student, record=False), first) == "no"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_no_order_of_words_comes_to_anything_else(app, world, words):
    student = world.students["1/0/3"]
    silent(student)
    with transaction() as session:
        for who, by, record, photo in words:
            say(session, said(student, who, record, by, photo_archive=photo))
    with reading() as session:
        standing = words_in_force(session, student)
        for use in ("record", "photo_archive"):
            assert state_of(standing, use) == expected(words, use)
        if words:
            assert session.get_one(Student, student).may_record == expected(words, "record")


def test_the_class_learns_what_may_be_written_and_nothing_of_who_said_it(app, client, world):
    student = world.students["1/0/3"]
    heard(student, said(student, "father", record=False))
    for login in ("t101", "t102"):
        row = Phone(client, world, login).row("student", student)
        assert row["may_record"] == "no"
        assert not {"who", "consent", "channel"} & row.keys()
    assert ("student", student) not in Phone(client, world, "t103").rows()


def test_a_school_that_tells_instead_of_asking_hears_a_refusal_all_the_same(app, client, world):
    asked, silent_one = world.students["1/0/3"], world.students["1/0/4"]
    silent(silent_one)
    with transaction() as session:
        session.get_one(School, world.schools[1]).settings = {"consent_basis": "told"}
    heard(silent_one, said(silent_one, record=None, photo_archive=True))
    heard(asked, said(asked, record=False))
    phone = Phone(client, world, "t101")
    assert phone.row("student", silent_one)["may_record"] == "yes"
    assert phone.row("student", asked)["may_record"] == "no"


def test_another_school_asks_anew_and_a_child_that_comes_back_is_not_asked_twice(app, world):
    student = world.students["1/0/3"]
    with transaction() as session:
        move_student(session, student, world.classes["2/0"])
    with reading() as session:
        assert session.get_one(Student, student).may_record == "unknown"
    with transaction() as session:
        move_student(session, student, world.classes["1/1"])
    with reading() as session:
        assert session.get_one(Student, student).may_record == "yes"


@pytest.mark.parametrize(
    ("then", "record", "photos"),
    [
        (None, "no", "no"),
        ({"who": "mother"}, "no", "no"),
        ({"who": "father", "by": "phone"}, "no", "no"),
        ({"who": "father"}, "yes", "no"),  # of photos nothing was asked: what the same guardian said of them stays
        ({"who": "father", "by": "office", "photo_archive": True}, "yes", "archive"),
    ],
)
def test_a_refusal_goes_along_to_another_school_until_the_same_guardian_says_another_word(
    app, world, then, record, photos
):
    student = world.students["1/0/3"]
    heard(student, said(student, "mother", photo_archive=True, photo_school=True))
    heard(student, said(student, "father", record=False, photo_archive=False, care_file=True))
    with transaction() as session:
        move_student(session, student, world.classes["2/0"])
    if then:
        heard(student, said(student, **then))
    with reading() as session:
        found = session.get_one(Student, student)
        assert (found.may_record, found.may_photo) == (record, photos)
        lines = [line for line in sheet_of(session, student).words if "原来的学校" in line.channel]
        assert [[agreed for _, agreed in line.said] for line in lines] == ([] if record == "yes" else [[False, False]])


def test_an_erased_family_leaves_no_word_and_nobody_speaks_for_it(app, world):
    student = world.students["1/0/3"]
    heard(student, said(student))
    with transaction() as session:
        erase_student(session, student, None)
    with reading() as session:
        assert session.scalar(select(Consent.id).where(Consent.student_id == student)) is None
    with pytest.raises(NotFound):
        heard(student, said(student))
