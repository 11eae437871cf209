"""Law: whatever happens in whatever order, a ticket has at most one answer, and an answer that was confirmed is never lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from server.db import RowChange, note_change, reading, transaction
from server.feedback.models import Feedback
from server.limits.models import Try
from server.suggestions.models import Suggestion, SuggestionEvent
from tests.server.feedback.families import CODE, Family, tickets_of, visit_with
from tests.server.sync.phone import Phone

EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.integers(0, 2)),
        st.tuples(st.just("send"), st.integers(0, 2)),  # with the form that this browser opened last
        st.tuples(st.just("again"), st.integers(0, 2)),  # the same form once more
        st.tuples(st.just("change"), st.integers(0, 2)),
        st.tuples(st.just("take back"), st.integers(0, 2)),
        st.tuples(st.just("visit"), st.integers(0, 1)),
        st.tuples(st.just("other visit"), st.integers(0, 1)),
    ),
    max_size=14,
)


@pytest.fixture(params=["sqlite"])
def config(config):
    """The rules are the same on every database; concurrency has tests of its own."""
    return config


class Browsers:
    """Three browsers with one link, and what each was told."""

    def __init__(self, app, link):
        self.each = [Family(app, link) for _ in range(3)]
        self.tokens = [""] * 3
        self.codes: list[str | None] = [None] * 3
        self.words: list[str] = [""] * 3
        self.taken_back = False

    def open(self, at):
        found = self.each[at].see()
        if 'name="token"' in found.text:
            self.tokens[at] = self.each[at].token()

    def send(self, at, words):
        answer = self.each[at].send(self.tokens[at] or "none", text=words)
        if found := CODE.search(answer.text):
            assert self.codes[at] in (None, found[1])
            self.codes[at], self.words[at] = found[1], words  # also where the first form is sent again with other words

    def change(self, at, words):
        if self.codes[at] is None:
            return
        data = {"who": "father", "visit_happened": "agreed", "overall": "mostly", "text": words}
        if self.each[at].post("/change", code=self.codes[at], **data).status_code == 200:
            self.words[at] = words

    def take_back(self, at):
        if self.codes[at] and self.each[at].post("/take-back", code=self.codes[at], sure="y").status_code == 200:
            self.taken_back = True


def empty(world):
    with transaction() as session:
        for each in session.scalars(select(Feedback)):
            note_change(session, RowChange(each.school_id, "feedback", each.id, each.rev, ()))
            session.delete(each)
        for model in (SuggestionEvent, Suggestion, Try):
            session.execute(delete(model))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_no_sequence_makes_two_answers_or_loses_one(app, client, world, events):
    empty(world)
    ticket = next(each for each in tickets_of(client, world) if not each["shown"])
    Phone(client, world, "t101").round(pull={"limit": 500, "scopes": {}, "tickets_shown": [ticket["id"]]})
    browsers, phone = Browsers(app, ticket["link"]), Phone(client, world, "t101")
    for step, (what, at) in enumerate(events):
        if what == "open":
            browsers.open(at)
        elif what in ("send", "again"):
            browsers.send(at, browsers.words[at] if what == "again" else f"话{step}")
        elif what == "change":
            browsers.change(at, f"改{step}")
        elif what == "take back":
            browsers.take_back(at)
        else:
            student = "1/0/0" if what == "visit" else "1/0/1"
            phone.push(visit_with(world, ticket["id"], student))
        check(browsers)


def check(browsers):
    with reading() as session:
        answers, words = session.scalars(select(Feedback)).all(), session.scalars(select(Suggestion)).all()
    writers = [at for at, code in enumerate(browsers.codes) if code]
    assert len(answers) == len(writers) <= 1
    assert len(words) <= 1
    for at in writers:
        (answer,) = answers
        expected = "" if browsers.taken_back else browsers.words[at]
        assert answer.text == expected
        assert [each.content for each in words if each.state == "live"] == ([expected] if expected else [])
