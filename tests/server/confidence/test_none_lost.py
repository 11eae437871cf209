"""The law: no sequence of reports, answers, steps and escalations loses a report or a word of it, or stores one twice."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.confidence import handling, service
from server.confidence.models import Report, ReportEvent
from server.confidence.officers import handled_by
from server.db import new_id, reading, transaction
from server.errors import AppError
from server.times import shanghai_day, utc_now
from tests.server.confidence.reports import put_on_duty, send, wait

HANDLERS = ("ethics1", "t103", "centre")  # t103 is the deputy
WHICH = st.integers(0, 1)
TEXTS = st.sampled_from(["接送", "收烟", "你们校长也在", "音乐老师也来了", ""])
REASONS = st.sampled_from([(), ("1",), ("3", "5")])
DEEDS = {
    "accept": (),
    "check": ("核实", shanghai_day(utc_now())),
    "hear": ("申辩", shanghai_day(utc_now())),
    "conclude": ("proven", "依据"),
    "settle": ("处理",),
    "reopen": ("再看",),
    "ask": ("几点？",),
    "reply": ("谢谢",),
    "pass_up": ("回避",),
    "hand_back": ("请办",),
}
STEPS = st.one_of(
    st.tuples(st.just("told"), WHICH, TEXTS, REASONS, st.sampled_from(["ethics", "centre"])),
    st.tuples(st.just("answered"), WHICH, st.sampled_from(["八点", "九点"])),
    st.tuples(st.just("waited"), WHICH, st.sampled_from([0, 12])),
    st.tuples(st.just("done"), WHICH, st.sampled_from(sorted(DEEDS)), st.sampled_from(HANDLERS)),
)


class Story:
    """Two families' pages, and what each of them has said."""

    def __init__(self, world):
        self.world, self.refs = world, [new_id(), new_id()]
        self.texts, self.reasons, self.answers = ([[], []] for _ in range(3))
        self.chosen = [False, False]

    def told(self, which, text, reasons, to):
        send(self.world, ref=self.refs[which], text=text, reasons=reasons, to=to)
        if text or reasons:
            self.texts[which] += [text] if text else []
            self.reasons[which] += reasons
            self.chosen[which] |= to == "centre"

    def answered(self, which, words):
        try:
            with transaction() as session:
                service.answer_question(session, "link", self.refs[which], words)
        except AppError:
            return
        self.answers[which].append(words)

    def waited(self, which, days):
        if self.known(which):
            wait(self.refs[which], days)

    def done(self, which, deed, login):
        if not self.known(which):
            return
        actor = actor_of_token(self.world.tokens[login])
        with reading() as session:
            id_ = session.scalars(select(Report.id).where(Report.ref == self.refs[which])).one()
            seen = handling.last_done(session, id_)
        try:
            getattr(handling, deed)(actor, id_, seen, *DEEDS[deed])
        except AppError:
            return

    def known(self, which):
        return bool(self.texts[which] or self.reasons[which])

    def check(self):
        with reading() as session:
            for which, ref in enumerate(self.refs):
                rows = session.scalars(select(Report).where(Report.ref == ref)).all()
                assert len(rows) == self.known(which)
                for each in rows:
                    self.check_one(session, which, each)

    def check_one(self, session, which, each):
        events = session.scalars(select(ReportEvent).where(ReportEvent.report_id == each.id)).all()
        words = [each.text, *(event.words for event in events if event.what == "added")]
        assert set(self.texts[which]) <= set(words)
        assert all(words.count(text) == 1 for text in self.texts[which])
        assert set(self.reasons[which]) == set(each.reasons)
        answers = [event.words for event in events if event.what == "answered"]
        assert sorted(answers) == sorted(set(self.answers[which]))
        assert [event.what for event in events].count("received") == 1
        # Somebody has it, and nobody at school has what its writer, or what it says, keeps from them.
        actors = {login: actor_of_token(self.world.tokens[login]) for login in HANDLERS}
        having = {login for login, actor in actors.items() if handled_by(session, actor, [each])}
        assert having
        if self.chosen[which] or any("校长" in text for text in self.texts[which]):
            assert having == {"centre"}
        assert each.finding != "proven" or "heard" in [event.what for event in events]


@pytest.fixture
def world(world):
    put_on_duty(world, "t103", deputy=True)
    return world


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_no_report_is_lost_or_doubled(world, steps):
    story = Story(world)
    for name, *values in steps:
        getattr(story, name)(*values)
        story.check()
