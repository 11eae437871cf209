"""The office keeps its people: a forgotten password, a lost phone, duties, who comes and who goes."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from server.accounts.devices import actor_of_token
from server.accounts.duties import actor_today
from server.accounts.models import AccessLog, Device, Duty, Staff
from server.db import new_id, reading, transaction
from server.times import shanghai_day, utc_now
from tests.server.sync.phone import Phone

KEY = re.compile(r'class="key">([^<]+)<')


def day(after=0):
    """Name the day so many days from today, asked anew each time: a run may go on past midnight."""
    return shanghai_day(utc_now()) + timedelta(days=after)


def at(world, login, place=""):
    return f"/school/people/{world.staff[login]}{place}"


def deeds():
    with reading() as session:
        return list(session.scalars(select(AccessLog.action).where(AccessLog.subject.startswith("staff:"))))


def roles(world, login):
    with reading() as session:
        return actor_today(session, world.staff[login]).roles


def duty_of(world, login):
    with reading() as session:
        return session.scalars(select(Duty.id).where(Duty.staff_id == world.staff[login])).first()


def sign_in(client, login, password, **more):
    return client.post("/api/v1/session", json={"login": login, "password": password, **more})


def test_people_are_found_by_name_pinyin_initials_and_login(desk, world):
    with transaction() as session:
        session.get_one(Staff, world.staff["t101"]).name = "曾小明"
        session.get_one(Staff, world.staff["t102"]).name = "王丽"
    assert "曾小明" in desk.get("/school/people").text
    for typed in ("曾小", "zeng xiao", "zengxiao", "zxm", "ZXM", "t101"):
        found = desk.post("/school/people", typed=typed).text
        assert "曾小明" in found, typed
        assert "王丽" not in found, typed
    assert "没有找到" in desk.post("/school/people", typed="没有这个人").text
    assert "七年级1班班主任" in desk.get("/school/people").text


def test_a_school_keeps_only_its_own_people(desk, world):
    assert desk.get(at(world, "t201")).status_code == 404
    assert desk.post(at(world, "t201", "/password")).status_code == 404
    assert desk.post(at(world, "t101", f"/devices/{world.devices['t102']}")).status_code == 404
    assert desk.post(at(world, "t101", f"/duties/{duty_of(world, 't102')}"), last_day=day()).status_code == 404
    foreign = {"kind": "homeroom", "class_id": world.classes["2/0"], "from_on": day()}
    assert desk.post(at(world, "t101", "/duties"), **foreign).status_code == 422
    assert roles(world, "t101") == {"homeroom"}


def test_a_password_is_shown_once_and_the_phone_goes_on_delivering(app, desk, world):
    shown = desk.post(at(world, "t101", "/password"))
    password = KEY.search(shown.text)[1]
    assert shown.headers["Cache-Control"] == "no-store"
    assert password not in desk.get(at(world, "t101")).text
    client = app.test_client()
    assert sign_in(client, "t101", password).json["error"] == "password_once"
    assert sign_in(client, "t101", password, new_password="quiet-river-7").status_code == 200
    actor = actor_of_token(world.tokens["t101"])
    assert actor is not None
    assert not actor.reads
    assert deeds() == ["reset_password"]


def test_with_the_phone_lost_too_it_is_shut_out(desk, world):
    assert "手机都已停用" in desk.post(at(world, "t101", "/password"), lost="1").text
    assert actor_of_token(world.tokens["t101"]) is None


def test_a_lost_phone_is_shut_out_and_takes_up_again_where_it_stood_after_signing_in(app, client, desk, world):
    asked = desk.get(at(world, "t101", f"/devices/{world.devices['t101']}"))
    assert "重新登录，会接着送" in asked.text
    assert desk.post(at(world, "t101", f"/devices/{world.devices['t101']}")).status_code == 303
    assert client.post("/api/v1/sync", json={}, headers=world.headers("t101")).status_code == 401
    password = KEY.search(desk.post(at(world, "t101", "/password")).text)[1]
    found = app.test_client()
    csrf = sign_in(found, "t101", password, new_password="quiet-river-7").json["csrf"]
    tied = found.post(
        "/api/v1/devices", json={"id": world.devices["t101"], "name": "找回"}, headers={"X-CSRFToken": csrf}
    )
    world.tokens["t101"] = tied.json["token"]
    assert actor_of_token(tied.json["token"]).reads
    assert Phone(client, world, "t101").round(pull={"limit": 500, "scopes": {}})["pull"] == "ok"
    assert deeds() == ["revoke_device", "reset_password"]


@pytest.mark.parametrize("kind", ["head", "desk", "ethics"])
def test_only_the_head_gives_and_ends_what_opens_more_than_a_class(desk, head, world, kind):
    wanted = {"kind": kind, "from_on": day()}
    for login in ("desk1", "t102"):
        assert desk.post(at(world, login, "/duties"), **wanted).status_code == 422  # it is not even offered
    assert kind not in roles(world, "t102")
    assert f'value="{kind}"' not in desk.get(at(world, "t102", "/duties")).text
    assert head.post(at(world, "t102", "/duties"), **wanted).status_code == 303
    assert kind in roles(world, "t102")
    with reading() as session:
        given = session.scalars(select(Duty.id).where(Duty.staff_id == world.staff["t102"], Duty.kind == kind)).one()
    assert desk.post(at(world, "t102", f"/duties/{given}"), last_day=day(-1)).status_code == 403
    assert head.post(at(world, "t102", f"/duties/{given}"), last_day=day(-1)).status_code == 303
    assert kind not in roles(world, "t102")
    assert deeds() == [f"give_{kind}", f"end_{kind}"]


def test_the_service_itself_refuses_a_desk_that_gives_a_trusted_duty(world):
    from server.accounts.service import NewDuty
    from server.errors import NotAllowed
    from server.office import deeds as office

    with reading() as session:
        actor = actor_today(session, world.staff["desk1"])
    with pytest.raises(NotAllowed):
        office.give_duty(actor, actor.staff_id, NewDuty("ethics", day()))
    assert roles(world, "desk1") == {"desk"}


@pytest.mark.parametrize("login", ["head1", "ethics1", "desk1"])
@pytest.mark.parametrize("deed", ["password", "leave"])
def test_nobody_but_the_head_takes_the_place_of_who_is_trusted(desk, head, world, login, deed):
    said = {"last_day": day(-1)} if deed == "leave" else {}
    assert "只有校长能办" in desk.get(at(world, login, f"/{deed}")).text
    assert desk.post(at(world, login, f"/{deed}"), **said).status_code == 403
    assert roles(world, login)
    assert head.get(at(world, login, f"/{deed}")).status_code == 200


def test_a_desk_may_shut_out_anybodys_lost_phone(desk, world):
    assert desk.post(at(world, "ethics1", f"/devices/{world.devices['ethics1']}")).status_code == 303
    assert actor_of_token(world.tokens["ethics1"]) is None


def test_a_duty_opens_its_class_and_ends_after_its_last_day(desk, client, world):
    form = {"kind": "subject", "class_id": world.classes["1/1"], "subject": "物理", "from_on": day()}
    assert desk.post(at(world, "t101", "/duties"), **form).status_code == 303
    assert world.classes["1/1"] in actor_of_token(world.tokens["t101"]).classes
    assert "七年级2班物理" in desk.get(at(world, "t101")).text
    with reading() as session:
        query = select(Duty.id).where(Duty.staff_id == world.staff["t101"], Duty.kind == "subject")
        given = session.scalars(query).one()
    desk.post(at(world, "t101", f"/duties/{given}"), last_day=day())
    assert world.classes["1/1"] in actor_of_token(world.tokens["t101"]).classes
    desk.post(at(world, "t101", f"/duties/{given}"), last_day=day(-1))
    assert world.classes["1/1"] not in actor_of_token(world.tokens["t101"]).classes
    assert "七年级2班物理" not in desk.get(at(world, "t101")).text


def test_two_homeroom_teachers_of_one_class_are_pointed_out(desk, world):
    form = {"kind": "homeroom", "class_id": world.classes["1/0"], "from_on": day()}
    desk.post(at(world, "t102", "/duties"), **form)
    assert "这个班现在有 2 位班主任" in desk.get(at(world, "t102")).text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "homeroom"}, "要选一个班"),
        ({"kind": "subject", "class_id": "1/0"}, "请写教哪一科"),
        ({"kind": "grade_head"}, "要选一个年级"),
        ({"kind": "leader", "class_id": "1/0", "to_on": day(-1)}, "不能早于开始"),
        ({"kind": "leader", "class_id": "1/0", "from_on": ""}, "请选一个日期"),
        ({"kind": "centre"}, ""),
    ],
)
def test_a_duty_that_lacks_something_is_asked_for_it(desk, world, said, words):
    said = {"from_on": day(), **said}
    said |= {"class_id": world.classes[said["class_id"]]} if "class_id" in said else {}
    answer = desk.post(at(world, "t103", "/duties"), **said)
    assert answer.status_code == 422
    assert words in answer.text
    assert roles(world, "t103") == {"homeroom"}


def test_somebody_new_signs_in_with_the_password_shown_and_sees_nothing_yet(app, desk, world):
    taken = desk.post("/school/people/new", name="新老师", login="T101")
    assert (taken.status_code, "已经有人用了" in taken.text) == (409, True)
    assert desk.post("/school/people/new", name="新老师", login="汉字").status_code == 422
    shown = desk.post("/school/people/new", name=" 新老师 ", login="Xin.Laoshi")
    client, password = app.test_client(), KEY.search(shown.text)[1]
    answer = sign_in(client, "xin.laoshi", password, new_password="quiet-river-7")
    assert answer.json["staff"]["name"] == "新老师"
    assert answer.json["staff"]["school_id"] == world.schools[1]
    assert answer.json["staff"]["roles"] == []


def test_who_leaves_loses_duties_and_reading_and_what_they_wrote_still_arrives(desk, world):
    assert desk.post(at(world, "t101", "/leave"), last_day=day()).status_code == 303
    assert actor_of_token(world.tokens["t101"]).reads  # today still
    assert desk.post(at(world, "t101", "/leave"), last_day=day(-1)).status_code == 303
    actor = actor_of_token(world.tokens["t101"])
    assert (actor.reads, actor.classes) == (False, {})
    with reading() as session:
        assert session.get_one(Duty, duty_of(world, "t101")).to_on == day(-1)
        assert session.get_one(Staff, world.staff["t101"]).left_on == day(-1)
    assert "已离校" in desk.get(at(world, "t101")).text
    desk.post(at(world, "t101", "/return"))
    assert actor_of_token(world.tokens["t101"]).reads
    assert actor_of_token(world.tokens["t101"]).classes == {}


def test_who_leaves_without_their_phones_is_shut_out(desk, world):
    desk.post(at(world, "t101", "/leave"), last_day=day(-1), phones="1")
    assert actor_of_token(world.tokens["t101"]) is None


def test_a_duty_that_had_not_begun_goes_with_its_person(desk, world):
    form = {"kind": "leader", "class_id": world.classes["1/1"], "from_on": day(1)}
    desk.post(at(world, "t103", "/duties"), **form)
    assert "还没开始" in desk.get(at(world, "t103")).text
    desk.post(at(world, "t103", "/leave"), last_day=day())
    with reading() as session:
        left = session.execute(select(Duty.kind, Duty.to_on).where(Duty.staff_id == world.staff["t103"])).all()
    assert left == [("homeroom", day())]


def test_the_phones_of_the_school_learn_who_has_what_duty(client, desk, world):
    form = {"kind": "leader", "class_id": world.classes["1/1"], "from_on": date(2026, 9, 1)}
    desk.post(at(world, "t101", "/duties"), **form)
    row = Phone(client, world, "t103").row("staff", world.staff["t101"])
    assert [duty["kind"] for duty in row["duties"]] == ["homeroom", "leader"]


def test_a_device_row_says_when_it_was_shut_out(desk, world):
    desk.post(at(world, "t101", f"/devices/{world.devices['t101']}"))
    with reading() as session:
        assert session.get_one(Device, world.devices["t101"]).revoked_at is not None
    assert "停用" in desk.get(at(world, "t101")).text
    assert "已停用" in desk.get(at(world, "t101", f"/devices/{world.devices['t101']}")).text


def test_the_last_head_stays_until_another_is_appointed(head, world):
    with reading() as session:
        query = select(Duty.id).where(Duty.staff_id == world.staff["head1"], Duty.kind == "head")
        duty = session.scalars(query).one()
    for place, said in ((f"/duties/{duty}", {"last_day": day()}), ("/leave", {"last_day": day(1)})):
        assert head.post(at(world, "head1", place), **said).status_code == 303
        assert "学校总要有一位校长" in head.get(at(world, "head1")).text
    with reading() as session:
        assert session.get_one(Duty, duty).to_on is None
        assert session.get_one(Staff, world.staff["head1"]).left_on is None
    head.post(at(world, "t102", "/duties"), kind="head", from_on=day())
    head.post(at(world, "head1", f"/duties/{duty}"), last_day=day())
    with reading() as session:
        assert session.get_one(Duty, duty).to_on == day()


def test_the_head_names_a_deputy_of_the_ethics_officer(head, desk, world):
    form = {"kind": "ethics", "deputy": "1", "from_on": day()}
    assert 'name="deputy"' not in desk.get(at(world, "t102", "/duties")).text
    assert head.post(at(world, "t102", "/duties"), **form).status_code == 303
    assert "师德专员（副手）" in head.get(at(world, "t102")).text
    refused = head.post(at(world, "t103", "/duties"), **{**form, "kind": "desk"})
    assert refused.status_code == 422
    assert "只有师德专员要分正手和副手" in refused.text


def test_the_office_and_the_ethics_officer_are_never_one_hand(head, world):
    for person, kind in (("head1", "ethics"), ("desk1", "ethics"), ("ethics1", "desk"), ("ethics1", "head")):
        said = head.post(f"/school/people/{world.staff[person]}/duties", kind=kind, from_on="2026-01-01")
        assert "师德专员要由别人担任" in said.text, (person, kind)
    assert head.get("/school/ethics").status_code == 403
    head.post(f"/school/people/{world.staff['t103']}/duties", kind="ethics", from_on="2026-01-01")
    with reading() as session:
        held = session.scalars(select(Duty.kind).where(Duty.staff_id == world.staff["t103"])).all()
    assert "ethics" in held


@pytest.fixture
def once_ethics(world):
    """Let the 校长 have been 师德专员 before; gives that duty's id."""
    with transaction() as session:
        duty = Duty(id=new_id(), staff_id=world.staff["head1"], kind="ethics", from_on=date(2020, 9, 1), to_on=day(-30))
        session.add(duty)
        return duty.id


@pytest.mark.parametrize("last_day", [date(2099, 12, 31), day(), day(-40)])
def test_a_duty_that_is_over_is_not_taken_up_again_by_another_last_day(head, world, once_ethics, last_day):
    head.post(at(world, "head1", f"/duties/{once_ethics}"), last_day=last_day)
    assert "请重新安排一次" in head.get(at(world, "head1")).text
    with reading() as session:
        assert session.get_one(Duty, once_ethics).to_on == day(-30)
    assert roles(world, "head1") == {"head", "leader"}
    assert head.get("/school/ethics").status_code == 403


def test_a_last_day_is_put_earlier_and_never_later(desk, world):
    page = at(world, "t101", f"/duties/{duty_of(world, 't101')}")
    for asked, kept in ((day(20), day(20)), (day(10), day(10)), (day(20), day(10)), (day(), day())):
        desk.post(page, last_day=asked)
        with reading() as session:
            assert session.get_one(Duty, duty_of(world, "t101")).to_on == kept
