"""What is worked on as one: nobody loses an answer by it, and the centre is asked about each."""

import pytest

from server.db import reading, transaction
from server.errors import Clash, Unprocessable
from server.suggestions import board, opinions, work
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


def test_what_speaks_of_harm_is_neither_offered_nor_tied_to_anything(app, world):
    lead, other = tell(world, "汤是凉的").id, tell(world, "饭是凉的").id
    urgent = tell(world, "汤是凉的，孩子说不想活了").id
    with reading() as session:
        offered = board.same_matter(session, by(world, "desk1"), session.get_one(Suggestion, lead))
    assert [each.id for each in offered] == [other]
    assert work.tie(by(world, "desk1"), lead, [urgent, other]) == 1
    assert (row(urgent).tied_to, row(other).tied_to) == (None, lead)


def asked_up(world):
    """Ask the centre about two as one; gives the one that leads and the other."""
    lead, other = tell(world, "校门口要红绿灯").id, tell(world, "校门口车太多").id
    assert work.tie(by(world, "desk1"), lead, [other]) == 1
    work.progress(by(world, "desk1"), lead, seen(lead), work.Progress("to_centre", "要中心出面", ""))
    return lead, other


@pytest.mark.parametrize("parted", ["untied", "to_ethics", "erased"])
def test_the_centre_is_still_asked_about_what_is_parted(app, world, parted):
    lead, other = asked_up(world)
    since = row(lead).up_since
    if parted == "untied":
        work.untie(by(world, "desk1"), other)
    elif parted == "to_ethics":
        work.to_ethics(by(world, "desk1"), lead)
    else:
        student = world.students["1/0/0"]
        with transaction() as session:
            opinions.erase_family(session, student, {"box": [row(lead).ref]})
    assert (row(other).tied_to, row(other).decision, row(other).up_since) == (None, "to_centre", since)
    work.give_back(by(world, "centre"), other, seen(other), "已和交警说好")
    assert (row(other).decision, row(other).up_since) == (None, None)


def test_what_is_tied_asks_the_centre_no_more_by_itself(world):
    lead, other = tell(world, "校门口要红绿灯").id, tell(world, "校门口车太多").id
    work.progress(by(world, "desk1"), other, seen(other), work.Progress("to_centre", "要中心出面", ""))
    work.tie(by(world, "desk1"), lead, [other])
    assert (row(other).decision, row(other).up_since) == (None, None)


def test_tied_to_an_answer_that_stands_already_the_number_is_forgotten_as_with_a_reply(app, world):
    lead, other = tell(world, "汤是凉的").id, tell(world, "饭是凉的", contact="13912345678").id
    work.answer(by(world, "desk1"), lead, seen(lead), work.Reply("换了保温桶", "page"))
    assert work.tie(by(world, "desk1"), lead, [other]) == 1
    assert (row(other).reply, row(other).contact) == ("换了保温桶", None)


def test_tied_to_one_that_is_open_the_number_stays_until_the_reply(app, world):
    lead, other = tell(world, "汤是凉的").id, tell(world, "饭是凉的", contact="13912345678").id
    assert work.tie(by(world, "desk1"), lead, [other]) == 1
    assert row(other).contact == "13912345678"
    work.answer(by(world, "desk1"), lead, seen(lead), work.Reply("换了保温桶", "page"))
    assert row(other).contact is None


def test_what_was_done_for_an_erased_family_stays_in_no_copy(app, world):
    lead, other = tell(world, "汤是凉的").id, tell(world, "饭是凉的").id
    work.tie(by(world, "desk1"), lead, [other])
    work.progress(by(world, "desk1"), lead, seen(lead), work.Progress("at_once", "给小明家打了电话", "小明满意"))
    work.answer(by(world, "desk1"), lead, seen(lead), work.Reply("换了保温桶", "page"))
    with transaction() as session:
        opinions.erase_family(session, world.students["1/0/0"], {"box": [row(lead).ref]})
    assert (row(other).measures, row(other).result, row(other).reply) == ("", "", "换了保温桶")
