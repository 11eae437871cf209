"""The history of a record: what each change replaced, by whom; and of an opinion only what stood open to the office."""

from server.db import new_id, reading
from server.visits.history import history_of, seen_by_office
from tests.server.sync.phone import edit, id_of, new_visit


def told(kind, id_, *, office=False):
    with reading() as session:
        found = history_of(session, kind, id_)
    return seen_by_office(kind, found) if office else found


def test_each_change_says_who_when_and_what_it_replaced(phone, other, world):
    visit = new_visit(world, at_home="先写作业")
    phone.push(visit)
    other.push(edit(visit["record"], {"at_home": ("先写作业", "先看书"), "issues": (None, "字慢")}))
    first, second = told("visit", id_of(visit))
    assert (first.rev, first.by, first.changes["at_home"]) == (1, world.staff["t101"], (None, "先写作业"))
    assert (second.rev, second.by) == (2, world.staff["t102"])
    assert second.changes == {"at_home": ("先写作业", "先看书"), "issues": (None, "字慢")}
    assert first.at <= second.at


def test_a_record_that_is_not_there_has_no_history(world):
    assert told("visit", new_id()) == []


def test_what_an_opinion_said_while_it_was_kept_back_stays_kept_back(phone, world):
    visit = new_visit(world)
    opinion = edit(
        f"opinion:{new_id()}",
        {"visit_id": (None, id_of(visit)), "text": (None, "藏着的话"), "pass_on": (None, "withheld")},
        after=visit["id"],
    )
    mild = edit(opinion["record"], {"text": ("藏着的话", "缓和的话")}, after=opinion["id"])
    opened = edit(opinion["record"], {"pass_on": ("withheld", "anonymous")}, after=mild["id"])
    said = edit(opinion["record"], {"text": ("缓和的话", "公开的话")}, after=opened["id"])
    phone.push(visit, opinion, mild, opened, said)
    assert len(told("opinion", id_of(opinion))) == 4
    seen = told("opinion", id_of(opinion), office=True)
    assert "藏着的话" not in str(seen)
    assert [each.changes["text"] for each in seen] == [(None, "缓和的话"), ("缓和的话", "公开的话")]


def test_an_opinion_that_was_closed_again_shows_nothing_of_that_time(phone, world):
    visit = new_visit(world)
    opinion = edit(
        f"opinion:{new_id()}", {"visit_id": (None, id_of(visit)), "text": (None, "说食堂")}, after=visit["id"]
    )
    about = edit(opinion["record"], {"about_staff": (None, True), "text": ("说食堂", "说老师")}, after=opinion["id"])
    phone.push(visit, opinion, about)
    assert [each.changes["text"] for each in told("opinion", id_of(opinion), office=True)] == [(None, "说食堂")]
