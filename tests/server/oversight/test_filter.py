"""The reading room's filter: each condition narrows, the count says what the list shows, and the address keeps it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from server.db import transaction
from server.times import shanghai_day, utc_now
from server.visits.models import VisitFacts
from tests.server.oversight.test_review import say
from tests.server.sync.phone import edit, id_of, new_visit

LINK = re.compile(r'href="/school/visits/([0-9a-f-]{36})"')
SHA = "ab" * 32
WHOLE = {
    "visit_type": "general",
    "visit_result": "done",
    "respondents": ["mother"],
    "purpose": ["praise"],
    "strengths": "爱画画",
    "face_four": ["voice"],
    "pledge": True,
}


def shown(desk, **asked):
    page = desk.read("/school/today?" + "&".join(f"{name.strip('_')}={value}" for name, value in asked.items()))
    counted = re.search(r"(?:收到|有) (\d+) 次家访", page)
    found = set(LINK.findall(page))
    assert int(counted[1] if counted else 0) == len(found)
    return found


def come(visit, **facts):
    with transaction() as session:
        session.execute(update(VisitFacts).where(VisitFacts.visit_id == id_of(visit)).values(facts))


@pytest.fixture
def visits(phone, other, world):
    """Five visits of today, each special in its own way."""
    made = {
        "whole": new_visit(world, visitors=[world.staff["t101"]], **WHOLE),
        "phone": new_visit(world, "1/0/1", visit_form="phone", visit_result="declined", visit_date="2026-11-24"),
        "photo": new_visit(world, "1/0/2", photos=[SHA]),
        "more": new_visit(world, "1/0/3"),
        "class": new_visit(world, "1/1/0"),
    }
    phone.push(*(each for name, each in made.items() if name != "class"))
    other.push(made["class"])
    return made


def test_each_condition_narrows_and_the_count_agrees(desk, visits, world):
    come(visits["phone"], late_entry=True)
    say(desk, visits["more"])
    say(desk, visits["whole"], "read", "")
    ids = {name: id_of(each) for name, each in visits.items()}
    everything = set(ids.values())
    assert shown(desk) == everything
    assert shown(desk, class_=world.classes["1/1"]) == {ids["class"]}
    assert shown(desk, teacher=world.staff["t102"]) == {ids["class"]}
    assert shown(desk, result="declined") == {ids["phone"]}
    assert shown(desk, form="phone") == {ids["phone"]}
    assert shown(desk, incomplete="1") == everything - {ids["whole"]}
    assert shown(desk, late="1") == {ids["phone"]}
    assert shown(desk, photos="1") == {ids["photo"]}
    assert shown(desk, read="unread") == everything - {ids["more"], ids["whole"]}
    assert shown(desk, read="read") == {ids["whole"]}
    assert shown(desk, read="more") == {ids["more"]}
    assert shown(desk, form="phone", read="more") == set()


def test_what_was_added_moves_from_asked_to_added(desk, phone, visits):
    say(desk, visits["more"])
    assert shown(desk, read="added") == set()
    phone.push(edit(visits["more"]["record"], {"strengths": (None, "有耐心")}, after=visits["more"]["id"]))
    assert shown(desk, read="more") == set()
    assert shown(desk, read="added") == {id_of(visits["more"])}
    assert "补充了" in desk.read("/school/today")


def test_days_are_a_range_in_order_and_none_is_yet_to_come(desk, visits):
    today = shanghai_day(utc_now())
    long_ago, past = today - timedelta(20), today - timedelta(3)
    come(visits["whole"], received_on=long_ago)
    come(visits["photo"], received_on=past)
    assert shown(desk, from_=past, to=today) == {id_of(each) for name, each in visits.items() if name != "whole"}
    assert shown(desk, from_=long_ago, to=past) == {id_of(visits["whole"]), id_of(visits["photo"])}
    assert shown(desk, to=past) == {id_of(visits["photo"])}
    assert shown(desk, from_=today, to=past) == {id_of(visits["photo"])}
    assert id_of(visits["phone"]) in shown(desk, from_=today + timedelta(3))
    assert len(shown(desk, from_="nonsense", to="2026-99-99")) == 3


def test_what_makes_no_sense_is_left_out_and_the_rest_narrows(desk, visits, elsewhere, world):
    asked = {"class_": world.classes["2/0"], "read": "<b>", "teacher": "nobody", "form": "phone"}
    assert shown(desk, **asked) == {id_of(visits["phone"])}
    page = elsewhere.read(f"/school/today?class={world.classes['1/0']}")
    assert not LINK.findall(page)
    assert "七年级1班" in page  # of its own
    assert world.classes["1/0"] not in re.sub(r'href="[^"]*"', "", page)


def test_the_address_keeps_the_filter_over_pages_and_days(desk, phone, world):
    phone.push(*(new_visit(world, f"1/0/{n % 10}", visit_form="phone") for n in range(30)))
    phone.push(*(new_visit(world, f"1/0/{n % 10}", visit_form="phone") for n in range(23)))
    first = desk.read("/school/today?form=phone&read=unread")
    assert len(LINK.findall(first)) == 50
    [later] = [unescape(each) for each in re.findall(r'href="([^"]*after=[^"]*)"', first)]
    assert {"form=phone", "read=unread"} <= set(later.partition("?")[2].split("&"))
    assert len(LINK.findall(desk.read(later))) == 3
    for words in ("近 7 天", "前一天"):
        way = unescape(re.search(rf'href="([^"]*)">{words}', first)[1])
        assert "form=phone" in way
        assert "from=" in way
    assert '<option selected value="phone">' in first


def test_nothing_found_says_what_to_do(desk, visits):
    assert "没有合这些条件的家访" in desk.read("/school/today?result=unreachable")
