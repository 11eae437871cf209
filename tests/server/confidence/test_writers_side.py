"""What the writer of a report has: nothing but 已收到, one question to answer, and with the 查询码 what became of it."""

import logging

import pytest
from sqlalchemy import select, update

from server.confidence import service
from server.confidence.models import Report, ReportEvent
from server.db import Model, reading, transaction
from server.errors import NotFound
from server.receipts import hash_of
from server.times import utc_now
from tests.server.confidence.reports import WORDS, events, one, seen_by, send


def change(ref, **values):
    with transaction() as session:
        session.execute(update(Report).where(Report.ref == ref).values(**values))


def test_sent_again_it_is_stored_once(world):
    ref = send(world)
    for _ in range(3):
        send(world, ref=ref)
    assert events(ref) == ["received"]


def test_what_it_says_differently_when_sent_again_is_kept_beside_it(world):
    ref = send(world)
    send(world, ref=ref, text="还收了一条烟", reasons=("3", "1"))
    send(world, ref=ref, text="还收了一条烟", reasons=("3",))
    kept = one(ref)
    assert (kept.text, kept.reasons) == (WORDS, ["1", "3"])
    assert events(ref) == ["received", "added"]


def test_sent_again_for_the_centre_only_the_school_sees_it_no_more(world):
    ref = send(world)
    send(world, ref=ref, to="centre")
    assert seen_by(world, ref) == {"centre"}
    assert one(ref).kept_from_school
    send(world, ref=ref, to="ethics")
    assert seen_by(world, ref) == {"centre"}


def test_more_words_wake_what_was_done_with(world):
    ref = send(world)
    now = utc_now()
    change(ref, state="done", finding="proven", heard_at=now, done_at=now)
    send(world, ref=ref, text="又来了一次")
    kept = one(ref)
    assert (kept.state, kept.finding, kept.heard_at, kept.done_at) == ("new", None, None, None)


def test_without_a_reason_and_without_words_nothing_is_kept(world):
    send(world, reasons=(), text=" \n")
    with reading() as session:
        assert session.scalars(select(Report)).all() == []


def test_the_one_question_is_asked_and_answered(world):
    ref = send(world)
    with reading() as session:
        assert service.question_for(session, "link", ref) is None
    with transaction() as session, pytest.raises(NotFound):
        service.answer_question(session, "link", ref, "没有人问")
    change(ref, question="大概几点？")
    with reading() as session:
        assert service.question_for(session, "link", ref) == "大概几点？"
    for words in ("晚上八点", "晚上八点", " ", "记错了，是九点"):
        with transaction() as session:
            service.answer_question(session, "link", ref, words)
    with reading() as session:
        assert service.question_for(session, "link", ref) is None
        said = session.scalars(select(ReportEvent.words).where(ReportEvent.what == "answered").order_by(ReportEvent.id))
        assert said.all() == ["晚上八点", "记错了，是九点"]


def test_its_writer_reads_that_it_was_handled_and_the_reply_and_nothing_else(world):
    ref, none = send(world), service.Outcome(None, "", None)
    with reading() as session:
        assert service.outcome_for(session, "link", ref) == none
        assert service.outcome_for(session, "link", "other") is None
        assert service.outcome_for(session, "box", ref) is None
    now = utc_now()
    change(ref, state="done", finding="proven", heard_at=now, done_at=now, reply="谢谢您告诉我们", replied_at=now)
    with reading() as session:
        found = service.outcome_for(session, "link", ref)
    assert (found.reply, found.handled_on is not None) == ("谢谢您告诉我们", True)
    assert WORDS not in str(found)
    assert "proven" not in str(found)


def test_a_code_finds_its_report_also_when_all_else_is_gone(world):
    ref = send(world, code_hash=hash_of("t", "40718265"))
    with reading() as session:
        assert service.with_code(session, hash_of("t", "4071 8265")) == ("link", ref)
        assert service.with_code(session, hash_of("t", "40718266")) is None


def test_a_deletion_waits_while_a_case_is_open(world):
    student, visit = world.students["1/0/0"], "v"
    ref = send(world, student_id=student, visit_id=visit)
    with reading() as session:
        assert service.open_case_about(session, student_id=student)
        assert service.open_case_about(session, visit_id=visit)
        assert service.open_case_about(session, ref=("link", ref))
        assert not service.open_case_about(session, student_id=world.students["1/0/1"], ref=("box", ref))
        assert not service.open_case_about(session)
    change(ref, state="done", finding="unclear", done_at=utc_now())
    with reading() as session:
        assert not service.open_case_about(session, student_id=student, visit_id=visit, ref=("link", ref))


def test_erasing_the_family_leaves_the_report(app, world):
    from server.accounts.devices import actor_of_token
    from server.sync import erasure

    ref = send(world, student_id=world.students["1/0/0"])
    erasure.erase(app.extensions["jiafang.photos"], world.students["1/0/0"], actor_of_token(world.tokens["head1"]))
    assert one(ref).text == WORDS


def test_no_other_table_mentions_it_and_no_log_tells_its_words(world, caplog):
    with caplog.at_level(logging.DEBUG):
        ref = send(world, ticket_id="the-ticket", visit_id="the-visit")
        kept = one(ref)
    marks = (WORDS, ref, kept.id)
    with reading() as session:
        for table in Model.metadata.sorted_tables:
            if table.name not in ("reports", "report_events"):
                rows = session.execute(select(table)).all()
                assert not [row for row in rows if any(mark in str(row) for mark in marks)], table.name
    assert WORDS not in caplog.text


def test_the_table_refuses_a_finding_of_proven_before_the_teacher_was_heard(world):
    from sqlalchemy.exc import IntegrityError

    ref = send(world)
    with pytest.raises(IntegrityError):
        change(ref, state="found", finding="proven")
    change(ref, state="found", finding="unfounded")
