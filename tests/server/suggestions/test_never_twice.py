"""The law: no sequence of arrivals, changes, replays and merges takes one opinion up twice, or loses one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from server.box import service as box
from server.db import new_id, transaction
from server.form_tokens import FormTokenUnfit
from server.suggestions.models import Suggestion
from server.times import utc_now
from tests.server.suggestions.told import all_of, change, opinion
from tests.server.sync.phone import merge, new_visit

WHICH = st.integers(0, 1)
FIRST = st.tuples(st.sampled_from(["汤凉", "路远", ""]), st.sampled_from(["named", "withheld"]))
STEPS = st.one_of(
    st.tuples(st.just("text"), WHICH, st.sampled_from(["", "汤凉", "路远", "灯暗", "门窄"])),
    st.tuples(st.just("pass_on"), WHICH, st.sampled_from(["named", "anonymous", "withheld"])),
    st.tuples(st.just("work"), WHICH),
    st.tuples(st.just("replay"), st.integers(0, 20)),
    st.tuples(st.just("merge")),
)


class Story:
    """Two visits to one family, an opinion of each, and what is to be found of each."""

    def __init__(self, phone, world):
        self.phone = phone
        self.visits = [new_visit(world, "1/0/0"), new_visit(world, "1/0/0")]
        self.ids = [new_id(), new_id()]
        self.now = {}  # opinion: its fields now
        self.begun = {}  # opinion: its words when work on it began
        self.sent = []
        self.send(*self.visits)

    def send(self, *edits):
        self.sent += edits
        self.phone.push(*edits)

    def arrive(self, which, text, pass_on):
        self.now[which] = {"text": text, "pass_on": pass_on}
        self.send(opinion(self.visits[which], text, self.ids[which], pass_on=pass_on))

    def text(self, which, new):
        self.alter(which, "text", new)

    def pass_on(self, which, new):
        self.alter(which, "pass_on", new)

    def alter(self, which, name, new):
        if self.now[which][name] != new:
            self.send(change({"record": f"opinion:{self.ids[which]}"}, name, self.now[which][name], new))
            self.now[which][name] = new

    def work(self, which):
        """The desk hands it out, if it is on the board."""
        if self.passed_on(which) and which not in self.begun:
            self.begun[which] = self.now[which]["text"]
            with transaction() as session:
                session.execute(update(Suggestion).where(Suggestion.ref == self.ids[which]).values(begun_at=utc_now()))

    def replay(self, which):
        if which < len(self.sent):
            self.phone.push(self.sent[which])

    def merge(self):
        self.send(merge(self.visits[1]["record"], self.visits[0]["record"]))

    def passed_on(self, which):
        return bool(self.now[which]["text"]) and self.now[which]["pass_on"] != "withheld"

    def check(self):
        for which, id_ in enumerate(self.ids):
            found = all_of(id_)
            assert len(found) <= 1
            live = [each for each in found if each.state == "live"]
            assert bool(live) == (self.passed_on(which) or which in self.begun)
            for each in live:
                now = self.now[which]["text"]
                assert each.content == self.begun.get(which, now)
                if which in self.begun and self.passed_on(which):
                    assert (each.later or each.content) == now


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.tuples(FIRST, FIRST), steps=st.lists(STEPS, min_size=3, max_size=10))
def test_no_opinion_is_taken_up_twice_and_none_is_lost(phone, world, first, steps):
    story = Story(phone, world)
    for which, said in enumerate(first):
        story.arrive(which, *said)
    for name, *values in steps:
        getattr(story, name)(*values)
        story.check()


TOLD = box.Told("family", "suggestion", "other", "汤凉", False, "school", "")


def test_one_form_sent_by_many_hands_at_once_is_one_word(app, world):
    def send(form_id):
        with app.app_context():
            return box.drop(world.schools[1], form_id, TOLD, "10.0.0.1").code

    with ThreadPoolExecutor(6) as pool:
        for form_id in [new_id() for _ in range(9)]:
            codes = set(pool.map(send, [form_id] * 6))
            assert len(codes) == 1
            assert len(all_of(form_id)) == 1


def test_two_writers_never_share_a_code(app, world, monkeypatch):
    monkeypatch.setattr("server.receipts.code_for", lambda _: "40718265")
    first, second = new_id(), new_id()
    box.drop(world.schools[1], first, TOLD, "10.0.0.1")
    with pytest.raises(FormTokenUnfit):  # the page shows the words again, with a form that draws another code
        box.drop(world.schools[1], second, TOLD, "10.0.0.2")
    assert [len(all_of(each)) for each in (first, second)] == [1, 0]
