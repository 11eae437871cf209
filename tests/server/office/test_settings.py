"""What a school sets for itself: kept, logged by name, and shown where families look."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from server.accounts.models import AccessLog
from server.consents import service as consents
from server.consents.models import Consent
from server.db import reading, transaction
from server.feedback.models import Ticket
from server.schools.settings import Choices, settings_of
from server.suggestions import digest
from server.times import shanghai_day, utc_now
from tests.server.feedback.families import Family, tickets_of
from tests.server.sync.phone import Phone

PAGE = "/school/settings"
SAID = {
    "contact": "教务处",
    "phone": "0452-1234567",
    "ticket_days": "45",
    "publishes": "y",
    "consent_basis": "consent",
    "hotlines_checked": ["110", "120"],
}


def seen_by(desk):
    """Open the page: the mark of what stood then."""
    return re.search(r'name="seen"[^>]*value="([^"]+)"', desk.get(PAGE).text)[1]


def save(desk, **said):
    return desk.post(PAGE, seen=seen_by(desk), **said)


def kept(world):
    with reading() as session:
        return settings_of(session, world.schools[1])


def test_what_is_set_stands_on_the_page_again_and_is_logged_by_name(desk, world):
    assert save(desk, **SAID).status_code == 303
    page = desk.get(PAGE).text
    assert "教务处" in page
    assert "0452-1234567" in page
    assert (kept(world).ticket_days, [each.checked for each in kept(world).hotlines]) == (45, [True, True, False])
    with reading() as session:
        told = session.scalars(select(AccessLog.subject).where(AccessLog.action == "settings")).all()
    assert sorted(told) == [f"setting:{name}" for name in ("contact", "hotlines_checked", "phone", "ticket_days")]
    assert save(desk, **SAID).status_code == 303
    with reading() as session:
        assert len(session.scalars(select(AccessLog.id).where(AccessLog.action == "settings")).all()) == 4


def test_a_school_sets_nothing_for_another(desk, world):
    save(desk, **SAID)
    with reading() as session:
        assert settings_of(session, world.schools[2]).contact == Choices.contact


@pytest.mark.parametrize(
    "wrong",
    [
        {"ticket_days": "3"},
        {"ticket_days": "x"},
        {"phone": "打我手机"},
        {"number_1": "0452-7654321"},
        {"label_2": "心理老师"},
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_kept(desk, world, wrong):
    answer = save(desk, **{**SAID, **wrong})
    assert answer.status_code == 422
    assert "教务处" in answer.text
    assert kept(world).contact == Choices.contact


def test_families_read_whom_to_call_and_numbers_without_a_doubt_once_all_are_checked(app, client, desk, world):
    save(desk, **SAID)
    first, second = (Family(app, each["link"]) for each in tickets_of(client, world)[:2])
    assert "0452-1234567" in first.see().text
    assert "以当地公布的为准" in first.send(text="孩子说不想活了").text
    own = {"number_1": "0452-7654321", "label_1": "心理老师"}
    save(desk, **{**SAID, **own, "hotlines_checked": ["110", "120", "12356"]})
    told = second.send(text="孩子说不想活了").text
    assert "以当地公布的为准" not in told
    assert "0452-7654321" in told


def test_new_codes_are_good_for_the_days_of_the_school(client, desk, world):
    save(desk, **SAID)
    row = tickets_of(client, world)[0]
    with reading() as session:
        ticket = session.get_one(Ticket, row["id"])
    assert ticket.expires_on - ticket.show_until == timedelta(days=45)
    assert row["show_until"] > shanghai_day(utc_now()).isoformat()


def test_without_publishing_the_public_page_is_empty(app, desk, world):
    save(desk, **{name: value for name, value in SAID.items() if name != "publishes"})
    assert not kept(world).publishes
    with reading() as session:
        assert digest.published(session, world.schools[1]) == []
    assert app.test_client().get(f"/box/{world.schools[1]}/answers").status_code == 200


def test_where_a_school_tells_instead_of_asking_its_phones_learn_it_at_once(desk, client, world):
    unasked, phone = world.students["1/0/0"], Phone(client, world, "t101")
    with transaction() as session:
        session.execute(delete(Consent).where(Consent.student_id == unasked))
        consents.settle(session, consents.lock(session, unasked))
    assert phone.row("student", unasked)["may_record"] == "unknown"
    cursors = {
        scope: said["cursor"] for scope, said in phone.round(pull={"limit": 500, "scopes": {}})["scopes"].items()
    }
    assert save(desk, **{**SAID, "consent_basis": "told"}).status_code == 303
    changed = phone.round(pull={"limit": 500, "scopes": cursors})["changes"]
    assert [(each["id"], each["row"]["may_record"]) for each in changed] == [(unasked, "yes")]


def test_of_two_who_save_at_once_the_second_is_told_and_keeps_what_was_typed(desk, head, world):
    seen = seen_by(head)
    assert save(desk, **SAID).status_code == 303
    late = {**SAID, "contact": "校长室", "ticket_days": "60", "consent_basis": "told"}
    answer = head.post(PAGE, seen=seen, **late)
    assert answer.status_code == 409
    assert "有人改了联系处、链接的天数，" in answer.text  # what the second alone changes was not changed by another
    assert re.findall("现在存着的是：([^<]*)<", answer.text) == ["教务处", "45 天"]
    assert 'value="校长室"' in answer.text
    assert kept(world).contact == "教务处"
    fresh = re.search(r'name="seen"[^>]*value="([^"]+)"', answer.text)[1]
    assert head.post(PAGE, seen=fresh, **late).status_code == 303
    assert (kept(world).contact, kept(world).ticket_days) == ("校长室", 60)


def test_whoever_saves_the_same_as_another_is_not_stopped(desk, head, world):
    seen = seen_by(head)
    assert save(desk, **SAID).status_code == 303
    assert head.post(PAGE, seen=seen, **SAID).status_code == 303
    unmarked = head.post(PAGE, **{**SAID, "contact": "校长室"})
    assert (unmarked.status_code, "现在存着的是：教务处" in unmarked.text) == (409, True)


def test_two_who_change_different_things_still_read_what_the_other_stored(desk, head, world):
    seen = seen_by(head)
    own = {"number_1": "0452-7654321", "label_1": "心理老师"}
    assert (
        save(desk, **{name: said for name, said in {**SAID, **own}.items() if name != "publishes"}).status_code == 303
    )
    typed = {"contact": "校长室", "phone": "", "ticket_days": "30", "publishes": "y", "consent_basis": "consent"}
    empty = {f"{name}_{n}": "" for name in ("number", "label") for n in (1, 2)}
    answer = head.post(PAGE, seen=seen, **typed, **empty)
    assert answer.status_code == 409
    told = ["教务处", "0452-1234567", "110、120 已核对", "0452-7654321　心理老师", "45 天", "关着"]
    assert re.findall("现在存着的是：([^<]*)<", answer.text) == told


def test_two_who_say_the_same_of_what_one_stored_first_do_not_stop_each_other(desk, head, world):
    seen = seen_by(head)
    assert save(desk, **SAID).status_code == 303
    assert head.post(PAGE, seen=seen, **{**SAID, "consent_basis": "told"}).status_code == 303
    assert (kept(world).contact, kept(world).consent_basis) == ("教务处", "told")
