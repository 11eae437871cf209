"""What a person put right about a word is not undone by the machine."""

from dataclasses import replace

import pytest

from server.db import new_id, transaction
from server.suggestions import work
from server.suggestions.service import NewSuggestion, follow, take_up
from tests.server.suggestions.told import all_of, by, events, seen


@pytest.fixture(params=["sqlite"])
def config(config):
    return config


def test_what_a_person_sorted_stays_when_the_word_is_told_again(app, world):
    new = NewSuggestion(world.schools[1], "box", new_id(), "大刘说汤是凉的", "suggestion", "other")
    with transaction() as session:
        id_ = take_up(session, new).id
    work.sort_anew(by(world, "desk1"), id_, seen(id_), "safety", "某位说汤是凉的")
    with transaction() as session:
        follow(session, new)
    (kept,) = all_of(new.ref)
    assert (kept.topic, kept.redacted, events(id_)) == ("safety", "某位说汤是凉的", ["received", "sorted"])
    with transaction() as session:
        follow(session, replace(new, text="汤又凉了"))
    (kept,) = all_of(new.ref)
    assert (kept.topic, kept.redacted, kept.content) == ("safety", "汤又凉了", "汤又凉了")
