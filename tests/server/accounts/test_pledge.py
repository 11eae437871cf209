"""The pledge of the five 不准: once a campaign, for oneself; the school reads a number and no names."""

from datetime import date

import pytest
from sqlalchemy import update

from server.accounts import pledges
from server.accounts.models import Pledge
from server.db import reading, transaction
from server.times import shanghai_day, utc_now

PLEDGE = "/api/v1/pledge"


def campaign() -> str:
    return pledges.campaign_on(shanghai_day(utc_now()))


def sign(tab, named=None):
    return tab.send("PUT", PLEDGE, json={"campaign": named or campaign()})


def test_signing_twice_keeps_the_first_time(tab):
    tab.sign_in("t101")
    assert tab.client.get(PLEDGE).json == {"campaign": campaign(), "signed_at": None}
    first = sign(tab)
    assert first.status_code == 200
    assert first.json["signed_at"]
    with transaction() as session:
        session.execute(update(Pledge).values(signed_at=utc_now().replace(year=2000)))
    kept = sign(tab).json
    assert kept["signed_at"].startswith("2000")
    assert tab.client.get(PLEDGE).json == kept


def test_each_signs_for_themselves(tab, another_tab, world):
    tab.sign_in("t101")
    sign(tab)
    another_tab.sign_in("t102")
    assert another_tab.client.get(PLEDGE).json["signed_at"] is None


def test_the_pledge_of_another_campaign_is_not_taken(tab):
    tab.sign_in("t101")
    answer = sign(tab, "1999")
    assert (answer.status_code, answer.json["error"]) == (409, "campaign_over")
    assert tab.client.get(PLEDGE).json["signed_at"] is None


def test_signing_needs_the_sessions_own_token(tab):
    tab.sign_in("t101")
    assert tab.client.put(PLEDGE, json={"campaign": campaign()}).status_code == 400


@pytest.mark.parametrize(
    ("day", "named"),
    [(date(2026, 8, 31), "2025"), (date(2026, 9, 1), "2026"), (date(2027, 3, 1), "2026")],
)
def test_a_campaign_is_named_after_its_school_year(day, named):
    assert pledges.campaign_on(day) == named


def test_the_school_counts_whoever_is_on_duty_for_a_class(tab, world):
    today = shanghai_day(utc_now())
    for login in ("t101", "head1", "desk1", "t201"):  # the desk visits no family, t201 is of the other school
        tab.sign_in(login)
        sign(tab)
    with reading() as session:
        assert pledges.count_signed(session, world.schools[1], today) == pledges.SignedCount(signed=2, asked=4)


def test_the_office_reads_how_many_and_never_who(tab, world):
    tab.sign_in("t101")
    sign(tab)
    tab.sign_in("desk1")
    page = tab.client.get("/school/today").get_data(as_text=True)
    assert "五不准承诺：已签 1/4 位老师。" in page
    assert "老师t_011" not in page
