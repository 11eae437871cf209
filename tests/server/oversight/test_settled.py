"""On the school's page the words that were not chosen stand among the changes; those of an opinion, and of a refused story, do not."""

from server.db import new_id
from tests.server.sync.phone import edit, id_of, new_visit, resolve


def past(desk, visit):
    return desk.read(f"/school/visits/{id_of(visit)}").partition("改动经过")[2]


def settle(phone, other, record, field, choice):
    phone.push(edit(record, {field: (None, "爱帮忙")}))
    (said,) = other.push(edit(record, {field: (None, "爱举手")}))
    rev = phone.row("conflict", said["conflicts"][0])["head"]["rev"]
    phone.push(resolve(said["conflicts"][0], rev, *choice))


def test_what_was_not_chosen_is_read_with_whose_it_was(desk, phone, other, world):
    visit = new_visit(world)
    phone.push(visit)
    settle(phone, other, visit["record"], "at_home", ("head",))
    told = past(desk, visit)
    assert "在家表现，两份不同，定下了一份" in told
    assert "爱举手" in told
    assert told.count("没留下的，") == 1
    assert told.count("<li>") == 3


def test_where_other_words_were_written_both_are_read(desk, phone, other, world):
    visit = new_visit(world)
    phone.push(visit)
    settle(phone, other, visit["record"], "at_home", ("written", "两样都爱"))
    told = past(desk, visit)
    assert told.count("没留下的，") == 2
    assert told.count("<li>") == 3  # begun, written, settled; the settlement is not told again as a change


def test_what_a_writer_left_out_of_an_opinion_is_not_told(desk, phone, world):
    visit = new_visit(world)
    opinion = f"opinion:{new_id()}"
    phone.push(visit, edit(opinion, {"visit_id": (None, id_of(visit)), "pass_on": (None, "named")}, after=visit["id"]))
    settle(phone, phone, opinion, "text", ("head",))
    told = past(desk, visit)
    assert "爱帮忙" in told
    assert "爱举手" not in told
