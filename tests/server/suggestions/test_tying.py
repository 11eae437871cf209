"""What is worked on as one: nobody loses an answer by it, and the centre is asked about each."""

import pytest

from server.db import transaction
from server.errors import Clash, Unprocessable
from server.suggestions import work
from server.suggestions.models import Suggestion
from tests.server.suggestions.told import all_of, by, seen, tell


def row(id_):
    return next(each for each in all_of() if each.id == id_)


def test_nothing_is_tied_to_praise(world):
    praise, problem = tell(world, "食堂阿姨真好", kind="praise").id, tell(world, "汤是凉的", kind="problem").id
    with pytest.raises(Unprocessable):
        work.tie(by(world, "desk1"), praise, [problem])
    work.close(by(world, "desk1"), praise, seen(praise))
    assert (row(problem).tied_to, row(problem).closed_at) == (None, None)


def test_nothing_is_closed_with_another_before_it_is_answered(world):
    praise, problem = tell(world, "食堂阿姨真好", kind="praise").id, tell(world, "汤是凉的", kind="problem").id
    with transaction() as session:
        session.get_one(Suggestion, problem).tied_to = praise
    with pytest.raises(Clash):
        work.close(by(world, "desk1"), praise, seen(praise))
    work.answer(by(world, "desk1"), praise, seen(praise), work.Reply("谢谢您", "page"))
    work.close(by(world, "desk1"), praise, seen(praise))
    assert (row(problem).reply, row(problem).closed_at is None) == ("谢谢您", False)
